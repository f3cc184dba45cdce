package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const (
	// assignedPage is how many people a page of the tab holds, assignedGroups how many groups it shows.
	assignedPage   = "50"
	assignedGroups = 200
)

// appAssignments is the tab of who has the app. The first page takes the groups, the
// people, and what a search for somebody to assign found: all at once.
func (h *console) appAssignments(c *gin.Context, app okta.Object) (View, error) {
	ctx, id, at := c.Request.Context(), app.Text("id"), *c.Request.URL
	a := application.Assignments{App: appPath(app), Name: app.Text("label"), MayAssign: h.mayOn(ctx, "assignUserToApplication", id)}
	a.MayMove = a.MayAssign && h.mayOn(ctx, "createApplicationGroupAssignment", id)
	if c.Request.Method == http.MethodGet {
		a.Find, a.Query = searchable(c.Query("find")), searchable(c.Query("q"))
	} else {
		at = url.URL{Path: appTabPath(app, assignmentsTab)} // a write comes back to the first page
	}
	further := c.Request.Method == http.MethodGet && c.Query("after") != ""
	var groups, people []okta.Object
	var found []application.Assignable
	var problem string
	find, query := a.Find, url.Values{"expand": {"user"}, "limit": {assignedPage}}
	if a.Query != "" {
		query.Set("q", a.Query)
	}
	reads := []func(context.Context) error{func(ctx context.Context) (err error) {
		people, a.Next, err = h.further(ctx, okta.Call{Op: okta.Find("listApplicationUsers"), Args: appArg(id), Query: query}, &at)
		return err
	}}
	if !further {
		reads = append(reads, func(ctx context.Context) (err error) {
			groups, err = h.groupsOfApp(ctx, id, assignedGroups)
			return err
		}, func(ctx context.Context) (err error) {
			found, problem, err = h.findAssignable(ctx, app, find)
			return err
		})
	}
	if err := together(ctx, reads...); err != nil {
		return nil, err
	}
	for i, d := range groups {
		g := application.AssignedGroup{ID: d.Text("id"), Name: groupName(d.Object("_embedded", "group")), Place: i + 1, Profile: profileWords(d), First: i == 0, Last: i == len(groups)-1}
		if g.ID == c.Param("group") {
			g.Focus = movedBy(c.PostForm("by"), g)
		}
		a.Groups = append(a.Groups, g)
		for j, f := range found {
			if f.Href == a.App+"/groups/"+g.ID {
				found[j].Why = "assigned"
			}
		}
	}
	if len(groups) == assignedGroups {
		a.MoreGroups = "These are the first " + ui.Number(assignedGroups) + " groups."
	}
	a.Found, a.Problem = found, problem
	for _, d := range people {
		a.People = append(a.People, assignedPerson(d))
	}
	return tabList{
		rows: application.AssignedRows(a), further: further, data: listOf(noneNil(people), a.Next),
	}.in(c, h.appScreen(c, app, assignmentsTab, application.AssignmentsTab(a))), nil
}

// movedBy is the button that moves a group on, or back where it is at the end.
func movedBy(verb string, g application.AssignedGroup) string {
	switch {
	case verb == "Up" && g.First:
		return "Down"
	case verb == "Down" && g.Last:
		return "Up"
	}
	return verb
}

// groupsOfApp are the groups that give an app, in their order.
func (h *console) groupsOfApp(ctx context.Context, app string, most int) ([]okta.Object, error) {
	groups, err := h.upTo(ctx, most, okta.Call{
		Op: okta.Find("listApplicationGroupAssignments"), Args: appArg(app), Query: url.Values{"expand": {"group"}, "limit": {"200"}},
	})
	slices.SortStableFunc(groups, func(x, y okta.Object) int { return priorityOf(x) - priorityOf(y) })
	return groups, err
}

// priorityOf is the place of a group among those of an app, the first 0.
func priorityOf(assignment okta.Object) int {
	n, err := strconv.Atoi(string(assignment.Get("priority")))
	if err != nil {
		return 0
	}
	return n
}

func assignedPerson(d okta.Object) application.AssignedPerson {
	who := d.Object("_embedded", "user")
	p := application.AssignedPerson{
		ID: d.Text("id"), Name: d.Text("id"), Login: who.Text("profile", "login"), Status: who.Text("status"),
		UserName: d.Text("credentials", "userName"), Direct: d.Text("scope") == "USER",
		Group: application.Link{Label: d.Text("_links", "group", "name"), Href: "/groups/" + idIn(d.Text("_links", "group", "href"))},
	}
	if !who.IsZero() {
		p.Name = personName(who)
	}
	return p
}

// profileWords are the values of an assignment's profile in one line.
func profileWords(d okta.Object) string {
	var words []string
	profile := d.Object("profile")
	for _, name := range profile.Keys() {
		if v := strings.ReplaceAll(formText(profile.Get(name)), "\n", ", "); v != "" {
			words = append(words, name+": "+v)
		}
	}
	return strings.Join(words, " · ")
}

// findAssignable looks for groups and people, both at once; problem says why not.
func (h *console) findAssignable(ctx context.Context, app okta.Object, find string) (out []application.Assignable, problem string, err error) {
	id := app.Text("id")
	if find == "" || !h.mayOn(ctx, "assignUserToApplication", id) {
		return nil, "", nil
	}
	var groups, people []okta.Object
	err = together(ctx, func(ctx context.Context) (err error) {
		if h.may(ctx, "listGroups") && h.mayOn(ctx, "createApplicationGroupAssignment", id) {
			groups, err = h.objects(ctx, okta.Call{Op: okta.Find("listGroups"), Query: url.Values{"q": {find}, "limit": {groupChoices}}})
		}
		return err
	}, func(ctx context.Context) (err error) {
		if h.may(ctx, "listUsers") {
			people, problem, err = h.findPeople(ctx, find)
		}
		return err
	})
	for _, g := range groups {
		out = append(out, application.Assignable{Name: groupName(g), Note: "Group", Group: true, Href: appPath(app) + "/groups/" + g.Text("id")})
	}
	for _, d := range people {
		a := application.Assignable{Name: personName(d), Note: d.Text("profile", "login"), Href: appPath(app) + "/people/" + d.Text("id")}
		if d.Text("status") == "DEPROVISIONED" {
			a.Why = "deactivated: can have no app"
		}
		out = append(out, a)
	}
	if len(out) > 0 { // a text that is no search for people may still name a group
		problem = ""
	}
	return out, problem, err
}
