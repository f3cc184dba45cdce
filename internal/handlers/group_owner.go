package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

// groupOwnersTab is who answers for a group, with a search for a person or a group to add (find).
func (h *console) groupOwnersTab(c *gin.Context, g okta.Object) (View, error) {
	ctx := c.Request.Context()
	t := group.Owners{
		Group: groupPath(g), Name: groupName(g),
		MayAdd: h.mayOn(ctx, "assignGroupOwner", g.Text("id")), MayRemove: h.mayOn(ctx, "deleteGroupOwner", g.Text("id")),
	}
	if g.Text("type") != "OKTA_GROUP" {
		t.MayAdd, t.MayRemove = false, false
	}
	if c.Request.Method == http.MethodGet && t.MayAdd {
		t.Find = searchable(c.Query("find"))
	}
	var docs, people, groups []okta.Object
	err := together(ctx, func(ctx context.Context) (err error) {
		docs, err = h.objects(ctx, okta.Call{Op: okta.Find("listGroupOwners"), Args: groupArg(g.Text("id"))})
		return err
	}, func(ctx context.Context) (err error) {
		if t.Find != "" {
			people, t.Problem, err = h.findPeople(ctx, t.Find)
		}
		return err
	}, func(ctx context.Context) (err error) {
		if t.Find != "" {
			groups, err = h.findGroups(ctx, t.Find)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		t.Rows = append(t.Rows, ownerRow(d.Text("type"), d.Text("id"), d.Text("displayName"), ""))
	}
	held := func(id string) bool {
		return slices.ContainsFunc(t.Rows, func(o group.Owner) bool { return o.ID == id })
	}
	for _, d := range people {
		o := ownerRow("USER", d.Text("id"), personName(d), d.Text("profile", "login"))
		o.Present = held(o.ID)
		t.Found = append(t.Found, o)
	}
	for _, d := range groups {
		o := ownerRow("GROUP", d.Text("id"), groupName(d), d.Text("profile", "description"))
		o.Present = held(o.ID)
		t.Found = append(t.Found, o)
	}
	v := h.groupScreen(c, g, "owners", group.OwnersTab(t))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(noneNil(docs), "")
	}
	return v, nil
}

func ownerRow(kind, id, name, note string) group.Owner {
	o := group.Owner{ID: id, Type: kind, Kind: "Person", Name: name, Note: note, Href: "/people/" + id}
	if kind == "GROUP" {
		o.Kind, o.Href = "Group", "/groups/"+id
	}
	if o.Name == "" {
		o.Name = id
	}
	return o
}

// addOwner makes a person or a group an owner, removeOwner ends that.
func (h *console) addOwner(c *gin.Context) (View, error) {
	kind := c.PostForm("type")
	if kind != "USER" && kind != "GROUP" {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "type", Title: "Nothing was changed", Message: "An owner is a person or a group."}
	}
	return h.changeOwner(c, "assignGroupOwner", nil, encoded(map[string]string{"id": c.PostForm("owner"), "type": kind}), "The owner was added.")
}

func (h *console) removeOwner(c *gin.Context) (View, error) {
	return h.changeOwner(c, "deleteGroupOwner", map[string]string{"ownerId": c.Param("owner")}, nil, "The owner was removed.")
}

func (h *console) changeOwner(c *gin.Context, op string, args map[string]string, body json.RawMessage, done string) (View, error) {
	ctx := c.Request.Context()
	g, err := h.readGroup(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	call := okta.Call{Op: okta.Find(op), Args: groupArg(g.Text("id")), Before: g, Reason: reason(c)}
	for name, value := range args {
		call.Args[name] = value
	}
	if body != nil {
		call.Body = body
	}
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, err
	}
	said := ui.Message{Kind: "ok", Title: done}
	if wanted(c.Request) != fragment {
		return redirect(groupPath(g)+"/owners", g, said), nil
	}
	v, err := h.groupOwnersTab(c, g)
	if err != nil {
		return nil, err
	}
	s := v.(Screen)
	s.Around.Messages = []ui.Message{said}
	return s, nil
}
