package org

import (
	"cmp"
	"slices"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// policies and policyRules are the collections of policies and of their rules. A stored
// rule names its policy in policyId, which no answer shows.
var (
	policies = &collection{
		kind: "policy", noun: "Policy", prefix: "00p",
		attrs: func(doc okta.Object) []attr { return []attr{{"type", fold(doc.Text("type"))}} },
		unique: func(doc okta.Object) []attr {
			return []attr{{"policy.name", fold(doc.Text("type") + "/" + doc.Text("name"))}}
		},
	}
	policyRules = &collection{
		kind: "policyRule", noun: "PolicyRule", prefix: "0pr",
		attrs: func(doc okta.Object) []attr { return []attr{{"policyId", fold(doc.Text("policyId"))}} },
		unique: func(doc okta.Object) []attr {
			return []attr{{"policyRule.name", doc.Text("policyId") + "/" + fold(doc.Text("name"))}}
		},
	}
)

// policyKind is a type of policy.
type policyKind struct {
	// name is the type, rule that of its rules.
	name, rule string
	// prefix and rulePrefix begin the ids (okta-semantics C4).
	prefix, rulePrefix string
	// logged is what the System Log calls the type.
	logged string
	// ranked types are looked at one policy after the other, the system's last: their
	// priorities are 1, 2, 3 ... Of the others an app or the org names the one that counts;
	// each has priority 1, and its rules count from 0 to the system's at 99 ("recorded").
	ranked bool
	// fill completes a policy's settings, fillRule a rule's conditions and actions, as the
	// cloud does ("recorded"), and refuses what they do not allow.
	fill     func(o *Org, p *policyParts) error
	fillRule func(p *ruleParts) error
}

// policyKinds are the types that /api/v1/policies holds. Policies of authorization
// servers are not among them: they have operations of their own.
var policyKinds = []policyKind{
	{policy.TypeSignOn, "SIGN_ON", "00p", "0pr", "OktaSignOn", true, fillGroups, fillSignOnRule},
	{policy.TypePassword, "PASSWORD", "00p", "0pr", "Password", true, fillPassword, fillPasswordRule},
	{policy.TypeEnroll, "MFA_ENROLL", "00p", "0pr", "MfaEnroll", true, fillEnroll, fillEnrollRule},
	{"IDP_DISCOVERY", "IDP_DISCOVERY", "00p", "0pr", "IdpDiscovery", true, nil, nil},
	{policy.TypeAccess, "ACCESS_POLICY", "rst", "rul", "AccessPolicy", false, nil, fillAccessRule},
	{"PROFILE_ENROLLMENT", "PROFILE_ENROLLMENT", "rst", "rul", "ProfileEnrollment", false, nil, nil},
	{"POST_AUTH_SESSION", "POST_AUTH_SESSION", "rst", "rul", "PostAuthSession", false, nil, fillPeopleRule},
	{"SESSION_VIOLATION_DETECTION", "SESSION_VIOLATION_DETECTION", "rst", "rul", "SessionViolationDetection", false, nil, fillNetworkRule},
	{"ENTITY_RISK", "ENTITY_RISK", "rst", "rul", "EntityRisk", false, nil, fillPeopleRule},
}

// policyKindOf finds a type; nil for one that is none.
func policyKindOf(name string) *policyKind {
	for i := range policyKinds {
		if policyKinds[i].name == name {
			return &policyKinds[i]
		}
	}
	return nil
}

// systemPriority is the priority of the system's rule in a policy that is not ranked ("recorded").
const systemPriority = 99

// policyPlace is where a policy or rule stands.
type policyPlace struct {
	ID       string `json:"id"`
	Priority int    `json:"priority"`
	System   bool   `json:"system"`
	Status   string `json:"status"`
}

func placeOf(doc okta.Object) (p policyPlace, err error) { return p, doc.Decode(&p) }

// policiesOf lists the policies of a type in their order. There are few.
func (s store) policiesOf(kind string) ([]okta.Object, error) {
	return s.inOrder(policies, "type", kind, func(doc okta.Object) bool { return doc.Text("type") == kind })
}

// rulesOf lists the rules of a policy in their order.
func (s store) rulesOf(policyID string) ([]okta.Object, error) {
	return s.inOrder(policyRules, "policyId", policyID, func(doc okta.Object) bool { return doc.Text("policyId") == policyID })
}

// inOrder lists the documents with a searched value by priority, what the system made last. The
// stored value is folded: same tells whether it is this one.
func (s store) inOrder(c *collection, name, value string, same func(okta.Object) bool) ([]okta.Object, error) {
	rows, err := s.q.Query(s.ctx, `SELECT d.body FROM attr a JOIN document d ON d.kind = a.kind AND d.id = a.id
		WHERE a.kind = $1 AND a.name = $2 AND a.value = $3 ORDER BY a.id`, c.kind, name, fold(value))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	type entry struct {
		doc okta.Object
		at  policyPlace
	}
	var entries []entry
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		doc, err := okta.Trusted([]byte(body))
		if err != nil {
			return nil, err
		}
		if !same(doc) {
			continue
		}
		at, err := placeOf(doc)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{doc, at})
	}
	slices.SortStableFunc(entries, func(a, b entry) int {
		if a.at.Priority == b.at.Priority && a.at.System != b.at.System {
			if a.at.System {
				return 1
			}
			return -1
		}
		return cmp.Compare(a.at.Priority, b.at.Priority)
	})
	docs := make([]okta.Object, len(entries))
	for i, e := range entries {
		docs[i] = e.doc
	}
	return docs, rows.Err()
}

// argumentRule finds the policy and the rule that a request names.
func (s store) argumentRule(r *Request) (policyDoc, rule okta.Object, err error) {
	if policyDoc, err = s.get(policies, r.Args["policyId"]); err != nil {
		return policyDoc, rule, err
	}
	rule, err = s.get(policyRules, r.Args["ruleId"])
	if err == nil && rule.Text("policyId") != policyDoc.Text("id") {
		err = notFound(printable(r.Args["ruleId"]), policyRules.noun)
	}
	return policyDoc, rule, err
}

// policyTarget is a policy as the System Log names one, ruleTarget a rule.
func policyTarget(doc okta.Object) Target {
	return policyTargetOf(doc.Text("id"), doc.Text("name"), doc.Text("type"))
}

func policyTargetOf(id, name, kind string) Target {
	t := Target{ID: id, Type: "PolicyEntity", AlternateID: "unknown", DisplayName: name}
	if k := policyKindOf(kind); k != nil {
		t.DetailEntry = []byte(`{"policyType":"` + k.logged + `"}`)
	}
	return t
}

func ruleTarget(policyID, id, name string) Target {
	return Target{ID: id, Type: "PolicyRule", AlternateID: policyID, DisplayName: name}
}
