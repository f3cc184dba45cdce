package org

import (
	"context"
	"net/netip"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// policySet is the policies of a type in their order, with their rules. The caller must not change them.
func (o *Org) policySet(s store, kind string) ([]policy.Policy, error) {
	return o.caches.policies.get(o, s, kind, func() ([]policy.Policy, error) { return s.loadPolicies(kind) })
}

func (s store) loadPolicies(kind string) ([]policy.Policy, error) {
	docs, err := s.policiesOf(kind)
	if err != nil {
		return nil, err
	}
	set := make([]policy.Policy, len(docs))
	for i, doc := range docs {
		rules, err := s.rulesOf(doc.Text("id"))
		if err != nil {
			return nil, err
		}
		raw := make([][]byte, len(rules))
		for j, rule := range rules {
			raw[j] = rule.Bytes()
		}
		if set[i], err = policy.Parse(doc.Bytes(), raw...); err != nil {
			return nil, err
		}
	}
	policy.Sort(set)
	return set, nil
}

// policyContext is what the conditions of policies read of a person and of where they
// come from. groups are those of somebody who is not stored yet. No risk is
// estimated and of a device only its platform known: conditions on more are unknown.
func (o *Org) policyContext(s store, doc okta.Object, groups []string, from Client) (policy.Context, error) {
	if id := doc.Text("id"); id != "" {
		var err error
		if groups, err = s.ids(`SELECT dst FROM edge WHERE kind = $1 AND src = $2 ORDER BY dst`, member, id); err != nil {
			return policy.Context{}, err
		}
	} else {
		groups = append([]string{o.everyone()}, groups...)
	}
	provider := doc.Text("credentials", "provider", "type")
	if provider == "" {
		provider = "OKTA"
	}
	zones, err := o.zones(s)
	if err != nil {
		return policy.Context{}, err
	}
	return policy.Context{
		Person: &policy.Person{
			ID: doc.Text("id"), Login: doc.Text("profile", "login"), Status: doc.Text("status"), TypeID: doc.Text("type", "id"), Provider: provider, Groups: groups,
		},
		Network: policy.Locate(zones, from.chain()...), Device: deviceOf(from.UserAgent),
		AuthType: "ANY", IdentityProvider: "OKTA",
	}, nil
}

// decide finds the policy of a type and the rule that apply to somebody.
func (o *Org) decide(s store, kind string, c policy.Context) (policy.Decision, error) {
	set, err := o.policySet(s, kind)
	if err != nil {
		return policy.Decision{}, err
	}
	return policy.Evaluate(set, c), nil
}

// Decide is how the policies of a type decide for a person who comes from this address:
// what a sign-in there would meet. E0000007 says that there is no such person.
func (o *Org) Decide(ctx context.Context, kind, user string, from netip.Addr) (policy.Decision, error) {
	s := o.reads(ctx)
	doc, err := s.get(users, user)
	if err != nil {
		return policy.Decision{}, err
	}
	c, err := o.policyContext(s, doc, nil, Client{IP: from})
	if err != nil {
		return policy.Decision{}, err
	}
	return o.decide(s, kind, c)
}

// undecided says in a line what a decision could not judge; "" for nothing.
func undecided(d policy.Decision) string {
	var parts []string
	for _, p := range d.Policies {
		clauses := p.Clauses
		for _, r := range p.Rules {
			clauses = append(clauses, r.Clauses...)
		}
		for _, c := range clauses {
			if c.Outcome == policy.Unknown {
				parts = append(parts, p.Policy.Name+": "+c.Condition+": "+c.Why)
			}
		}
	}
	return strings.Join(parts, "; ")
}
