package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

const (
	// mostTargets bounds what is read of one role's targets for a page.
	mostTargets = 200
	// targetChoices is how many groups or apps a search to narrow a role shows.
	targetChoices = "20"
)

// readTargets reads what a role is narrowed to, where it can be.
func (h *console) readTargets(ctx context.Context, id string, r *heldRole) error {
	k := r.kind()
	if k == nil || k.Narrows == okta.NoTargets {
		return nil
	}
	call := okta.Call{Args: map[string]string{"userId": id, "roleId": r.doc.Text("id")}, Query: url.Values{"limit": {"200"}}}
	if r.group != "" {
		call.Args = map[string]string{"groupId": r.group, "roleId": r.doc.Text("id")}
	}
	switch {
	case k.Narrows == okta.GroupTargets && r.group == "":
		call.Op = okta.Find("listGroupTargetsForRole")
	case k.Narrows == okta.GroupTargets:
		call.Op = okta.Find("listGroupTargetsForGroupRole")
	case r.group == "":
		call.Op = okta.Find("listApplicationTargetsForApplicationAdministratorRoleForUser")
	default:
		call.Op = okta.Find("listApplicationTargetsForApplicationAdministratorRoleForGroup")
	}
	var err error
	r.targets, err = h.upTo(ctx, mostTargets, call)
	if refusal, is := asOrgProblem(err); is {
		r.problem = "What it is narrowed to cannot be read: " + refusal.Title + "."
		return nil
	}
	return err
}

// findTargets looks for groups or apps to narrow a role to.
func (h *console) findTargets(ctx context.Context, r heldRole, text string) ([]okta.Object, error) {
	op := "listGroups"
	if k := r.kind(); k == nil || k.Narrows == okta.NoTargets {
		return nil, nil
	} else if k.Narrows == okta.AppTargets {
		op = "listApplications"
	}
	return h.objects(ctx, okta.Call{Op: okta.Find(op), Query: url.Values{"q": {text}, "limit": {targetChoices}}})
}

// targetRow is a group, an app or an app of the catalog as a target. Of an app that is
// found only the instance is meant; a target without an id is every instance of its name.
func targetRow(narrows string, d okta.Object) user.RoleTarget {
	id := d.Text("id")
	if narrows == string(okta.GroupTargets) {
		return user.RoleTarget{ID: id, Name: groupName(d), Href: "/groups/" + id}
	}
	name := cmp.Or(d.Text("label"), d.Text("displayName"), d.Text("name"))
	if id == "" {
		return user.RoleTarget{ID: d.Text("name"), Name: "Every app of the kind " + name}
	}
	return user.RoleTarget{ID: d.Text("name") + "/" + id, Name: name}
}

// narrowRole and widenRole add a target to a role and take one away.
func (h *console) narrowRole(c *gin.Context) (View, error) { return h.changeTarget(c, true) }

func (h *console) widenRole(c *gin.Context) (View, error) { return h.changeTarget(c, false) }

func (h *console) changeTarget(c *gin.Context, add bool) (View, error) {
	ctx := c.Request.Context()
	p, role, err := h.personsRole(ctx, c)
	if err != nil {
		return nil, err
	}
	call := okta.Call{Args: roleArgs(p, role), Before: role, Reason: reason(c)}
	call.Op = personTargets.operation(role, c.PostForm("target"), add, call.Args)
	if call.Op == nil {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "target", Title: "This role cannot be narrowed to that", Message: "Nothing was changed."}
	}
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, lastTarget(err)
	}
	done := ui.Message{Kind: "ok", Title: role.Text("label") + " is narrowed."}
	if !add {
		done.Title = role.Text("label") + " covers less now."
	}
	return h.tabAfter(c, p, "roles", done)
}

// targetOperations are the operations that narrow the roles of a person or of a group: to
// a group, an app of the catalog, an instance; each adds and removes. group is the name
// of the argument for the target group.
type targetOperations struct {
	group                          string
	toGroup, toCatalog, toInstance [2]string
}

var (
	personTargets = targetOperations{
		group:      "groupId",
		toGroup:    [2]string{"addGroupTargetToRole", "removeGroupTargetFromRole"},
		toCatalog:  [2]string{"addApplicationTargetToAdminRoleForUser", "removeApplicationTargetFromApplicationAdministratorRoleForUser"},
		toInstance: [2]string{"addApplicationTargetToAppAdminRoleForUser", "removeApplicationTargetFromAdministratorRoleForUser"},
	}
	groupTargets = targetOperations{
		group:      "targetGroupId",
		toGroup:    [2]string{"addGroupTargetToGroupAdministratorRoleForGroup", "removeGroupTargetFromGroupAdministratorRoleGivenToGroup"},
		toCatalog:  [2]string{"addApplicationTargetToAdminRoleGivenToGroup", "removeApplicationTargetFromApplicationAdministratorRoleGivenToGroup"},
		toInstance: [2]string{"addApplicationInstanceTargetToAppAdminRoleGivenToGroup", "removeApplicationTargetFromAdministratorRoleGivenToGroup"},
	}
)

// operation is the one that adds or removes a target, whose arguments go into args; nil for none.
func (t targetOperations) operation(role okta.Object, target string, add bool, args map[string]string) *okta.Operation {
	k := okta.FindRole(role.Text("type"))
	app, instance, isInstance := strings.Cut(target, "/")
	switch {
	case k == nil || target == "" || k.Narrows == okta.NoTargets:
		return nil
	case k.Narrows == okta.GroupTargets:
		args[t.group] = target
		return pick(add, t.toGroup)
	case isInstance:
		args["appName"], args["applicationId"] = app, instance
		return pick(add, t.toInstance)
	}
	args["appName"] = app
	return pick(add, t.toCatalog)
}

func pick(add bool, of [2]string) *okta.Operation {
	if add {
		return okta.Find(of[0])
	}
	return okta.Find(of[1])
}

// lastTarget says what to do in place of taking the last target away, which the org
// refuses: without targets the role would cover the whole org.
func lastTarget(err error) error {
	var refusal *okta.Error
	if errors.As(err, &refusal) && refusal.Status == http.StatusBadRequest && refusal.Code == "E0000001" {
		p := orgProblem(refusal)
		p.Title, p.Message = "Not changed: it is the last one", "Without it the role would cover the whole org. Remove the role, and give it again to widen it."
		return p
	}
	return err
}
