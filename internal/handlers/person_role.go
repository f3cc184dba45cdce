package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// roleNotes say in a line what a standard role is for.
var roleNotes = map[string]string{
	okta.SuperAdmin: "Everything, admins too", okta.OrgAdmin: "People, groups, policies and settings; neither admins nor apps",
	okta.UserAdmin: "People of its groups: profiles, states, passwords, factors, memberships", okta.AppAdmin: "Apps and who is assigned to them",
	okta.ReadOnlyAdmin: "Sees everything but secrets, changes nothing", okta.MobileAdmin: "Policies and devices; sees people, groups and apps",
	okta.HelpDeskAdmin: "Unlocks people of its groups, resets passwords and factors", okta.ReportAdmin: "Reports and the System Log",
	okta.APIAccessAdmin: "Authorization servers and OpenID Connect apps", okta.GroupMembershipAdmin: "Adds and removes members of its groups",
}

// heldRole is a role of a person or a group with what it is narrowed to.
type heldRole struct {
	doc okta.Object
	// group is the group that was given the role; "" where a person was.
	group string
	// via is that group where a person's page shows it, and name what it is called.
	via, name string

	targets []okta.Object
	problem string
}

// kind is the standard role; nil for a custom one.
func (r heldRole) kind() *okta.Role { return okta.FindRole(r.doc.Text("type")) }

// roleSearch is a search for something to narrow a role to.
type roleSearch struct {
	role, text string
	found      []okta.Object
}

// readRolesTab reads the roles, then at once what each is narrowed to and the group that
// it comes with: the org tells that for one role at a time only.
func readRolesTab(h *console, c *gin.Context, ctx context.Context, id string) (tabDrawer, error) {
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listAssignedRolesForUser"), Args: userArg(id)})
	if err != nil {
		return nil, err
	}
	roles := make([]heldRole, len(docs))
	search := roleSearch{}
	if c.Request.Method == http.MethodGet {
		search.role, search.text = c.Query("role"), searchable(c.Query("find"))
	}
	names := make([]string, len(docs)) // beside roles, which are read and written at once
	var reads []func(context.Context) error
	for i, d := range docs {
		roles[i].doc = d
		if d.Text("assignmentType") == "GROUP" {
			roles[i].group = path.Base(d.Text("_links", "assignee", "href"))
			roles[i].via = roles[i].group
			reads = append(reads, func(ctx context.Context) error {
				g, err := h.readGroup(ctx, path.Base(d.Text("_links", "assignee", "href")))
				names[i] = groupName(g)
				return readable(err)
			})
		}
		held := roles[i]
		reads = append(reads, func(ctx context.Context) error { return h.readTargets(ctx, id, &roles[i]) })
		if d.Text("id") == search.role && search.text != "" {
			reads = append(reads, func(ctx context.Context) (err error) {
				search.found, err = h.findTargets(ctx, held, search.text)
				return err
			})
		}
	}
	if err := together(ctx, reads...); err != nil {
		return nil, err
	}
	for i, name := range names {
		if name != "" {
			roles[i].name = name
		}
	}
	return func(p person) (Screen, error) { return h.rolesScreen(c, p, roles, search), nil }, nil
}

// readable passes over a refusal: what stands beside the roles may be closed to the reader.
func readable(err error) error {
	var p problem
	if _, is := asOrgProblem(err); is || errors.As(err, &p) {
		return nil
	}
	return err
}

// rolesScreen is the tab Admin roles.
func (h *console) rolesScreen(c *gin.Context, p person, roles []heldRole, search roleSearch) Screen {
	ctx := c.Request.Context()
	t := user.Roles{
		Holder: "/people/" + p.id(), Target: "person", Name: personName(p.doc), Confirm: p.doc.Text("profile", "login"), FormID: rand.Text(),
		Me:   auth.From(ctx).UserID == p.id(),
		Says: "It counts from the next request on, for the whole org until it is narrowed.", Loses: "They lose what it allows with their next request.",
		None: personName(p.doc) + " is no admin, neither directly nor by a group.",
	}
	may := h.mayOn(ctx, "removeRoleFromUser", p.id())
	t.Rows = roleRows(roles, search, func(r heldRole) bool { return may && r.via == "" })
	if p.status() != "DEPROVISIONED" && h.mayOn(ctx, "assignRoleToUser", p.id()) {
		t.Give = rolesToGive(roles)
	}
	v := h.personScreen(c, p, "roles", user.RolesTab(t))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(roleDocs(roles), "")
	}
	return v
}

