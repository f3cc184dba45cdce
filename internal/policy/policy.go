package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// The types of policy (published); a rule has its policy's, but for "SIGN_ON" of OktaSignOn.
const (
	TypeSignOn    = "OKTA_SIGN_ON"
	TypePassword  = "PASSWORD"
	TypeEnroll    = "MFA_ENROLL"
	TypeAccess    = "ACCESS_POLICY"
	TypeDiscovery = "IDP_DISCOVERY"
	TypeProfile   = "PROFILE_ENROLLMENT"
	// TypeAuthorization is that of the policies of authorization servers.
	TypeAuthorization = "OAUTH_AUTHORIZATION_POLICY"
)

// Policy is the part of a policy's document that decides.
type Policy struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Name       string          `json:"name"`
	Status     string          `json:"status"`
	Priority   int             `json:"priority"`
	System     bool            `json:"system"`
	Conditions Conditions      `json:"conditions"`
	Settings   json.RawMessage `json:"settings"`
	// Rules are in the order in which they are looked at.
	Rules []Rule `json:"-"`
}

// Rule is the part of a rule's document that decides.
type Rule struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Status     string          `json:"status"`
	Priority   int             `json:"priority"`
	System     bool            `json:"system"`
	Conditions Conditions      `json:"conditions"`
	Actions    json.RawMessage `json:"actions"`
}

const active = "ACTIVE"

// Parse reads a policy's document and the documents of its rules, in any order.
func Parse(document []byte, rules ...[]byte) (Policy, error) {
	var p Policy
	if err := json.Unmarshal(document, &p); err != nil {
		return Policy{}, fmt.Errorf("policy: %w", err)
	}
	for _, document := range rules {
		r, err := ParseRule(document)
		if err != nil {
			return Policy{}, err
		}
		p.Rules = append(p.Rules, r)
	}
	sortRules(p.Rules)
	return p, nil
}

// ParseRule reads a rule's document.
func ParseRule(document []byte) (Rule, error) {
	var r Rule
	if err := json.Unmarshal(document, &r); err != nil {
		return Rule{}, fmt.Errorf("policy rule: %w", err)
	}
	return r, nil
}

// Sort puts policies into the order in which they are looked at: by priority, what a
// system made last among equals, then by id, so that the order is always the same.
func Sort(policies []Policy) {
	slices.SortStableFunc(policies, func(a, b Policy) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), last(a.System, b.System), cmp.Compare(a.ID, b.ID))
	})
}

func sortRules(rules []Rule) {
	slices.SortStableFunc(rules, func(a, b Rule) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), last(a.System, b.System), cmp.Compare(a.ID, b.ID))
	})
}

func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
