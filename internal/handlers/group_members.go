package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
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
	if mayExport(auth.From(ctx)) {
		m.Export = m.Group + "/members.csv"
	}
	m.Bulk = ui.Bulk{
		Action: peopleSelected, Most: bulkMost, Actions: h.memberActions(ctx, m.MayRemove),
		Hidden: []ui.Hidden{{Name: "back", Value: m.Group + "/members"}, {Name: "group", Value: g.Text("id")}},
	}
	asked := m // the reads below run at once, and one of them writes m
	var docs, found []okta.Object
	var book ruleBook
	err := together(ctx, func(ctx context.Context) (err error) {
		book, err = h.readRules(ctx)
		return err
	}, func(ctx context.Context) (err error) {
		docs, m.Next, err = h.further(ctx, okta.Call{Op: okta.Find("listGroupUsers"), Args: groupArg(g.Text("id")), Query: url.Values{"limit": {memberPage}}}, &at)
		return err
	}, func(ctx context.Context) (err error) {
		found, m.Problem, err = h.findMembers(ctx, asked)
		return err
	})
	if err != nil {
		return nil, err
	}
	var present []string
	for _, d := range docs {
		row := memberRow(d)
		row.Present, row.From = true, h.memberOrigin(book, g, d)
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

// memberActions are what can be done to selected members: to leave the group first.
func (h *console) memberActions(ctx context.Context, mayRemove bool) []ui.BulkAction {
	var out []ui.BulkAction
	for _, a := range h.peopleActions(ctx) {
		switch a.Key {
		case bulkJoin:
		case bulkLeave:
			if mayRemove {
				out = slices.Insert(out, 0, ui.BulkAction{Key: bulkLeave, Label: "Remove from this group", Danger: true})
			}
		default:
			a.Rare = a.Rare || a.Key != "export"
			out = append(out, a)
		}
	}
	return out
}

// memberOrigin tells where somebody's membership comes from, for groups of every type.
func (h *console) memberOrigin(b ruleBook, g, person okta.Object) group.Origin {
	switch g.Text("type") {
	case "BUILT_IN":
		return group.Origin{Kind: "org", Note: "the org"}
	case "APP_GROUP":
		return group.Origin{Kind: "app", Note: "the app"}
	}
	return b.origin(g.Text("id"), person)
}

// exportMembers sends the members of a group as CSV.
func (h *console) exportMembers(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	g, err := h.readGroup(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	book, err := h.readRules(ctx)
	if err != nil {
		return nil, err
	}
	s := sheet{
		file: "members", audited: "exportGroupUsers", head: []string{"Name", "Username", "E-mail", "Status", "Comes from", "Id"},
		detail: map[string]string{"group": g.Text("id")},
		row: func(d okta.Object) []string {
			return []string{personName(d), d.Text("profile", "login"), d.Text("profile", "email"), d.Text("status"), h.memberOrigin(book, g, d).Words(), d.Text("id")}
		},
	}
	return h.export(c, s, h.exportPages(ctx, okta.Call{Op: okta.Find("listGroupUsers"), Args: groupArg(g.Text("id")), Query: url.Values{"limit": {exportPage}}}))
}

// findMembers looks for people to add; problem says why nobody was looked for.
func (h *console) findMembers(ctx context.Context, m group.Members) (found []okta.Object, problem string, err error) {
	if m.Find == "" || !m.MayAdd {
		return nil, "", nil
	}
	return h.findPeople(ctx, m.Find)
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
