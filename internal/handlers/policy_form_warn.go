package handlers

import (
	"net/netip"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// warns are what the reader should know of what a form says.
func (f *policyForm) warns(d *policyDrawing) []string {
	if !f.ofRule {
		return nil
	}
	doc, err := f.document()
	if err != nil {
		return nil
	}
	e, err := entryOf(doc)
	if err != nil || !refuses(e) {
		return nil
	}
	zones := map[string]bool{}
	for _, z := range d.zones {
		if z.Text("type") == policy.ZoneIP {
			zones[z.Text("id")] = false
		}
	}
	if why := unjudged(e.Conditions, zones); why != "" {
		return []string{"This rule denies, and the embedded org cannot judge all that it asks (" + why + "): it then refuses nobody. A cloud org judges it."}
	}
	return nil
}

// unjudged says what of the conditions of a rule the embedded org cannot judge, whoever
// signs in from wherever; "" for nothing. zones are those whose addresses are known; nil:
// all are taken to be.
func unjudged(conditions okta.Object, zones map[string]bool) string {
	rule, err := policy.ParseRule(okta.Object{}.With("status", "ACTIVE").With("conditions", conditions).Bytes())
	if err != nil {
		return "the conditions cannot be read"
	}
	if c, err := conditionsOf(conditions); zones == nil && err == nil {
		zones = map[string]bool{}
		for _, id := range append(c.Network.Include, c.Network.Exclude...) {
			zones[id] = false
		}
	}
	nobody := policy.Context{
		Person:  &policy.Person{ID: "-", Login: "-", Status: "ACTIVE", TypeID: "-", Provider: "OKTA"},
		Network: &policy.Network{Address: netip.IPv4Unspecified(), Zones: zones},
		App:     &policy.App{ID: "-", Name: "-"}, AuthType: anything, IdentityProvider: "OKTA",
	}
	var why []string
	for _, p := range policy.Evaluate([]policy.Policy{{Status: "ACTIVE", Rules: []policy.Rule{rule}}}, nobody).Policies {
		for _, r := range p.Rules {
			for _, c := range r.Clauses {
				if c.Outcome == policy.Unknown {
					why = append(why, c.Why)
				}
			}
		}
	}
	return strings.Join(why, "; ")
}
