package handlers

import (
	"context"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// peopleSelected is where selections of people are sent.
const peopleSelected = "/people/selected"

var selectedPeople = selection{
	path: peopleSelected, list: "People", back: "/people", id: userID, search: "listUsers", get: "getUser", arg: "userId",
	one: "person", many: "people",
	show: func(d okta.Object) ui.Selected {
		return ui.Selected{ID: d.Text("id"), Name: personName(d), Href: "/people/" + d.Text("id"), Note: d.Text("profile", "login"), Status: d.Text("status")}
	},
	action: (*console).personBulk,
	sheet: func(h *console, ctx context.Context) (sheet, error) {
		a, err := people.read(ctx, h, &url.URL{})
		return people.sheet(a), err
	},
}

// askPeople and doPeople are the two steps of what is done to several people.
func (h *console) askPeople(c *gin.Context) (View, error) { return h.askSelected(c, selectedPeople) }

func (h *console) resumePeople(c *gin.Context) (View, error) {
	return h.resumeSelection(c, selectedPeople)
}
func (h *console) doPeople(c *gin.Context) (View, error) { return h.runSelected(c, selectedPeople) }

// bulkPeople are the actions on one person that are of use on many: what shows a secret
// once is not. bulkRare are those in the menu of the bar.
var (
	bulkPeople = []string{"unlock", "reset-password", "suspend", "deactivate", "activate", "unsuspend", "expire-password", "clear-sessions", "delete"}
	bulkRare   = []string{"activate", "unsuspend", "expire-password", "clear-sessions", bulkLeave, "delete"}
)

// The actions on several people that are no action on one.
const (
	bulkJoin  = "add-to-group"
	bulkLeave = "remove-from-group"
)

// peopleActions are the buttons over the list of people.
func (h *console) peopleActions(ctx context.Context) []ui.BulkAction {
	out := exportAction(ctx)
	add := func(key, op, label string, danger bool) {
		if h.may(ctx, op) {
			out = append(out, ui.BulkAction{Key: key, Label: label, Danger: danger, Rare: slices.Contains(bulkRare, key)})
		}
	}
	add(bulkJoin, "addUserToGroup", "Add to group", false)
	add(bulkLeave, "removeUserFromGroup", "Remove from group", false)
	for _, key := range bulkPeople {
		a, _ := findPersonAction(key)
		add(key, a.op, a.label, a.danger)
	}
	return out
}

// personBulk is the action of a form on several people.
func (h *console) personBulk(c *gin.Context, key string) (bulkAction, bool) {
	if key == bulkJoin || key == bulkLeave {
		return h.groupBulk(c, key), true
	}
	a, known := findPersonAction(key)
	if !known || !slices.Contains(bulkPeople, key) {
		return bulkAction{}, false
	}
	b := bulkAction{key: key, op: a.op, label: a.label, danger: a.danger, says: a.says, done: a.done}
	if a.choice == sendLink {
		b.says = append(slices.Clone(a.says), "The link is sent to each by e-mail.")
	}
	b.why = func(d okta.Object) string {
		if a.fits(d) && (key != "delete" || d.Text("status") == "DEPROVISIONED") {
			return ""
		}
		return "Not possible: " + stateWords(d.Text("status"))
	}
	b.call = func(d okta.Object, reason string) okta.Call { return a.call(person{doc: d}, a.choice.on, reason) }
	return b, true
}

// groupBulk puts people into a group that is picked first, or takes them out of it.
func (h *console) groupBulk(c *gin.Context, key string) bulkAction {
	id := c.PostForm("group")
	if !groupID.MatchString(id) {
		id = ""
	}
	b := bulkAction{
		key: key, op: "addUserToGroup", label: "Add to group", done: "is in the group",
		says: []string{"They join the group, and with it get the apps that it gives.", "Somebody who is in it already stays."},
	}
	if key == bulkLeave {
		b.op, b.label, b.done, b.danger = "removeUserFromGroup", "Remove from group", "is not in the group", true
		b.says = []string{"They leave the group, and with it lose the apps that it gives.", "Who was put in by a group rule is excepted from that rule."}
	}
	b.pick = h.pickGroup(c, id)
	if id == "" {
		b.missing = "Find the group and pick it first."
	}
	b.why = func(d okta.Object) string {
		if key == bulkJoin && d.Text("status") == "DEPROVISIONED" {
			return "Not possible: deactivated"
		}
		return ""
	}
	b.call = func(d okta.Object, reason string) okta.Call {
		return okta.Call{Op: okta.Find(b.op), Args: map[string]string{"groupId": id, "userId": d.Text("id")}, Before: d, Reason: reason}
	}
	return b
}

// pickGroup is the search for the group: what is picked stays, what was found comes below.
func (h *console) pickGroup(c *gin.Context, picked string) *ui.Pick {
	ctx := c.Request.Context()
	p := &ui.Pick{Name: "group", Label: "Group", FindName: "find", Find: searchable(c.PostForm("find")), Ask: peopleSelected}
	var docs []okta.Object
	err := together(ctx, func(ctx context.Context) error {
		if picked == "" {
			return nil
		}
		found, err := h.byID(ctx, "listGroups", []string{picked})
		if d := found[picked]; !d.IsZero() {
			docs = append([]okta.Object{d}, docs...)
		}
		return err
	})
	if err == nil && p.Find != "" {
		var found []okta.Object
		if found, err = h.findGroups(ctx, p.Find); err == nil {
			docs = append(docs, found...)
		}
	}
	if err != nil {
		p.Empty = h.words(err)
		return p
	}
	for _, d := range docs {
		if g := groupRow(d); g.Editable && !slices.ContainsFunc(p.Options, func(o ui.PickOption) bool { return o.Value == g.ID }) {
			p.Options = append(p.Options, ui.PickOption{Value: g.ID, Label: g.Name, Note: g.Description, On: g.ID == picked})
		}
	}
	if p.Find != "" {
		p.Empty = "No group that you may see and whose members can be changed matches."
	}
	return p
}

// findGroups looks for groups that a box names.
func (h *console) findGroups(ctx context.Context, text string) ([]okta.Object, error) {
	search, fault := groupBox.search(text)
	if fault != nil {
		search = anyOf("co", text, "profile.name")
	}
	return h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"search": {search}, "sortBy": {"profile.name"}, "limit": {groupChoices}}})
}
