package handlers

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/user"
)

// personAction is something that can be done to a person as a whole.
type personAction struct {
	// key is its place in the address, op the operation, link its name in _links.
	key, op, link string
	icon, label   string
	// title heads the dialog, before the name; the label where it is "".
	title string
	// note says in a few words what happens, for the menu; says in full, for the dialog.
	note string
	says []string
	// done is the toast.
	done string
	// choice is what the admin decides in the dialog; without a name there is nothing to.
	choice option
	// danger stands apart; typed asks for the login first.
	danger, typed bool
	// in are the states that it is for where the document's links do not tell (okta-semantics C5).
	in []string
	// main are the states in which it is one of the main actions.
	main []string
}

// option is a parameter of an action that is true or false.
type option struct {
	name, label string
	// on is what it is unless the admin changes it.
	on bool
}

// sendLink: the org sends a link by e-mail, or gives it to the admin.
var sendLink = option{"sendEmail", "Send the link by e-mail. Otherwise it is shown to you, once.", true}

// anyState are the states of somebody who is not deactivated.
var anyState = []string{"STAGED", "PROVISIONED", "ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT", "SUSPENDED"}

// personActions are all of them, in the order of the menu.
var personActions = []personAction{
	{
		key: "activate", op: "activateUser", link: "activate", icon: "user-check", label: "Activate", note: "Lets them sign in",
		says:   []string{"Somebody with a password becomes active at once.", "Somebody without one gets a link to set it, which works for 7 days."},
		choice: sendLink, done: "is activated", main: []string{"STAGED", "DEPROVISIONED"},
	},
	{
		key: "reactivate", op: "reactivateUser", link: "reactivate", icon: "mail", label: "Reactivate", note: "Makes a new activation link",
		says:   []string{"A new link to set the first password is made. Links made before stop working."},
		choice: sendLink, done: "has a new activation link", main: []string{"PROVISIONED"},
	},
	{
		key: "unlock", op: "unlockUser", link: "unlock", icon: "lock-open", label: "Unlock", note: "Keeps the password",
		says: []string{"They can sign in again at once, with the password they have."}, done: "is unlocked", main: []string{"LOCKED_OUT"},
	},
	{
		key: "unsuspend", op: "unsuspendUser", link: "unsuspend", icon: "player-play", label: "Unsuspend", note: "Lets them sign in again",
		says: []string{"They can sign in again with what they had: password, groups and apps were kept."}, done: "is active again", main: []string{"SUSPENDED"},
	},
	{
		key: "reset-password", op: "resetPassword", link: "resetPassword", icon: "key", label: "Reset password", title: "Reset the password of", note: "Makes a link to set a new one",
		says:   []string{"The password stops working now.", "They set a new one with a link that works once."},
		choice: sendLink, done: "has to set a new password", main: []string{"ACTIVE", "RECOVERY", "PASSWORD_EXPIRED", "LOCKED_OUT"},
	},
	{
		key: "expire-password", op: "expirePassword", link: "expirePassword", icon: "clock-x", label: "Expire password", title: "Expire the password of", note: "A new one at the next sign-in",
		says: []string{"They sign in once more with the password they have, and must then choose a new one."}, done: "must change the password at the next sign-in",
	},
	{
		key: "temporary-password", op: "expirePasswordAndGetTemporaryPassword", link: "expirePassword", icon: "password", label: "Temporary password", title: "Set a temporary password for", note: "Shown to you once",
		says: []string{"The password they have stops working now.", "A temporary one is shown to you, once. They choose their own at the first sign-in with it."}, done: "has a temporary password",
	},
	{
		key: "reset-factors", op: "resetFactors", link: "resetFactors", icon: "shield-x", label: "Reset factors", title: "Reset the factors of", note: "They enrol again",
		says: []string{"Every factor is removed: authenticator apps, codes, security question.", "They enrol again at the next sign-in that asks for one."}, done: "has no factors now",
	},
	{
		key: "clear-sessions", op: "clearUserSessions", icon: "logout", label: "Clear sessions", title: "Clear the sessions of", note: "Signs them out everywhere",
		says:   []string{"Every session at the org ends now, on all devices.", "Apps that hold tokens go on until those run out, unless they are revoked too."},
		choice: option{"oauthTokens", "Revoke the tokens of apps too", false}, done: "is signed out everywhere", in: anyState,
	},
	{
		key: "suspend", op: "suspendUser", link: "suspend", icon: "player-pause", label: "Suspend", note: "They cannot sign in; nothing is lost",
		says: []string{"They cannot sign in until somebody unsuspends them.", "Password, groups and apps are kept."}, done: "is suspended", danger: true, main: []string{"ACTIVE"},
	},
	{
		key: "deactivate", op: "deactivateUser", link: "deactivate", icon: "user-off", label: "Deactivate", note: "Ends access, leaves all groups",
		says: []string{"They cannot sign in. All sessions and tokens end now.", "They leave all groups, and with them lose the apps that those give.", "Activating them later does not bring groups back."}, done: "is deactivated", danger: true, in: []string{"STAGED"},
	},
	{
		key: "delete", op: "deactivateOrDeleteUser", link: "delete", icon: "trash", label: "Delete", note: "Removes them for good",
		says: []string{"The person, the profile and all memberships are removed. This cannot be undone.", "The login becomes free for somebody else."}, done: "is deleted", danger: true, typed: true,
	},
}

func findPersonAction(key string) (personAction, bool) {
	i := slices.IndexFunc(personActions, func(a personAction) bool { return a.key == key })
	if i < 0 {
		return personAction{}, false
	}
	return personActions[i], true
}

// offered are the actions that the person's state and links allow and the admin's
// permissions do not rule out.
func (h *console) offered(ctx context.Context, p person) []personAction {
	var out []personAction
	for _, a := range personActions {
		if a.fits(p.doc) && h.mayOn(ctx, a.op, p.id()) {
			out = append(out, a)
		}
	}
	return out
}

// fits tells whether the state of the person allows it. A link counts, but for suspend:
// the org publishes it for somebody provisioned and then refuses ("recorded").
func (a personAction) fits(doc okta.Object) bool {
	status := doc.Text("status")
	if a.key == "suspend" {
		return status == "ACTIVE"
	}
	return slices.Contains(a.in, status) || a.link != "" && len(doc.Get("_links", a.link)) > 0
}

// describe is the action for the page of this person.
func (a personAction) describe(p person, name string) user.Action {
	return user.Action{
		Key: a.key, Icon: a.icon, Label: a.label, Title: cmp.Or(a.title, a.label) + " " + name, Note: a.note, Says: a.says,
		Choice: a.choice.name, ChoiceLabel: a.choice.label, Chosen: a.choice.on,
		Danger: a.danger, Typed: a.typed, Main: slices.Contains(a.main, p.status()),
		Href: "/people/" + p.id() + "/" + a.key,
	}
}

// call is the action as a call to the org.
func (a personAction) call(p person, chosen bool, reason string) okta.Call {
	call := okta.Call{Op: okta.Find(a.op), Args: userArg(p.id()), Before: p.doc, Reason: reason}
	if a.choice.name != "" {
		call.Query = url.Values{a.choice.name: {strconv.FormatBool(chosen)}}
	}
	return call
}