// roleRows are roles with what the reader may do with them, and what a search to narrow one found.
func roleRows(roles []heldRole, search roleSearch, may func(heldRole) bool) (rows []user.Role) {
	for _, r := range roles {
		row := roleRow(r, may(r))
		if row.ID == search.role && search.text != "" && row.MayAlter {
			row.Find, row.Finding = search.text, true
			for _, d := range search.found {
				g := targetRow(row.Narrows, d)
				g.On = slices.ContainsFunc(row.Targets, func(on user.RoleTarget) bool { return on.ID == g.ID })
				row.Found = append(row.Found, g)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// rolesToGive are the standard roles that are not held directly.
func rolesToGive(roles []heldRole) []ui.Option {
	give := []ui.Option{{Label: "Choose a role"}}
	for _, k := range okta.Roles() {
		if !slices.ContainsFunc(roles, func(r heldRole) bool { return r.via == "" && r.doc.Text("type") == k.Type }) {
			give = append(give, ui.Option{Value: k.Type, Label: k.Label})
		}
	}
	return give
}

func roleDocs(roles []heldRole) []okta.Object {
	docs := []okta.Object{}
	for _, r := range roles {
		docs = append(docs, r.doc)
	}
	return docs
}

func roleRow(r heldRole, may bool) user.Role {
	row := user.Role{
		ID: r.doc.Text("id"), Label: r.doc.Text("label"), Note: roleNotes[r.doc.Text("type")], Created: r.doc.Text("created"), Problem: r.problem, MayAlter: may,
	}
	if row.Label == "" {
		row.Label = roleWords(r.doc.Text("type"))
	}
	if k := r.kind(); k != nil {
		row.Narrows = string(k.Narrows)
	}
	if r.via != "" {
		row.Via = user.Party{Name: r.name, Href: "/groups/" + r.via}
		if row.Via.Name == "" {
			row.Via.Name = "that you may not see"
		}
	}
	for _, d := range r.targets {
		row.Targets = append(row.Targets, targetRow(row.Narrows, d))
	}
	return row
}

// giveRole gives a standard role to a person. It wants the login typed (security 38).
func (h *console) giveRole(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	p, err := h.readPerson(ctx, c.Param("id"))
	if err != nil {
		return nil, personError(err)
	}
	k := okta.FindRole(c.PostForm("type"))
	if k == nil {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "type", Title: "Choose a role first", Message: "It is none of the standard roles."}
	}
	login := p.doc.Text("profile", "login")
	if !strings.EqualFold(strings.TrimSpace(c.PostForm("confirm")), login) {
		return nil, notConfirmed("Not given", "login", login)
	}
	_, err = h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{
			Op: okta.Find("assignRoleToUser"), Args: userArg(p.id()), Body: encoded(map[string]string{"type": k.Type}), Reason: reason(c),
		})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	if err != nil {
		return nil, err
	}
	done := ui.Message{Kind: "ok", Title: personName(p.doc) + " is " + k.Label + " now."}
	if k.Narrows != okta.NoTargets {
		done.Text = "For the whole org, until it is narrowed."
	}
	return h.tabAfter(c, p, "roles", done)
}

// removeRole takes a role away that the person holds directly.
func (h *console) removeRole(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	p, role, err := h.personsRole(ctx, c)
	if err != nil {
		return nil, err
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("removeRoleFromUser"), Args: roleArgs(p, role), Before: role, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return h.tabAfter(c, p, "roles", ui.Message{Kind: "ok", Title: role.Text("label") + " is taken from " + personName(p.doc) + "."})
}

// personsRole reads the person and the role of a write at once.
func (h *console) personsRole(ctx context.Context, c *gin.Context) (p person, role okta.Object, err error) {
	p, err = h.readPerson(ctx, c.Param("id"), func(ctx context.Context) error {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getUserRole"), Args: map[string]string{"userId": c.Param("id"), "roleId": c.Param("role")}})
		if refusal, is := asOrgProblem(err); is && refusal.Status == http.StatusNotFound {
			return problem{
				Status: http.StatusNotFound, Code: refusal.Code, Title: "Role not found",
				Message: "It was taken away meanwhile, or comes with a group. The tab Admin roles shows what is held.",
			}
		}
		if err != nil {
			return err
		}
		role, err = resp.Object()
		return err
	})
	return p, role, personError(err)
}

func roleArgs(p person, role okta.Object) map[string]string {
	return map[string]string{"userId": p.id(), "roleId": role.Text("id")}
}
