package handlers

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

// assignedTo is somebody and an app, with all that their assignment rests on.
type assignedTo struct {
	whyPerson
	whyApp
	schema userSchema
	form   appForm
	at     string
}

// readAssignedTo reads it all at once. Who is named by login is led to by id.
func (h *console) readAssignedTo(c *gin.Context) (a assignedTo, err error) {
	ctx, app, id := c.Request.Context(), c.Param("id"), c.Param("person")
	if !userID.MatchString(id) {
		return a, notFound("Person")
	}
	a.whyPerson, err = h.readWhyPerson(ctx, id, append(h.readWhyApp(&a.whyApp, app, id), func(ctx context.Context) (err error) {
		a.schema, err = h.readAppSchema(ctx, app)
		return err
	})...)
	if err != nil {
		return a, err
	}
	if a.mineUnread != "" {
		return a, h.notPermitted(ctx, "getApplicationUser")
	}
	op := "updateApplicationUser"
	if a.mine.IsZero() {
		op = "assignUserToApplication"
	}
	a.at = appPath(a.app()) + "/people/" + id
	a.form = h.assignedForm(ctx, a.app(), a.at, op, a.schema, false)
	if a.mine.IsZero() && a.person().Text("status") == "DEPROVISIONED" {
		a.form.locked = "Somebody deactivated can have no app."
	}
	return a, nil
}

func (a assignedTo) app() okta.Object    { return a.whyApp.doc }
func (a assignedTo) person() okta.Object { return a.whyPerson.doc }
func (a assignedTo) direct() bool        { return a.mine.Text("scope") == "USER" }

// giving is the first group by which the person has the app, or would have it.
func (a assignedTo) giving() (assignment, group okta.Object) {
	for _, d := range a.whyApp.groups {
		if a.member(d.Text("id")) {
			return d, d.Object("_embedded", "group")
		}
	}
	return okta.Object{}, okta.Object{}
}

// getAppPerson is the assignment of one person, or the form that assigns the app.
func (h *console) getAppPerson(c *gin.Context) (View, error) {
	a, err := h.readAssignedTo(c)
	if err != nil {
		return nil, err
	}
	return h.appPersonScreen(c, a, a.form.drawn(a.mine, nil, nil)), nil
}

func (h *console) appPersonScreen(c *gin.Context, a assignedTo, drawn application.Form) Screen {
	ctx, who, app := c.Request.Context(), a.name(), a.app().Text("label")
	v := application.Assignment{At: a.at, Name: who, Href: "/people/" + a.person().Text("id"), New: a.mine.IsZero(), Form: drawn}
	v.Why = v.Href + "/apps/" + a.app().Text("id") + "/why"
	mayAssign := h.mayOn(ctx, "assignUserToApplication", a.app().Text("id"))
	mayRemove := h.mayOn(ctx, "deleteApplicationUser", a.app().Text("id"))
	_, group := a.giving()
	name := groupName(group)
	switch {
	case v.New:
		v.Form.Verb, v.Form.Failed, v.Form.Cancel = "Assign", "Not assigned", appTabPath(a.app(), assignmentsTab)
		v.Says = []string{who + " gets " + app + " as their own: it stays, whatever groups they join or leave."}
	case a.direct():
		v.Says = []string{"Assigned directly."}
		if mayRemove {
			v.Moves = append(v.Moves, a.removal(name))
		}
		if mayAssign && !group.IsZero() {
			v.Moves = append(v.Moves, a.conversion(name))
		}
	default:
		v.Says = []string{
			"The group " + name + " gives it. To take it away, remove the person from the group or the app from the group.",
			"What is saved here is kept for this person, over what the group gives.",
		}
		if mayAssign {
			v.Moves = append(v.Moves, application.Move{
				Key: "direct", Verb: "Assign directly", Title: "Assign " + app + " directly to " + who, Action: a.at + "/direct",
				Says: []string{who + " keeps the app when they leave " + name + ", and the group's profile no longer changes theirs."},
			})
		}
	}
	if !v.New {
		v.Facts = []application.Fact{{Label: "Since", At: a.mine.Text("created")}, {Label: "Changed", At: a.mine.Text("lastUpdated")}}
	}
	return h.assignmentScreen(c, a.app(), a.mine, v)
}

// removal says what taking a person's own assignment away does.
func (a assignedTo) removal(group string) application.Move {
	who, app := a.name(), a.app().Text("label")
	m := application.Move{Key: "remove", Verb: "Remove", Title: "Remove " + app + " from " + who, Action: a.at + "/remove", Danger: true}
	switch {
	case group != "":
		m.Says = []string{who + " keeps the app: the group " + group + " gives it, too. The username and the values that were set for them go."}
	case a.groupsUnread() != "":
		m.Says = []string{who + " loses the app, unless a group gives it, too: " + a.groupsUnread() + "."}
	default:
		m.Says = []string{who + " loses the app at once: no group gives it to them. Tokens that it was given end, and what was set for them goes."}
	}
	return m
}

func (a assignedTo) groupsUnread() string {
	if a.whyApp.groupsUnread != "" {
		return a.whyApp.groupsUnread
	}
	return a.whyPerson.groupsUnread
}

