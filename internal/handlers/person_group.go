package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// mostGroups bounds the memberships of one person that are read for a page.
const mostGroups = 1000

// groupChoices is how many groups a search for one to join shows.
const groupChoices = "20"

// groupsScreen is the groups of the person, with a search for one to join (find).
func (h *console) groupsScreen(c *gin.Context, p person) (Screen, error) {
	ctx := c.Request.Context()
	g := user.Groups{
		Person: "/people/" + p.id(), Name: personName(p.doc), Find: strings.TrimSpace(c.Query("find")),
		MayAdd: h.may(ctx, "addUserToGroup") && p.status() != "DEPROVISIONED", MayRemove: h.may(ctx, "removeUserFromGroup"),
	}
	if c.Request.Method != http.MethodGet {
		g.Find = ""
	}
	var mine, found []okta.Object
	err := together(ctx, func(ctx context.Context) error {
		for d, err := range h.config.Org.All(ctx, okta.Call{Op: okta.Find("listUserGroups"), Args: userArg(p.id())}) {
			if err != nil {
				return err
			}
			if mine = append(mine, d); len(mine) > mostGroups {
				g.Partial = "More than " + ui.Number(mostGroups) + " groups: only the first are shown."
				break
			}
		}
		return nil
	}, func(ctx context.Context) (err error) {
		if g.Find == "" || !h.may(ctx, "listGroups") {
			return nil
		}
		found, err = h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"q": {g.Find}, "limit": {groupChoices}}})
		return err
	})
	if err != nil {
		return Screen{}, err
	}
	var ids []string
	for _, d := range mine {
		ids = append(ids, d.Text("id"))
		g.Rows = append(g.Rows, groupRow(d))
	}
	slices.SortFunc(g.Rows, func(a, b user.Group) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	for _, d := range found {
		row := groupRow(d)
		row.Member = slices.Contains(ids, row.ID)
		g.Found = append(g.Found, row)
	}
	v := h.personScreen(c, p, "groups", user.GroupsTab(g))
	if c.Request.Method == http.MethodGet {
		if mine == nil {
			mine = []okta.Object{}
		}
		v.Data = listOf(mine, "")
	}
	return v, nil
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
	if wanted(c.Request) == page {
		return redirect("/people/"+p.id()+"/groups", p.doc, done), nil
	}
	v, err := h.groupsScreen(c, p)
	v.Around.Messages = []ui.Message{done}
	return v, err
}
