package handlers

import (
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// policyDraft is a policy or a rule as a form has it: nobody has saved it. The zero value is none.
type policyDraft struct {
	// policy is the id of the policy, "" for one that is new; rule that of the rule, "" for
	// a new one or where the draft is of the policy itself.
	policy, rule string
	// ofRule: the document is a rule of the policy.
	ofRule bool
	doc    okta.Object
}

// The fields of a form that carries a draft to the lab: the document as JSON, what it is of
// ("policy" or "rule"), and the ids.
const (
	draftDocument = "draft_document"
	draftOfWhat   = "draft_of"
	draftPolicy   = "draft_policy"
	draftRule     = "draft_rule"
)

// maxDraft bounds the document of a draft, in bytes.
const maxDraft = 256 << 10

// sentDraft reads the draft of a form; the zero value where it carries none.
func sentDraft(c *gin.Context) (policyDraft, error) {
	text := c.PostForm(draftDocument)
	if text == "" {
		return policyDraft{}, nil
	}
	d := policyDraft{policy: c.PostForm(draftPolicy), rule: c.PostForm(draftRule), ofRule: c.PostForm(draftOfWhat) == "rule"}
	var err error
	if d.doc, err = okta.Parse([]byte(text)); err != nil || len(text) > maxDraft || d.ofRule && d.policy == "" {
		return policyDraft{}, badDraft(err)
	}
	return d, nil
}

func badDraft(err error) error {
	return problem{
		Status: 422, Code: "draft", Title: "The draft cannot be read", Err: err,
		Message: "Go back to its form and try again: nothing was saved.",
	}
}

func (d policyDraft) is() bool { return !d.doc.IsZero() }

// name is what the draft is called.
func (d policyDraft) name() string {
	if name := d.doc.Text("name"); name != "" {
		return name
	}
	if d.ofRule {
		return "New rule"
	}
	return "New policy"
}

// entry is the draft as pages read policies and rules. Without a status it is active, as
// what is created is.
func (d policyDraft) entry(saved okta.Object) (policyEntry, error) {
	doc := d.doc
	for _, name := range []string{"status", "priority", "type", "system"} {
		if v := saved.Get(name); doc.Get(name) == nil && v != nil {
			doc = doc.With(name, v)
		}
	}
	if doc.Text("status") == "" {
		doc = doc.With("status", "ACTIVE")
	}
	e, err := entryOf(doc.With("id", d.id()).With("name", d.name()))
	if err != nil {
		err = badDraft(err)
	}
	return e, err
}

// newDraft is the id of a draft of something new, which nothing else has.
const newDraft = "draft"

func (d policyDraft) id() string {
	switch {
	case d.ofRule && d.rule != "":
		return d.rule
	case !d.ofRule && d.policy != "":
		return d.policy
	}
	return newDraft
}

// labPolicy is a policy with its rules, in their order.
type labPolicy struct {
	policyEntry
	rules []policyEntry
}

// in is the set of policies as it would be with the draft saved.
func (d policyDraft) in(set []labPolicy) ([]labPolicy, error) {
	out := slices.Clone(set)
	at := slices.IndexFunc(out, func(p labPolicy) bool { return p.ID == d.policy && d.policy != "" })
	if !d.ofRule {
		var saved labPolicy
		if at >= 0 {
			saved = out[at]
		}
		e, err := d.entry(saved.doc)
		if err != nil {
			return nil, err
		}
		return insertedInto(out, at, labPolicy{e, saved.rules}, func(p labPolicy) policyEntry { return p.policyEntry }), nil
	}
	if at < 0 {
		return nil, badDraft(fmt.Errorf("there is no policy %q", d.policy))
	}
	rules := slices.Clone(out[at].rules)
	old := slices.IndexFunc(rules, func(r policyEntry) bool { return r.ID == d.rule && d.rule != "" })
	var saved okta.Object
	if old >= 0 {
		saved = rules[old].doc
	}
	e, err := d.entry(saved)
	if err != nil {
		return nil, err
	}
	out[at].rules = insertedInto(rules, old, e, func(r policyEntry) policyEntry { return r })
	return out, nil
}

// insertedInto puts one into a list where its priority says, in the place of the one at old if
// there is one; what the system made stays behind.
func insertedInto[T any](list []T, old int, one T, entry func(T) policyEntry) []T {
	e, was := entry(one), 0
	if old >= 0 {
		if was = entry(list[old]).Priority; was == e.Priority {
			list[old] = one
			return list
		}
		list = slices.Delete(list, old, old+1)
	}
	at := 0
	for i, other := range list {
		o := entry(other)
		if o.System && !e.System {
			break
		}
		// Moved down, it takes the place of the last one that it passes.
		if e.Priority == 0 && old < 0 || o.Priority < e.Priority || o.Priority == e.Priority && old >= 0 && was < e.Priority {
			at = i + 1
		}
	}
	return slices.Insert(list, at, one)
}

// evaluable are the policies as the evaluator takes them, in the order in which they stand.
func evaluable(set []labPolicy) ([]policy.Policy, error) {
	out := make([]policy.Policy, len(set))
	for i, p := range set {
		var err error
		if out[i], err = policy.Parse(p.doc.Bytes()); err != nil {
			return nil, fmt.Errorf("%w: %w", okta.ErrBadAnswer, err)
		}
		for _, r := range p.rules {
			rule, err := policy.ParseRule(r.doc.Bytes())
			if err != nil {
				return nil, fmt.Errorf("%w: %w", okta.ErrBadAnswer, err)
			}
			out[i].Rules = append(out[i].Rules, rule)
		}
	}
	return out, nil
}
