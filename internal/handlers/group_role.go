package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// groupRolesTab is the admin roles that a group gives its members, with what each is
// narrowed to: the org tells that for one role at a time only.
func (h *console) groupRolesTab(c *gin.Context, g okta.Object) (View, error) {
	ctx, id := c.Request.Context(), g.Text("id")
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listGroupAssignedRoles"), Args: groupArg(id)})
	if err != nil {
		return nil, err
	}
	search := roleSearch{}
	if c.Request.Method == http.MethodGet {
		search.role, search.text = c.Query("role"), searchable(c.Query("find"))
	}
	roles := make([]heldRole, len(docs))
	var reads []func(context.Context) error
	for i, d := range docs {
		held := heldRole{doc: d, group: id} // roles[i] is written while it is read
		roles[i] = held
		reads = append(reads, func(ctx context.Context) error { return h.readTargets(ctx, "", &roles[i]) })
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
	t := user.Roles{
		Holder: groupPath(g), Target: "group", Name: groupName(g), Confirm: groupName(g), FormID: rand.Text(),
		Says: "Every member gets it with the next request, and so does whoever joins. It covers the whole org until it is narrowed. " +
			"The group then leaves the reach of group admins.",
		Loses: "Its members lose what it allows with their next request.",
		None:  groupName(g) + " makes nobody an admin.",
	}
	may := h.mayOn(ctx, "removeRoleFromGroup", id)
	t.Rows = roleRows(roles, search, func(heldRole) bool { return may })
	if g.Text("type") == "OKTA_GROUP" && h.mayOn(ctx, "assignRoleToGroup", id) { // built-in and app groups are given none (E0000211, E0000194)
		t.Give = rolesToGive(roles)
	}
	v := h.groupScreen(c, g, "roles", user.RolesTab(t))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(roleDocs(roles), "")
	}
	return v, nil
}

// giveGroupRole gives a standard role to a group. It wants the name typed (security 38).
func (h *console) giveGroupRole(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	g, err := h.readGroup(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	k := okta.FindRole(c.PostForm("type"))
	if k == nil {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "type", Title: "Choose a role first", Message: "It is none of the standard roles."}
	}
	if !confirmed(c, groupName(g), g.Text("id")) {
		return nil, notConfirmed("Not given", "name", groupName(g))
	}
	_, err = h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{
			Op: okta.Find("assignRoleToGroup"), Args: groupArg(g.Text("id")), Body: encoded(map[string]string{"type": k.Type}), Before: g, Reason: reason(c),
		})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	if err != nil {
		return nil, groupRoleError(err)
	}
	return h.afterGroupRole(c, g, ui.Message{Kind: "ok", Title: "Members of " + groupName(g) + " are " + k.Label + " now."})
}

// groupRoleError says what to do about a group that is fit for no role.
func groupRoleError(err error) error {
	var refusal *okta.Error
	if !errors.As(err, &refusal) {
		return err
	}
	next := map[string]string{
		"E0000192": "A group rule fills this group. Delete the rule first, or give the role to another group.",
		"E0000193": "It has more than 5,000 members. Give the role to a smaller group.",
	}[refusal.Code]
	if next == "" {
		return err
	}
	p := orgProblem(refusal)
	p.Title, p.Message = "Not given: the org gives no role to this group", next
	return p
}

// removeGroupRole takes a role away from a group.
func (h *console) removeGroupRole(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	g, role, err := h.groupAndRole(c)
	if err != nil {
		return nil, err
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("removeRoleFromGroup"), Args: groupRoleArgs(g, role), Before: role, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return h.afterGroupRole(c, g, ui.Message{Kind: "ok", Title: role.Text("label") + " is taken from " + groupName(g) + "."})
}

// narrowGroupRole and widenGroupRole add a target to a role and take one away.
func (h *console) narrowGroupRole(c *gin.Context) (View, error) {
	return h.changeGroupTarget(c, true, "is narrowed.")
}

func (h *console) widenGroupRole(c *gin.Context) (View, error) {
	return h.changeGroupTarget(c, false, "covers less now.")
}

func (h *console) changeGroupTarget(c *gin.Context, add bool, done string) (View, error) {
	g, role, err := h.groupAndRole(c)
	if err != nil {
		return nil, err
	}
	call := okta.Call{Args: groupRoleArgs(g, role), Before: role, Reason: reason(c)}
	call.Op = groupTargets.operation(role, c.PostForm("target"), add, call.Args)
	if call.Op == nil {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "target", Title: "This role cannot be narrowed to that", Message: "Nothing was changed."}
	}
	if _, err := h.config.Org.Do(c.Request.Context(), call); err != nil {
		return nil, lastTarget(err)
	}
	return h.afterGroupRole(c, g, ui.Message{Kind: "ok", Title: role.Text("label") + " " + done})
}

// groupAndRole reads the group and the role of a write at once.
func (h *console) groupAndRole(c *gin.Context) (g, role okta.Object, err error) {
	err = together(c.Request.Context(), func(ctx context.Context) (err error) {
		g, err = h.readGroup(ctx, c.Param("id"))
		return err
	}, func(ctx context.Context) error {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getRole"), Args: map[string]string{"groupId": c.Param("id"), "roleId": c.Param("role")}})
		if refusal, is := asOrgProblem(err); is && refusal.Status == http.StatusNotFound {
			return problem{
				Status: http.StatusNotFound, Code: refusal.Code, Title: "Role not found", Err: err,
				Message: "It was taken away meanwhile. The tab Admin roles shows what the group gives.",
			}
		}
		if err != nil {
			return err
		}
		role, err = resp.Object()
		return err
	})
	return g, role, err
}

func groupRoleArgs(g, role okta.Object) map[string]string {
	return map[string]string{"groupId": g.Text("id"), "roleId": role.Text("id")}
}

// afterGroupRole is the tab after a write.
func (h *console) afterGroupRole(c *gin.Context, g okta.Object, done ui.Message) (View, error) {
	if wanted(c.Request) != fragment {
		return redirect(groupPath(g)+"/roles", g, done), nil
	}
	v, err := h.groupRolesTab(c, g)
	if err != nil {
		return nil, err
	}
	s := v.(Screen)
	s.Around.Messages = []ui.Message{done}
	return s, nil
}
