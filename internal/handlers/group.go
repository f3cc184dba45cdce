package handlers

import (
	"cmp"
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// readGroup asks the org for the group, by id: a search may lag behind a write (fault 21).
func (h *console) readGroup(ctx context.Context, id string) (okta.Object, error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getGroup"), Args: groupArg(id)})
	if err != nil {
		return okta.Object{}, groupError(err)
	}
	return resp.Object()
}

func groupArg(id string) map[string]string { return map[string]string{"groupId": id} }

func groupName(g okta.Object) string { return g.Text("profile", "name") }

func groupPath(g okta.Object) string { return "/groups/" + g.Text("id") }

// groupError tells a group that is not there from other things that are not.
func groupError(err error) error {
	p, is := asOrgProblem(err)
	if is && p.Status == http.StatusNotFound {
		return problem{
			Status: p.Status, Code: p.Code, Title: "Group not found", Err: err,
			Message: "It may have been deleted, or none of your admin roles covers it.",
		}
	}
	return err
}

// groupParts are the tabs of a group's page.
var groupParts = []part{
	{"profile", "Profile", "getGroup"},
	{"members", "Members", "listGroupUsers"},
	{"apps", "Apps", "listApplications"},
	{"rules", "Rules", "listGroupRules"},
	{"roles", "Admin roles", "listGroupAssignedRoles"},
	{"owners", "Owners", "listGroupOwners"},
	{"activity", "Activity", "getLogs"},
	{"history", "History", ""},
	{"json", "JSON", "getGroup"},
}

// getGroup is the profile of a group.
func (h *console) getGroup(c *gin.Context) (View, error) {
	g, err := h.readGroup(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.groupProfile(c, g, h.groupForm(c.Request.Context(), g)), nil
}

// getGroupTab is a tab that has an address of its own.
func (h *console) getGroupTab(c *gin.Context) (View, error) {
	tab := c.Param("tab")
	switch tab {
	case "members", "apps", "rules", "roles", "owners", "activity", "history", "json":
	default:
		return nil, notFound("Page")
	}
	g, err := h.readGroup(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	v, err := h.groupTab(c, g, tab)
	if refusal, is := asOrgProblem(err); is && refusal.Status == http.StatusForbidden && wanted(c.Request) != document {
		s := h.groupScreen(c, g, tab, user.Boxed(ui.NoPermission(refusal.Title, refusal.Message)))
		s.Around.Status = refusal.Status
		return s, nil
	}
	return v, err
}

// groupTab is the content of a tab under the head of the group.
func (h *console) groupTab(c *gin.Context, g okta.Object, tab string) (View, error) {
	var list tabList
	var err error
	switch tab {
	case "members":
		return h.membersScreen(c, g)
	case "apps":
		return h.groupAppsScreen(c, g)
	case "rules":
		return h.groupRulesTab(c, g)
	case "roles":
		return h.groupRolesTab(c, g)
	case "owners":
		return h.groupOwnersTab(c, g)
	case "activity":
		list, err = h.eventsOf(c, "/groups/", g.Text("id"), "group")
	case "history":
		list, err = h.changesOf(c, "/groups/", g.Text("id"))
	default:
		return h.groupScreen(c, g, "json", ui.JSON("As the org has it", g.Bytes())), nil
	}
	if err != nil {
		return nil, err
	}
	return list.in(c, h.groupScreen(c, g, tab, list.whole)), nil
}

// groupScreen puts a tab's content under the head of the group. A swap of the tab gets
// the content, any other fragment the whole group.
func (h *console) groupScreen(c *gin.Context, g okta.Object, tab string, content group.Content) Screen {
	ctx, id := c.Request.Context(), g.Text("id")
	head := group.Head{
		ID: id, Name: groupName(g), Type: g.Text("type"), MembersUpdated: g.Text("lastMembershipUpdated"),
		Tabs: h.tabs(ctx, "/groups/", id, tab, groupParts),
	}
	if h.groupLocked(ctx, g, "deleteGroup") == "" {
		head.Delete = groupPath(g) + "/delete"
	}
	v := Screen{
		Around: About{Title: head.Name, Section: "groups"},
		Body:   group.Page(head, content), Part: content,
		Data: itemOf(g, h.groupCan(ctx, g)),
	}
	if c.Request.Method != http.MethodGet {
		v.Part = group.Group(head, content)
	}
	return v
}

// groupLocked says why an operation is not open on a group; "" where it is. The org keeps
// what is built in, an app what it brought (E0000111).
func (h *console) groupLocked(ctx context.Context, g okta.Object, op string) string {
	switch g.Text("type") {
	case "BUILT_IN":
		return "The org keeps this group: its name, description and members cannot be changed."
	case "APP_GROUP":
		return "An app keeps this group: change its name, description and members there."
	}
	if a := h.config.SignIn.Can(ctx, auth.From(ctx), okta.Find(op), g.Text("id")); a.Verdict == auth.No {
		return cmp.Or(a.Reason, "None of your admin roles covers this.")
	}
	return ""
}

// groupCan are the operations that are open on this group now.
func (h *console) groupCan(ctx context.Context, g okta.Object) []string {
	can := []string{}
	for _, op := range []string{"updateGroup", "deleteGroup", "addUserToGroup", "removeUserFromGroup"} {
		if h.groupLocked(ctx, g, op) == "" && h.mayOn(ctx, op, g.Text("id")) {
			can = append(can, op)
		}
	}
	return can
}

// groupProfile is the tab Profile.
func (h *console) groupProfile(c *gin.Context, g okta.Object, f group.Form) Screen {
	changes, problem := h.lastChanges(c.Request.Context(), g.Text("id"))
	return h.groupScreen(c, g, "profile", group.Profile(f, group.Side{
		Type: g.Text("type"), Source: g.Text("source", "id"),
		Times: []group.Moment{
			{Label: "Created", At: g.Text("created")},
			{Label: "Updated", At: g.Text("lastUpdated")},
			{Label: "Members changed", At: g.Text("lastMembershipUpdated")},
		},
		Changes: user.LastChanges(changes, problem, groupPath(g)+"/history"),
	}))
}
