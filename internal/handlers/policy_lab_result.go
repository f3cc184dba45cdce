package handlers

import (
	"fmt"
	"slices"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// labResult is what was decided, for the page.
func (h *console) labResult(r *labRead) (pages.LabResult, error) {
	var out pages.LabResult
	r.pick(&out, "Which person?", "person", r.people, "Nobody that you may see matches", personName, func(d okta.Object) string { return d.Text("profile", "login") })
	r.pick(&out, "Which app?", "app", r.apps, "No app that you may see begins with", appLabel, func(d okta.Object) string { return d.Text("name") })
	r.pick(&out, "Which group?", "group", r.groups, "No group that you may see begins with", groupName, func(d okta.Object) string { return d.Text("profile", "description") })
	out.Notes = append(out.Notes, r.notes...)
	if len(r.apps) > 1 || len(out.Picks) > 0 && r.person.IsZero() {
		return out, nil // what is meant has to be chosen first
	}
	if out.ProblemTitle, out.Problem = r.needs(); out.ProblemTitle != "" {
		return out, nil
	}
	c, note := r.ask.context(r.zones)
	if note != "" {
		out.Notes = append(out.Notes, note)
	}
	if r.zonesHidden {
		out.Notes = append(out.Notes, "Network zones are not shown to you: conditions on them count as not known.")
	}
	if !r.app.IsZero() {
		c.App = &policy.App{ID: r.app.Text("id"), Name: r.app.Text("name")}
	}
	if !r.person.IsZero() {
		p := labPersonOf(r.person, true)
		for _, g := range r.memberOf {
			p.Groups = append(p.Groups, g.Text("id"))
		}
		c.Person = &p
		out.Person = r.shown()
	}
	if c.Person != nil || r.crowd == nil {
		if err := r.decisions(&out, c); err != nil {
			return out, err
		}
	}
	if r.crowd == nil {
		r.orNobody(&out)
		return out, nil
	}
	var err error
	out.Crowd, err = h.labCrowd(r)
	return out, err
}

// orNobody asks for somebody instead of an answer where it depends on who it is, and a
// question that nobody has put, or one about somebody who is not found, has none.
func (r *labRead) orNobody(out *pages.LabResult) {
	if !out.Now.Open || r.ask.draft.is() {
		return
	}
	switch missed := r.ask.chosen("person") != "" || r.ask.chosen("group") != ""; {
	case missed:
		out.Now = nil
	case !slices.ContainsFunc([]string{"app", "address", "zone", "platform", "risk", "registered", "managed", "policy"}, func(name string) bool { return r.ask.chosen(name) != "" }):
		out.Now = nil
		out.ProblemTitle, out.Problem = "Name a person", "Type a name, login or id to see which rule decides for them, or a group to see what its people meet."
	}
}

// pick asks to choose where a box means several, and says so where it means none.
func (r *labRead) pick(out *pages.LabResult, title, field string, docs []okta.Object, none string, name, note func(okta.Object) string) {
	switch text := r.ask.chosen(field); {
	case len(docs) > 1:
		out.Picks = append(out.Picks, r.pickOf(title, field, docs, name, note))
	case text != "" && len(docs) == 0 && (field != "person" || len(r.notes) == 0):
		out.Notes = append(out.Notes, none+" “"+text+"”.")
	}
}

// shown is the person, with what counts about them.
func (r *labRead) shown() *pages.LabPerson {
	p := &pages.LabPerson{
		Name: personName(r.person), Href: "/people/" + r.person.Text("id"), Login: r.person.Text("profile", "login"), Status: r.person.Text("status"),
		Groups: counted(len(r.memberOf), "group", "groups"),
	}
	if r.heldRead {
		p.Holds = "no factor"
		if names := factorLabels(r.kinds()); len(names) > 0 {
			p.Holds = "holds " + strings.Join(names, ", ")
		}
	}
	return p
}

// decisions decides for one person, or for nobody in particular; with a draft before and after.
func (r *labRead) decisions(out *pages.LabResult, c policy.Context) (err error) {
	if out.Now, err = r.decision(r.set, c, ""); err != nil || !r.ask.draft.is() {
		return err
	}
	then, err := r.then()
	if err != nil {
		return err
	}
	out.Now.Label, out.Now.Fold = "As it is saved", true
	if out.Then, err = r.decision(then, c, r.ask.draft.id()); err == nil {
		out.Then.Label = "With the draft"
	}
	return err
}

// decision evaluates a set of policies; draft is the id of what is not saved in it.
func (r *labRead) decision(set []labPolicy, c policy.Context, draft string) (*pages.LabDecision, error) {
	policies, err := evaluable(set)
	if err != nil {
		return nil, err
	}
	d := policy.Evaluate(policies, c)
	x := effects{r.ask.kind, r.names, set}
	e, err := x.of(d)
	if err != nil {
		return nil, err
	}
	why := ui.Why{Kind: "info", Answer: e.lines[0], Text: strings.Join(e.lines[1:], " · ")}
	if d.Policy == nil {
		why.Answer = "No policy applies: " + strings.ToLower(e.lines[0][:1]) + e.lines[0][1:]
	} else {
		p, rule := x.find(d)
		why.Answer = ruleWords(p, rule) + " decides: " + strings.ToLower(e.lines[0][:1]) + e.lines[0][1:]
	}
	if e.Denied {
		why.Kind = "bad"
	}
	if r.ask.kind.asksFactors() && c.Person != nil {
		if err := r.comesIn(&why, d, c); err != nil {
			return nil, err
		}
	}
	if r.ask.kind.key == policy.TypeAccess && d.Rule != nil && d.Policy.System && d.Rule.System && !e.Denied {
		why.Text = strings.TrimSpace(why.Text + " " + ownAccess)
	}
	open := c.Person == nil && !d.Certain
	switch {
	case open:
		why.Kind, why.Answer, why.Text = "info", "Not decided: it depends on who it is", "Name a person; say where they come from and with what where a condition asks for it."
	case !d.Certain:
		why.Text += " Not certain: a condition before it could not be judged, and counts as not met."
	}
	why.Steps, err = x.steps(d, draft)
	return &pages.LabDecision{Why: why, Open: open}, err
}

// ownAccess says why people reach apps with less than the org's own rule asks for (policy.AccessOf).
const ownAccess = "This is the org's own rule: the embedded org asks for the password alone, a cloud org for all that it says."

// ruleWords names a rule by its place and name.
func ruleWords(p labPolicy, r policyEntry) string {
	at := slices.IndexFunc(p.rules, func(o policyEntry) bool { return o.ID == r.ID })
	return fmt.Sprintf("Rule %d “%s” of “%s”", at+1, r.Name, p.Name)
}

// steps are all policies with their rules: those before the one that decides with their
// conditions, those behind it as not looked at.
func (x effects) steps(d policy.Decision, draft string) ([]ui.Step, error) {
	steps := decisionSteps(d, x.names)
	for i, p := range x.set {
		if i >= len(steps) {
			steps = append(steps, ui.Step{State: ui.Passed, Text: fmt.Sprintf("%d %s", i+1, p.Name), Href: p.path(), Notes: []string{behind}})
			continue
		}
		steps[i].Text, steps[i].Href = fmt.Sprintf("%d %s", i+1, p.Name), p.path()
		if !x.kind.ranked() {
			steps[i].Text = p.Name
		}
		if p.ID == draft {
			steps[i].Notes = append(steps[i].Notes, unsaved)
		}
		looked := d.Policies[i].Rules
		rules := steps[i].Steps[len(d.Policies[i].Clauses):]
		for j := range rules {
			if err := x.rule(&rules[j], p, j, draft); err != nil {
				return nil, err
			}
		}
		if len(looked) > 0 {
			for j := len(looked); j < len(p.rules); j++ {
				step := ui.Step{State: ui.Passed}
				if err := x.rule(&step, p, j, draft); err != nil {
					return nil, err
				}
				step.Notes = append(step.Notes, behind)
				steps[i].Steps = append(steps[i].Steps, step)
			}
		}
		steps[i].Folded = len(looked) == 0 && d.Policies[i].Passed != ""
	}
	return steps, nil
}

const (
	behind  = "Not looked at: an earlier one decides"
	unsaved = "Unsaved draft"
)

// rule names the step of a rule, and says what the rule does.
func (x effects) rule(s *ui.Step, p labPolicy, at int, draft string) error {
	r := p.rules[at]
	s.Text = fmt.Sprintf("%d %s", at+1, r.Name)
	lines, _, err := x.names.outcome(x.kind, r)
	s.Notes = append(lines, s.Notes...)
	if r.ID == draft {
		s.Notes = append(s.Notes, unsaved)
	}
	return err
}