// conversion says what becomes of a person's own values when a group takes the assignment over.
func (a assignedTo) conversion(group string) application.Move {
	m := application.Move{
		Key: "convert", Verb: "Hand over to the group", Title: "Hand over to the group " + group, Action: a.at + "/convert",
		Says: []string{"The group " + group + " gives the app from then on: " + a.name() + " loses it when they leave the group, and has the profile that the group gives."},
	}
	given, _ := a.giving()
	for _, in := range allSettings(a.form.sections) {
		mine, theirs := in.raw(a.mine), in.raw(given)
		if in.kind == attributeKind && in.of.Custom && !in.same(mine, theirs) {
			m.Changes = append(m.Changes, ui.Difference{Field: in.label, Before: formText(mine), After: formText(theirs)})
		}
	}
	if len(m.Changes) == 0 {
		m.Says = append(m.Says, "No value of their profile changes by it.")
	}
	return m
}

// saveAppPerson assigns the app, or saves what was changed of an assignment, and that alone.
func (h *console) saveAppPerson(c *gin.Context) (View, error) {
	a, err := h.readAssignedTo(c)
	if err != nil {
		return nil, err
	}
	base, err := formBase(c)
	if err != nil {
		return nil, err
	}
	next, saved, clash, wrong := a.form.assignedChanges(a.mine, base, c)
	isNew := a.mine.IsZero()
	switch {
	case len(wrong) > 0:
		return h.refusedAppPerson(c, a, problem{Code: "E0000001", Title: "Not saved", Message: wrongWords(wrong)}, wrong, nil, nil)
	case len(clash) > 0 && wanted(c.Request) == document:
		return nil, errChanged
	case len(clash) > 0:
		return h.refusedAppPerson(c, a, errChanged, nil, nil, clash)
	case len(saved) == 0 && !isNew:
		return redirect(a.at, a.mine, ui.Message{Kind: "info", Title: "Nothing was changed, so nothing was saved."}), nil
	}
	call := okta.Call{Op: okta.Find("updateApplicationUser"), Args: map[string]string{"appId": a.app().Text("id"), "userId": a.person().Text("id")}, Before: a.mine, Reason: reason(c)}
	body := a.form.changedParts(a.mine, next)
	done := ui.Message{Kind: "ok", Title: "Saved: " + joinWords(saved) + "."}
	if isNew {
		call.Op, call.Args, call.Before = okta.Find("assignUserToApplication"), appArg(a.app().Text("id")), okta.Object{}
		body = body.With("id", a.person().Text("id")).With("scope", "USER")
		done.Title = a.app().Text("label") + " is assigned to " + a.name() + "."
	}
	call.Body = body
	return h.assignmentSaved(c, a, call, done)
}

func (h *console) refusedAppPerson(c *gin.Context, a assignedTo, why problem, fields map[string]string, rest []string, clash []ui.Difference) (View, error) {
	why.Status = http.StatusUnprocessableEntity
	if wanted(c.Request) == document {
		why.Fields = fields
		return nil, why
	}
	return refused(h.appPersonScreen(c, a, a.form.again(c, a.mine, fields, rest, clash))), nil
}

// assignmentSaved makes a call about an assignment and leads back to all of them.
func (h *console) assignmentSaved(c *gin.Context, a assignedTo, call okta.Call, done ui.Message) (View, error) {
	resp, err := h.config.Org.Do(c.Request.Context(), call)
	if why, fields, rest, is := refusedAssignment(err, a.form); is {
		return h.refusedAppPerson(c, a, why, fields, rest, nil)
	}
	if err != nil {
		return nil, err
	}
	doc := a.app()
	if len(resp.Body) > 0 {
		if doc, err = resp.Object(); err != nil {
			return nil, err
		}
	}
	return redirect(appTabPath(a.app(), assignmentsTab), doc, done), nil
}

// removeAppPerson takes a person's own assignment away.
func (h *console) removeAppPerson(c *gin.Context) (View, error) {
	return h.moveAppPerson(c, "deleteApplicationUser", "", func(a assignedTo) string {
		if _, group := a.giving(); !group.IsZero() {
			return a.name() + " has " + a.app().Text("label") + " by the group " + groupName(group) + " now."
		}
		return a.app().Text("label") + " is no longer assigned to " + a.name() + "."
	})
}

// convertAppPerson hands a person's own assignment over to the group, directAppPerson does the reverse.
func (h *console) convertAppPerson(c *gin.Context) (View, error) {
	return h.moveAppPerson(c, "assignUserToApplication", "GROUP", func(a assignedTo) string {
		_, group := a.giving()
		return "The group " + groupName(group) + " gives " + a.app().Text("label") + " to " + a.name() + " now."
	})
}

func (h *console) directAppPerson(c *gin.Context) (View, error) {
	return h.moveAppPerson(c, "assignUserToApplication", "USER", func(a assignedTo) string {
		return a.app().Text("label") + " is assigned directly to " + a.name() + " now."
	})
}

func (h *console) moveAppPerson(c *gin.Context, op, scope string, done func(assignedTo) string) (View, error) {
	a, err := h.readAssignedTo(c)
	if err != nil {
		return nil, err
	}
	call := okta.Call{Op: okta.Find(op), Args: map[string]string{"appId": a.app().Text("id"), "userId": a.person().Text("id")}, Before: a.mine, Reason: reason(c)}
	if scope != "" {
		call.Args = appArg(a.app().Text("id"))
		call.Body = okta.Object{}.With("id", a.person().Text("id")).With("scope", scope)
	}
	return h.assignmentSaved(c, a, call, ui.Message{Kind: "ok", Title: done(a)})
}
