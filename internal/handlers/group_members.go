package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

const (
	// memberPage is how many members a page of the tab holds.
	memberPage = "50"
	// memberChoices is how many people a search for one to add shows.
	memberChoices = "20"
)

// membersScreen is the people of the group, with a search for one to add (find).
func (h *console) membersScreen(c *gin.Context, g okta.Object) (View, error) {
	ctx, at := c.Request.Context(), *c.Request.URL
	m := group.Members{
		Group: groupPath(g), Name: groupName(g), Locked: h.groupLocked(ctx, g, "listGroupUsers"),
		MayAdd: h.groupLocked(ctx, g, "addUserToGroup") == "", MayRemove: h.groupLocked(ctx, g, "removeUserFromGroup") == "",
	}
	if c.Request.Method == http.MethodGet {
		m.Find = searchable(c.Query("find"))
	} else {
		at = url.URL{Path: m.Group + "/members"} // a write comes back to the first page
	}
	var docs, found []okta.Object
	err := together(ctx, func(ctx context.Context) (err error) {
		docs, m.Next, err = h.further(ctx, okta.Call{Op: okta.Find("listGroupUsers"), Args: groupArg(g.Text("id")), Query: url.Values{"limit": {memberPage}}}, &at)
		return err
	}, func(ctx context.Context) (err error) {
		found, m.Problem, err = h.findMembers(ctx, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	var present []string
	for _, d := range docs {
		row := memberRow(d)
		row.Present = true
		present = append(present, row.ID)
		m.Rows = append(m.Rows, row)
	}
	for _, d := range found {
		row := memberRow(d)
		row.Present = slices.Contains(present, row.ID)
		m.Found = append(m.Found, row)
	}
	return tabList{
		rows: group.MemberRows(m), further: c.Query("after") != "", data: listOf(noneNil(docs), m.Next),
	}.in(c, h.groupScreen(c, g, "members", group.MembersTab(m))), nil
}

// findMembers looks for people to add; problem says why nobody was looked for.
func (h *console) findMembers(ctx context.Context, m group.Members) (found []okta.Object, problem string, err error) {
	if m.Find == "" || !m.MayAdd {
		return nil, "", nil
	}
	search, fault := peopleBox.search(m.Find)
	if fault != nil {
		return nil, unreadable(fault), nil
	}
	found, err = h.objects(ctx, okta.Call{Op: okta.Find("listUsers"), Query: url.Values{"search": {search}, "limit": {memberChoices}}})
	if problem = unsearchable(err); problem != "" {
		return nil, problem, nil
	}
	return found, "", err
}

func memberRow(d okta.Object) group.Member {
	return group.Member{ID: d.Text("id"), Name: personName(d), Login: d.Text("profile", "login"), Status: d.Text("status")}
}

// addMember and removeMember change one membership, by the person's id.
func (h *console) addMember(c *gin.Context) (View, error) {
	return h.changeMember(c, c.PostForm("person"), "addUserToGroup", "was added")
}

func (h *console) removeMember(c *gin.Context) (View, error) {
	return h.changeMember(c, c.Param("person"), "removeUserFromGroup", "was removed")
}

func (h *console) changeMember(c *gin.Context, id, op, verb string) (View, error) {
	p, g, err := h.setMembership(c, id, c.Param("id"), op)
	if err != nil {
		return nil, err
	}
	done := ui.Message{Kind: "ok", Title: personName(p.doc) + " " + verb + "."}
	if wanted(c.Request) != fragment {
		return redirect(groupPath(g)+"/members", g, done), nil
	}
	v, err := h.membersScreen(c, g)
	if err != nil {
		return nil, err
	}
	s := v.(Screen)
	s.Around.Messages = []ui.Message{done}
	return s, nil
}
