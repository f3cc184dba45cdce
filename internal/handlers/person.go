package handlers

import (
	"cmp"
	"context"
	"net/http"
	"path"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// person is somebody as the org has them now, read by id: a search may lag behind a write (fault 21).
type person struct {
	doc okta.Object
	// etag is the version of doc, for If-Match; "" where the org sends none.
	etag string
	// schema is that of the person's type; empty where it may not be read.
	schema userSchema
	// typeName is what the person's type is called; "" where it may not be read.
	typeName string
}

func (p person) id() string     { return p.doc.Text("id") }
func (p person) status() string { return p.doc.Text("status") }

// readPerson asks the org for the person, and at the same time for what else is given.
func (h *console) readPerson(ctx context.Context, id string, also ...func(context.Context) error) (person, error) {
	var p person
	reads := append(also, func(ctx context.Context) error {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getUser"), Args: userArg(id)})
		if err != nil {
			return err
		}
		p.etag = resp.Header.Get("ETag")
		if p.doc, err = resp.Object(); err != nil {
			return err
		}
		p.schema, err = h.readSchema(ctx, schemaOf(p.doc))
		return err
	})
	return p, together(ctx, reads...)
}

func userArg(id string) map[string]string { return map[string]string{"userId": id} }

// schemaOf is the id of the schema of a person's type, from the link to it.
func schemaOf(doc okta.Object) string {
	if id := path.Base(doc.Text("_links", "schema", "href")); strings.HasPrefix(id, "osc") {
		return id
	}
	return "default"
}

// getPerson is the profile of a person.
func (h *console) getPerson(c *gin.Context) (View, error) {
	ctx, id := c.Request.Context(), c.Param("id")
	var types []userType
	p, err := h.readPerson(ctx, id, func(ctx context.Context) (err error) {
		types, err = h.userTypes(ctx)
		return err
	})
	if err != nil {
		return nil, personError(err)
	}
	p.typeName = typeName(types, p.doc)
	return h.profileScreen(c, p, h.profileForm(ctx, p, nil, nil)), nil
}

// personError tells a person who is not there from other things that are not.
func personError(err error) error {
	p, is := asOrgProblem(err)
	if is && p.Status == http.StatusNotFound {
		return problem{
			Status: p.Status, Code: p.Code, Title: "Person not found", Err: err,
			Message: "They may have been deleted, or none of your admin roles covers them.",
		}
	}
	return err
}

// profileScreen is the tab Profile.
func (h *console) profileScreen(c *gin.Context, p person, f user.Form) Screen {
	side := h.side(c.Request.Context(), p)
	return h.personScreen(c, p, "profile", user.Profile(f, side))
}

// side is what stands beside the profile.
func (h *console) side(ctx context.Context, p person) user.Side {
	d := p.doc
	s := user.Side{Status: p.status(), Type: p.typeName, Provider: providerWords(d)}
	for _, t := range []struct{ name, label string }{
		{"created", "Created"},
		{"activated", "Activated"},
		{"statusChanged", "Status changed"},
		{"lastLogin", "Last sign-in"},
		{"passwordChanged", "Password changed"},
		{"lastUpdated", "Updated"},
	} {
		s.Times = append(s.Times, user.Moment{Label: t.label, At: d.Text(t.name)})
	}
	s.Changes, s.ChangesProblem = h.lastChanges(ctx, p.id())
	s.History = "/people/" + p.id() + "/history"
	return s
}

// providerWords says who checks the password and keeps the profile.
func providerWords(d okta.Object) string {
	kind, name := d.Text("credentials", "provider", "type"), d.Text("credentials", "provider", "name")
	if kind == "OKTA" || kind == "" {
		return "The org itself"
	}
	return cmp.Or(name, roleWords(kind))
}

// personTabs are the parts of a person's page: key, label, what it needs.
var personTabs = []part{
	{"profile", "Profile", "getUser"},
	{"groups", "Groups", "listUserGroups"},
	{"apps", "Apps", "listApplications"},
	{"factors", "Factors", "listFactors"},
	{"sessions", "Sessions and tokens", "listUserClients"},
	{"roles", "Admin roles", "listAssignedRolesForUser"},
	{"linked", "Linked objects", "listLinkedObjectDefinitions"},
	{"activity", "Activity", "getLogs"},
	{"history", "History", ""},
	{"json", "JSON", "getUser"},
}

// tabReader asks the org for what a tab of a person shows, at the same time as for the
// person, and returns what draws it once the person is there.
type tabReader func(h *console, c *gin.Context, ctx context.Context, id string) (tabDrawer, error)

type tabDrawer func(p person) (Screen, error)

// personReaders are how the tabs that have an address of their own are read.
var personReaders = map[string]tabReader{
	"groups": readGroupsTab, "apps": readAppsTab, "factors": readFactorsTab, "sessions": readAccessTab, "roles": readRolesTab, "linked": readLinkedTab, "activity": afterPerson((*console).activityScreen),
	"history": afterPerson((*console).historyScreen),
	"json": afterPerson(func(h *console, c *gin.Context, p person) (Screen, error) {
		return h.personScreen(c, p, "json", ui.JSON("As the org has it", p.doc.Bytes())), nil
	}),
}

// afterPerson is the reader of a tab that needs the person first.
func afterPerson(screen func(*console, *gin.Context, person) (Screen, error)) tabReader {
	return func(h *console, c *gin.Context, _ context.Context, _ string) (tabDrawer, error) {
		return func(p person) (Screen, error) { return screen(h, c, p) }, nil
	}
}

// part is a tab of an object's page: its place in the address, its name, the operation it
// needs. The first of a page has the object's own address.
type part struct{ key, label, op string }

// tabs are the parts that the reader may see of the object with id.
func (h *console) tabs(ctx context.Context, area, id, current string, parts []part) []ui.Tab {
	var out []ui.Tab
	for i, t := range parts {
		if t.op != "" && !h.mayOn(ctx, t.op, id) {
			continue
		}
		href := area + id
		if i > 0 {
			href += "/" + t.key
		}
		out = append(out, ui.Tab{Label: t.label, Href: href, Current: t.key == current})
	}
	return out
}

// personScreen puts a tab's content under the head of the person. A swap of the tab gets
// the content, any other fragment the whole person.
func (h *console) personScreen(c *gin.Context, p person, tab string, content user.Content) Screen {
	head := h.personHead(c.Request.Context(), p, tab)
	v := Screen{
		Around: About{Title: head.Name, Section: "people"},
		Body:   user.Page(head, content), Part: content,
		Data: itemOf(p.doc, h.personCan(c.Request.Context(), p)),
	}
	if c.Request.Method != http.MethodGet {
		v.Part = user.Person(head, content)
	}
	return v
}

// personHead is what stands above the tabs.
func (h *console) personHead(ctx context.Context, p person, tab string) user.Head {
	head := user.Head{
		ID: p.id(), Name: personName(p.doc), Login: p.doc.Text("profile", "login"),
		Status: p.status(), LastLogin: p.doc.Text("lastLogin"), Why: statusWords(p.doc),
	}
	head.Tabs = h.tabs(ctx, "/people/", p.id(), tab, personTabs)
	for _, a := range h.offered(ctx, p) {
		head.Actions = append(head.Actions, a.describe(p, head.Name))
	}
	return head
}

// mayOn is may for an operation on one object.
func (h *console) mayOn(ctx context.Context, op, target string) bool {
	return h.config.SignIn.Can(ctx, auth.From(ctx), okta.Find(op), target).Verdict != auth.No
}

// personCan are the operations that are open on this person now.
func (h *console) personCan(ctx context.Context, p person) []string {
	can := []string{}
	for _, a := range h.offered(ctx, p) {
		can = append(can, a.op)
	}
	for _, op := range []string{"partialUpdateUser", "addUserToGroup", "removeUserFromGroup"} {
		if p.status() != "DEPROVISIONED" && h.mayOn(ctx, op, p.id()) {
			can = append(can, op)
		}
	}
	return can
}
