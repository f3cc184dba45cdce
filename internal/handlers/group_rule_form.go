package handlers

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
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
	if keptForm(c, "/group-rules/new") {
		d = draftOf(c)
	}
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
	d := draftOfRule(r)
	if keptForm(c, r.path()+"/edit") {
		d = draftOf(c)
		d.groups = r.fills()
	}
	return h.ruleFormScreen(c, d, r, group.RuleForm{})
}

// keptForm puts the fields of the draft that a page brings back, if it is of the form with
// this action, where the form's own would be: a picker shows what was picked in it.
func keptForm(c *gin.Context, action string) bool {
	d, found := c.Value(draftKey).(auth.Draft)
	if found = found && d.Action == action; found {
		c.Request.PostForm = d.Fields
	}
	return found
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
