package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

// saves tells whether the form was sent to be saved: its other buttons only search.
func saves(c *gin.Context) bool {
	step := c.PostForm("step")
	return step != "find" && step != "check"
}

// createRule adds a rule. Sent twice, the second shows what the first made (fault 17).
func (h *console) createRule(c *gin.Context) (View, error) {
	ctx, d := c.Request.Context(), draftOf(c)
	if err := h.permitted(ctx, "createGroupRule"); err != nil {
		return nil, err
	}
	if !saves(c) {
		return h.ruleFormScreen(c, d, groupRule{}, group.RuleForm{})
	}
	body := okta.Object{}.With("type", "group_rule").With("name", d.name).
		With("conditions", map[string]any{
			"people":     map[string]any{"users": map[string]any{"exclude": d.excepts}, "groups": map[string]any{"exclude": []string{}}},
			"expression": map[string]any{"value": d.expression, "type": "urn:okta:expression:1.0"},
		}).
		With("actions", map[string]any{"assignUserToGroups": map[string]any{"groupIds": d.groups}})
	doc, err := h.once.do(formKey(ctx, d.formID), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("createGroupRule"), Body: body, Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	if f, is := refusedRule(err); is {
		return h.ruleRefused(c, d, groupRule{}, f)
	}
	if err != nil {
		return nil, err
	}
	r, err := ruleOf(doc)
	if err != nil {
		return nil, err
	}
	return redirect(r.path(), doc, ui.Message{Kind: "ok", Title: r.Name + " was added.", Text: "It is inactive: look at who would join, then activate it."}), nil
}

// editRule saves name, expression and exceptions; its groups stay (API reference). What
// somebody else saved meanwhile is not lost: both versions are shown (fault 16).
func (h *console) editRule(c *gin.Context) (View, error) {
	ctx, d := c.Request.Context(), draftOf(c)
	r, err := h.readRule(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	d.groups = r.fills()
	if !saves(c) {
		return h.ruleFormScreen(c, d, r, group.RuleForm{})
	}
	if err := h.editable(ctx, r); err != nil {
		return nil, err
	}
	if d.base != "" && d.base != r.LastUpdated {
		if clash := ruleClash(r, d); len(clash) > 0 {
			return h.ruleClashed(c, d, r, clash)
		}
	}
	body := r.doc.Without("_embedded", "_links").With("name", d.name).
		WithPath(d.expression, "conditions", "expression", "value").WithPath(d.excepts, "conditions", "people", "users", "exclude")
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateGroupRule"), Args: ruleArg(r.ID), Body: body, Before: r.doc, Reason: reason(c)})
	if f, is := refusedRule(err); is {
		return h.ruleRefused(c, d, r, f)
	}
	if err != nil {
		return nil, ruleError(err)
	}
	doc, err := resp.Object()
	if err != nil {
		return nil, err
	}
	return redirect(r.path(), doc, ui.Message{Kind: "ok", Title: "Saved: " + d.name + "."}), nil
}

// ruleClash is what a draft says otherwise than the rule as it is now.
func ruleClash(r groupRule, d ruleDraft) []ui.Difference {
	var out []ui.Difference
	for _, f := range []struct{ field, theirs, mine string }{
		{"Name", r.Name, d.name},
		{"If", r.expression(), d.expression},
		{"Except", strings.Join(r.excepts(), " "), strings.Join(d.excepts, " ")},
	} {
		if f.theirs != f.mine {
			out = append(out, ui.Difference{Field: f.field, Before: f.theirs, After: f.mine})
		}
	}
	return out
}

// ruleClashed is the form with both versions: saving again is a choice.
func (h *console) ruleClashed(c *gin.Context, d ruleDraft, r groupRule, clash []ui.Difference) (View, error) {
	by := "somebody changed this rule at " + r.LastUpdated
	if rows, _ := h.lastChanges(c.Request.Context(), r.ID); len(rows) > 0 {
		by = "changed by " + rows[0].Who + " at " + r.LastUpdated
	}
	if wanted(c.Request) == document {
		return nil, problem{
			Status: http.StatusPreconditionFailed, Code: "changed", Title: "Changed by somebody else meanwhile",
			Message: "Read the rule again and repeat the change on that version: " + by + ".",
		}
	}
	d.base = r.LastUpdated
	return h.ruleFormScreen(c, d, r, group.RuleForm{Clash: clash, ClashBy: by})
}

// ruleRefused is the form again, with what was wrong with it.
func (h *console) ruleRefused(c *gin.Context, d ruleDraft, r groupRule, f group.RuleForm) (View, error) {
	if wanted(c.Request) == document {
		fields := map[string]string{}
		for name, text := range map[string]string{"name": f.Name.Error, "expression": f.Expression.Error, "group": f.Groups.Error, "except": f.Excepts.Error} {
			if text != "" {
				fields[name] = text
			}
		}
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "E0000001", Title: "Not saved", Message: f.Problem, Fields: fields}
	}
	return h.ruleFormScreen(c, d, r, f)
}

// ruleFields are the form's fields by the path that the org names in its causes.
var ruleFields = []struct {
	path string
	at   func(*group.RuleForm) *string
}{
	{"name: ", func(f *group.RuleForm) *string { return &f.Name.Error }},
	{"conditions.expression.value: ", func(f *group.RuleForm) *string { return &f.Expression.Error }},
	{"actions.assignUserToGroups.groupIds: ", func(f *group.RuleForm) *string { return &f.Groups.Error }},
	{"conditions.people.users: ", func(f *group.RuleForm) *string { return &f.Excepts.Error }},
}

// refusedRule puts the causes of a refusal at the fields that they are about.
func refusedRule(err error) (f group.RuleForm, is bool) {
	var refusal *okta.Error
	if !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest && refusal.Status != http.StatusConflict {
		return f, false
	}
	var rest []string
	placed := false
	for _, cause := range refusal.Causes {
		at := slices.IndexFunc(ruleFields, func(x struct {
			path string
			at   func(*group.RuleForm) *string
		},
		) bool {
			return strings.HasPrefix(cause.Summary, x.path)
		})
		if at < 0 {
			rest = append(rest, cause.Summary)
			continue
		}
		*ruleFields[at].at(&f) = strings.TrimPrefix(cause.Summary, ruleFields[at].path)
		placed = true
	}
	if len(rest) > 0 {
		f.Problem = strings.Join(rest, " ")
	} else if !placed {
		p := orgProblem(refusal)
		f.Problem = p.Title + ". " + p.Message
	}
	return f, true
}
