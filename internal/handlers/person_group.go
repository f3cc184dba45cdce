package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// mostGroups bounds the memberships of one person that are read for a page.
const mostGroups = 1000

// groupChoices is how many groups a search for one to join shows.
const groupChoices = "20"

// groupsOf are the groups of a person, the rules of the org, and what a search for a
// group to join found.
type groupsOf struct {
	mine, found []okta.Object
	book        ruleBook
	find        string
	partial     string
}

// readGroupsTab reads the groups of a person, where their memberships come from, and the
// groups that a search for one to join names (find): all at once.
func readGroupsTab(h *console, c *gin.Context, ctx context.Context, id string) (tabDrawer, error) {
	var g groupsOf
	if c.Request.Method == http.MethodGet {
		g.find = strings.TrimSpace(c.Query("find"))
	}
	err := together(ctx, func(ctx context.Context) (err error) {
		g.mine, err = h.upTo(ctx, mostGroups, okta.Call{Op: okta.Find("listUserGroups"), Args: userArg(id)})
		return err
	}, func(ctx context.Context) (err error) {
		g.book, err = h.readRules(ctx)
		return err
	}, func(ctx context.Context) (err error) {
		if g.find == "" || !h.may(ctx, "listGroups") {
			return nil
		}
		g.found, err = h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"q": {g.find}, "limit": {groupChoices}}})
		return err
	})
	if len(g.mine) == mostGroups {
		g.partial = "More than " + ui.Number(mostGroups) + " groups: only the first are shown."
	}
	return func(p person) (Screen, error) { return h.groupsScreen(c, p, g), nil }, err
}

// groupsScreen is the tab Groups.
func (h *console) groupsScreen(c *gin.Context, p person, in groupsOf) Screen {
	ctx := c.Request.Context()
	g := user.Groups{
		Person: "/people/" + p.id(), Name: personName(p.doc), Find: in.find, Partial: in.partial,
		MayAdd: h.may(ctx, "addUserToGroup") && p.status() != "DEPROVISIONED", MayRemove: h.may(ctx, "removeUserFromGroup"),
	}
	var ids []string
	for _, d := range in.mine {
		ids = append(ids, d.Text("id"))
		row := groupRow(d)
		if row.Editable {
			row.From = group.OriginWords(in.book.origin(row.ID, p.doc))
			row.Editable = h.mayOn(ctx, "removeUserFromGroup", row.ID)
		}
		g.Rows = append(g.Rows, row)
	}
	slices.SortFunc(g.Rows, func(a, b user.Group) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	for _, d := range in.found {
		row := groupRow(d)
		row.Member = slices.Contains(ids, row.ID)
		g.Found = append(g.Found, row)
	}
	v := h.personScreen(c, p, "groups", user.GroupsTab(g))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(noneNil(in.mine), "")
	}
	return v
}

// objects calls the org for a list of documents.
func (h *console) objects(ctx context.Context, call okta.Call) ([]okta.Object, error) {
	resp, err := h.config.Org.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	return resp.Objects()
}

func groupRow(d okta.Object) user.Group {
	g := user.Group{ID: d.Text("id"), Name: d.Text("profile", "name"), Description: d.Text("profile", "description")}
	switch d.Text("type") {
	case "OKTA_GROUP":
		g.Kind, g.Editable = "Group of the org", true
	case "BUILT_IN":
		g.Kind = "Built in: kept by the org"
	case "APP_GROUP":
		g.Kind = "From an app: kept there"
	}
	return g
}

// setMembership puts somebody into a group or out of it, and returns both as they were.
func (h *console) setMembership(c *gin.Context, id, group, op string) (p person, doc okta.Object, err error) {
	ctx := c.Request.Context()
	p, err = h.readPerson(ctx, id, func(ctx context.Context) (err error) {
		doc, err = h.readGroup(ctx, group)
		return err
	})
	if err != nil {
		return p, doc, err
	}
	_, err = h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find(op), Args: map[string]string{"groupId": group, "userId": p.id()}, Before: doc, Reason: reason(c),
	})
	return p, doc, err
}

// joinGroup and leaveGroup change one membership, by the group's id.
func (h *console) joinGroup(c *gin.Context) (View, error) {
	return h.changeMembership(c, c.PostForm("group"), "addUserToGroup", "joined")
}

func (h *console) leaveGroup(c *gin.Context) (View, error) {
	return h.changeMembership(c, c.Param("group"), "removeUserFromGroup", "left")
}

func (h *console) changeMembership(c *gin.Context, group, op, verb string) (View, error) {
	p, doc, err := h.setMembership(c, c.Param("id"), group, op)
	if err != nil {
		return nil, err
	}
	done := ui.Message{Kind: "ok", Title: personName(p.doc) + " " + verb + " " + doc.Text("profile", "name") + "."}
	return h.tabAfter(c, p, "groups", done)
}
