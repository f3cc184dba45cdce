package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

// groupAttributes are those of every group, with their most characters (API reference).
var groupAttributes = []attribute{
	{Name: "name", Title: "Name", Type: "string", Required: true, MaxLength: 255},
	{Name: "description", Title: "Description", Type: "string", MaxLength: 1024},
}

// groupFields are the form's fields. typed and wrong, where not nil, are what was sent
// and refused, and why.
func groupFields(g okta.Object, readOnly bool, typed url.Values, wrong map[string]string) []ui.Field {
	var out []ui.Field
	for _, a := range groupAttributes {
		f := a.field(g, false)
		f.ReadOnly, f.Wide, f.Error = readOnly, true, wrong[a.Name]
		if a.Name == "description" {
			f.Type = "textarea"
		}
		if typed.Has(f.Name) && !readOnly {
			f.Value = typed.Get(f.Name)
		}
		out = append(out, f)
	}
	for _, name := range g.Object("profile").Keys() { // custom attributes
		if slices.ContainsFunc(groupAttributes, func(a attribute) bool { return a.Name == name }) {
			continue
		}
		a := attribute{Name: name, Mutability: "READ_ONLY"}
		f := a.field(g, false)
		f.Help = "Kept as it is"
		out = append(out, f)
	}
	return out
}

// groupForm is the profile as a form.
func (h *console) groupForm(ctx context.Context, g okta.Object) group.Form {
	why := h.groupLocked(ctx, g, "updateGroup")
	return group.Form{
		Action: groupPath(g), Base: string(g.Get("profile")), ReadOnly: why, Fields: groupFields(g, why != "", nil, nil),
	}
}

// editGroup saves what was typed. The org replaces the whole profile, so what the form
// does not know goes along as it is now. What somebody else changed meanwhile stays; where
// both changed the same field, nothing is saved and both versions are shown (fault 16).
func (h *console) editGroup(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	g, err := h.readGroup(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	base, err := formBase(c)
	if err != nil {
		return nil, err
	}
	profile := g.Object("profile")
	var saved []string
	var clash []ui.Difference
	for _, a := range groupAttributes {
		name := profilePrefix + a.Name
		if _, sent := c.GetPostForm(name); !sent {
			continue
		}
		mine, _ := a.value(c.PostForm(name))
		was, theirs := base.Get(a.Name), profile.Get(a.Name)
		if sameText(was, mine) || sameText(theirs, mine) {
			continue
		}
		if !sameText(was, theirs) {
			clash = append(clash, ui.Difference{Field: a.Title, Before: formText(theirs), After: formText(mine)})
		}
		profile = profile.With(a.Name, mine)
		saved = append(saved, a.Title)
	}
	if len(clash) > 0 {
		return h.groupConflict(c, g, clash)
	}
	if len(saved) == 0 {
		return h.groupSaved(c, g, ui.Message{Kind: "info", Title: "Nothing was changed, so nothing was saved."})
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("updateGroup"), Args: groupArg(g.Text("id")), Body: okta.Object{}.With("profile", profile), Before: g, Reason: reason(c),
	})
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusConflict) {
		return h.refusedGroup(c, g, orgProblem(refusal))
	}
	if err != nil {
		return nil, err
	}
	if g, err = resp.Object(); err != nil {
		return nil, err
	}
	return h.groupSaved(c, g, ui.Message{Kind: "ok", Title: "Saved: " + joinWords(saved) + "."})
}

// sameText compares two values as a form shows them; absent is empty.
func sameText(a, b json.RawMessage) bool {
	lines := func(v json.RawMessage) string {
		return strings.TrimSpace(strings.ReplaceAll(formText(v), "\r\n", "\n"))
	}
	return lines(a) == lines(b)
}

// groupSaved is the group after an edit.
func (h *console) groupSaved(c *gin.Context, g okta.Object, done ui.Message) (View, error) {
	if wanted(c.Request) == page {
		return redirect(groupPath(g), g, done), nil
	}
	v := h.groupProfile(c, g, h.groupForm(c.Request.Context(), g))
	v.Around.Messages = []ui.Message{done}
	return v, nil
}

// refusedGroup is the form again, with what was typed and what is wrong with it.
func (h *console) refusedGroup(c *gin.Context, g okta.Object, why problem) (View, error) {
	why.Status = http.StatusUnprocessableEntity
	if wanted(c.Request) == document {
		return nil, why
	}
	f := h.groupForm(c.Request.Context(), g)
	f.Fields = groupFields(g, f.ReadOnly != "", c.Request.PostForm, why.Fields)
	f.Problem, f.Base, f.Reason = formProblem(why), c.PostForm("base"), c.PostForm("reason")
	return refused(h.groupProfile(c, g, f)), nil
}

// formProblem is what stands above a form of a group: what no field of it shows.
func formProblem(why problem) string {
	if len(why.Fields) == 0 {
		return why.Title + ". " + why.Message
	}
	return otherErrors(groupAttributes, why.Fields)
}

// groupConflict is the form with both versions. What it is drawn with is the version that
// the org has now, so that saving again is a choice.
func (h *console) groupConflict(c *gin.Context, g okta.Object, clash []ui.Difference) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{
			Status: http.StatusPreconditionFailed, Code: "changed", Title: "Changed by somebody else meanwhile",
			Message: "Read the group again and repeat the change on that version.",
		}
	}
	f := h.groupForm(c.Request.Context(), g)
	f.Fields = groupFields(g, false, c.Request.PostForm, nil)
	f.Clash, f.Reason = clash, c.PostForm("reason")
	v := h.groupProfile(c, g, f)
	v.Around.Status = http.StatusPreconditionFailed
	return v, nil
}
