package handlers

import (
	"context"
	"crypto/rand"
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

// ruleDraft is what a form of a rule holds.
type ruleDraft struct {
	name, expression string
	groups, excepts  []string
	findGroups       string
	findPeople       string
	person           string
	formID, base     string
	reason           string
}

// draftOf reads a form. Ids that are none are dropped.
func draftOf(c *gin.Context) ruleDraft {
	return ruleDraft{
		name: strings.TrimSpace(c.PostForm("name")), expression: strings.ReplaceAll(strings.TrimSpace(c.PostForm("expression")), "\r\n", "\n"),
		groups: idsIn(c.PostFormArray("group"), groupID.MatchString), excepts: idsIn(c.PostFormArray("except"), userID.MatchString),
		findGroups: searchable(c.PostForm("find_groups")), findPeople: searchable(c.PostForm("find_people")), person: searchable(c.PostForm("person")),
		formID: c.PostForm("form_id"), base: c.PostForm("base"), reason: c.PostForm("reason"),
	}
}

func draftOfRule(r groupRule) ruleDraft {
	return ruleDraft{name: r.Name, expression: r.expression(), groups: r.fills(), excepts: r.excepts(), base: r.LastUpdated, formID: rand.Text()}
}

// idsIn are the ids of a form, each once.
func idsIn(sent []string, is func(string) bool) []string {
	ids := []string{}
	for _, id := range sent {
		if is(id) && !slices.Contains(ids, id) && len(ids) < bulkMost {
			ids = append(ids, id)
		}
	}
	return ids
}

// newRule is the empty form; group names a group that it fills.
func (h *console) newRule(c *gin.Context) (View, error) {
	if err := h.permitted(c.Request.Context(), "createGroupRule"); err != nil {
		return nil, err
	}
	d := ruleDraft{formID: rand.Text(), groups: idsIn(c.QueryArray("group"), groupID.MatchString)}
	return h.ruleFormScreen(c, d, groupRule{}, group.RuleForm{})
}

// askEditRule is the form of a rule that is there.
func (h *console) askEditRule(c *gin.Context) (View, error) {
	r, err := h.readRule(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	if err := h.editable(c.Request.Context(), r); err != nil {
		return nil, err
	}
	return h.ruleFormScreen(c, draftOfRule(r), r, group.RuleForm{})
}

// editable refuses to edit a rule that is at work or invalid.
func (h *console) editable(ctx context.Context, r groupRule) error {
	if err := h.permitted(ctx, "updateGroupRule"); err != nil {
		return err
	}
	if r.Status == "INACTIVE" {
		return nil
	}
	return problem{
		Status: http.StatusConflict, Code: "state", Title: "Only an inactive rule can be edited",
		Message: "Deactivate " + r.Name + " first: who is a member by it stays one. An invalid rule cannot be mended; add another in its place.",
	}
}

// ruleFormScreen draws a draft. f holds what was wrong with it.
func (h *console) ruleFormScreen(c *gin.Context, d ruleDraft, r groupRule, f group.RuleForm) (View, error) {
	ctx := c.Request.Context()
	err := together(ctx, func(ctx context.Context) (err error) {
		f.Groups.Options, f.Groups.Empty, err = h.pickMany(ctx, "listGroups", d.groups, d.findGroups)
		return err
	}, func(ctx context.Context) (err error) {
		f.Excepts.Options, f.Excepts.Empty, err = h.pickMany(ctx, "listUsers", d.excepts, d.findPeople)
		return err
	}, func(ctx context.Context) (err error) {
		f.Check, err = h.check(ctx, d.expression, d.person, d.excepts)
		return err
	}, func(ctx context.Context) error {
		schema, err := h.readSchema(ctx, "default")
		for _, a := range schema.attributes {
			f.Attributes = append(f.Attributes, "user."+a.Name)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	f.Name.Name, f.Name.Label, f.Name.Value, f.Name.Required, f.Name.MaxLength = "name", "Name", d.name, true, 50
	f.Expression.Value = d.expression
	f.Groups.Name, f.Groups.Label, f.Groups.FindName, f.Groups.Find = "group", "then they are in *", "find_groups", d.findGroups
	f.Excepts.Name, f.Excepts.Label, f.Excepts.FindName, f.Excepts.Find = "except", "but not these people", "find_people", d.findPeople
	f.Groups.Many, f.Excepts.Many = true, true
	f.Groups.Live, f.Excepts.Live = "/group-rules/pick/groups", "/group-rules/pick/people"
	f.FormID, f.Base, f.Reason = d.formID, d.base, d.reason
	f.Action, f.Title, f.Back, f.Save = "/group-rules/new", "Add rule", "/group-rules", "Add rule"
	if r.ID != "" {
		f.Action, f.Title, f.Back, f.Save = r.path()+"/edit", "Edit "+r.Name, r.path(), "Save"
		for _, o := range f.Groups.Options {
			if o.On {
				f.Fixed = append(f.Fixed, group.Link{Name: o.Label, Href: "/groups/" + o.Value})
			}
		}
	}
	v := Screen{Around: About{Title: f.Title, Section: "group-rules"}, Body: group.RuleFormPage(f), Part: group.RuleFormPart(f)}
	if f.Problem != "" || f.Name.Error != "" || f.Expression.Error != "" || f.Groups.Error != "" || f.Excepts.Error != "" {
		v = refused(v)
	}
	if len(f.Clash) > 0 {
		v.Around.Status = http.StatusPreconditionFailed
	}
	return v, nil
}

// pickMany are what is picked already, and below it what a search finds.
func (h *console) pickMany(ctx context.Context, op string, picked []string, find string) (options []ui.PickOption, empty string, err error) {
	var found []okta.Object
	var docs map[string]okta.Object
	err = together(ctx, func(ctx context.Context) (err error) {
		docs, err = h.byID(ctx, op, picked)
		return err
	}, func(ctx context.Context) (err error) {
		switch {
		case find == "":
		case op == "listGroups":
			found, err = h.findGroups(ctx, find)
		default:
			found, empty, err = h.findPeople(ctx, find)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	option := func(d okta.Object, on bool) ui.PickOption {
		if op == "listGroups" {
			return ui.PickOption{Value: d.Text("id"), Label: groupName(d), Note: d.Text("profile", "description"), On: on}
		}
		return ui.PickOption{Value: d.Text("id"), Label: personName(d), Note: d.Text("profile", "login"), On: on}
	}
	for _, id := range picked {
		if d := docs[id]; !d.IsZero() {
			options = append(options, option(d, true))
		} else {
			options = append(options, ui.PickOption{Value: id, Label: id, Note: "deleted, or outside your role", On: true})
		}
	}
	for _, d := range found {
		fits := op != "listGroups" || d.Text("type") == "OKTA_GROUP" // rules fill no others (help page on group rules)
		if fits && !slices.Contains(picked, d.Text("id")) {
			options = append(options, option(d, false))
		}
	}
	if find != "" && empty == "" {
		empty = "Nothing that you may see and that can be picked matches."
	}
	return options, empty, nil
}

// findPeople looks for people that a box names; problem says why nobody was looked for.
func (h *console) findPeople(ctx context.Context, text string) (found []okta.Object, problem string, err error) {
	search, fault := peopleBox.search(text)
	if fault != nil {
		return nil, unreadable(fault), nil
	}
	found, err = h.objects(ctx, okta.Call{Op: okta.Find("listUsers"), Query: url.Values{"search": {search}, "limit": {memberChoices}}})
	if problem = unsearchable(err); problem != "" {
		return nil, problem, nil
	}
	return found, "", err
}

// pickRuleGroups and pickRulePeople are what a search in the form finds while somebody types.
func (h *console) pickRuleGroups(c *gin.Context) (View, error) {
	d := draftOf(c)
	return h.pickPart(c, ui.Pick{Name: "group", Many: true}, "listGroups", d.groups, d.findGroups)
}

func (h *console) pickRulePeople(c *gin.Context) (View, error) {
	d := draftOf(c)
	return h.pickPart(c, ui.Pick{Name: "except", Many: true}, "listUsers", d.excepts, d.findPeople)
}

func (h *console) pickPart(c *gin.Context, p ui.Pick, op string, picked []string, find string) (View, error) {
	if err := h.permitted(c.Request.Context(), op); err != nil {
		return nil, err
	}
	var err error
	if p.Options, p.Empty, err = h.pickMany(c.Request.Context(), op, picked, find); err != nil {
		return nil, err
	}
	part := ui.PickList(p)
	return Screen{Around: About{Section: "group-rules"}, Body: part, Part: part, Data: listOf(p.Options, "")}, nil
}

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
