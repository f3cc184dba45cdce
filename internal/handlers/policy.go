package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

const policiesPath = "/policies"

// The types of policy that internal/policy has no name for.
const (
	typeDiscovery = "IDP_DISCOVERY"
	typeProfile   = "PROFILE_ENROLLMENT"
)

// policyType is a type of policy as the pages name it.
type policyType struct {
	key string
	// label names the type, noun one policy of it.
	label, noun string
	// says is what policies of the type decide, order how one is found.
	says, order string
	// rule is the type that its rules have.
	rule string
	// link is the link of an app to its policy of this type; "" where policies are looked at
	// one after the other instead.
	link string
}

const inOrder = "The first policy that is for somebody and has a rule that fits decides."

// policyTypes are in the order of the tabs.
var policyTypes = []policyType{
	{policy.TypeSignOn, "Global session", "Global session policy", "Who gets a session at the org, from where, with which factors, and for how long.", inOrder, "SIGN_ON", ""},
	{policy.TypeAccess, "App sign-on", "App sign-on policy", "What an app asks of people who open it. Each app has one.", "An app names its policy; in it the first rule that fits decides.", "ACCESS_POLICY", "accessPolicy"},
	{policy.TypePassword, "Password", "Password policy", "What passwords must be like, how long they last, when accounts lock, and how people recover.", inOrder, "PASSWORD", ""},
	{policy.TypeEnroll, "Factor enrollment", "Factor enrollment policy", "Which factors people may and must set up, and when they are asked to.", inOrder, "MFA_ENROLL", ""},
	{typeDiscovery, "Identity provider routing", "Routing policy", "Which identity provider checks the credentials of whom.", "The first rule that fits decides where a sign-in goes.", "IDP_DISCOVERY", ""},
	{typeProfile, "Profile enrollment", "Profile enrollment policy", "Whether people may sign up, and what they fill in. Each app has one.", "An app names its policy.", "PROFILE_ENROLLMENT", "profileEnrollment"},
}

// policyTypeOf finds a type by its key. One that has no pages keeps its key as its name.
func policyTypeOf(key string) policyType {
	for _, t := range policyTypes {
		if t.key == key {
			return t
		}
	}
	return policyType{key: key, label: key, noun: "Policy", rule: key}
}

// ranked tells whether policies of the type are looked at one after the other.
func (t policyType) ranked() bool { return t.link == "" }

func (t policyType) path() string {
	if t.key == policyTypes[0].key {
		return policiesPath
	}
	return policiesPath + "/type/" + url.PathEscape(t.key)
}

// policyEntry is a policy or a rule: the document, and the part of it that pages need.
type policyEntry struct {
	doc okta.Object

	ID          string      `json:"id"`
	Type        string      `json:"type"`
	Name        string      `json:"name"`
	Description string      `json:"description"`
	Status      string      `json:"status"`
	Priority    int         `json:"priority"`
	System      bool        `json:"system"`
	Created     string      `json:"created"`
	LastUpdated string      `json:"lastUpdated"`
	Conditions  okta.Object `json:"conditions"`
	Actions     okta.Object `json:"actions"`
	Settings    okta.Object `json:"settings"`
}

func (p policyEntry) path() string { return policiesPath + "/" + url.PathEscape(p.ID) }

func (p policyEntry) rulePath(r policyEntry) string {
	return p.path() + "/rules/" + url.PathEscape(r.ID)
}

func (p policyEntry) active() bool { return p.Status == "ACTIVE" }

func entryOf(doc okta.Object) (policyEntry, error) {
	p := policyEntry{doc: doc}
	if err := doc.Decode(&p); err != nil {
		return p, fmt.Errorf("%w: a policy: %w", okta.ErrBadAnswer, err)
	}
	return p, nil
}

// entriesOf reads policies or rules, in the order in which they are looked at.
func entriesOf(docs []okta.Object) ([]policyEntry, error) {
	out := make([]policyEntry, len(docs))
	for i, d := range docs {
		var err error
		if out[i], err = entryOf(d); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(a, b policyEntry) int {
		switch {
		case a.Priority != b.Priority:
			return a.Priority - b.Priority
		case a.System == b.System:
			return 0
		case a.System:
			return 1
		}
		return -1
	})
	return out, nil
}

func policyArg(id string) map[string]string { return map[string]string{"policyId": id} }

func policyRuleArg(policyID, id string) map[string]string {
	return map[string]string{"policyId": policyID, "ruleId": id}
}

// readPolicy asks the org for a policy and its rules, at once.
func (h *console) readPolicy(ctx context.Context, id string) (p policyEntry, rules []policyEntry, err error) {
	err = together(ctx, func(ctx context.Context) error {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getPolicy"), Args: policyArg(id)})
		if err != nil {
			return err
		}
		doc, err := resp.Object()
		if err == nil {
			p, err = entryOf(doc)
		}
		return err
	}, func(ctx context.Context) error {
		docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listPolicyRules"), Args: policyArg(id)})
		if err == nil {
			rules, err = entriesOf(docs)
		}
		return err
	})
	return p, rules, policyError(err)
}

// policyError tells a policy or rule that is not there from other things that are not.
func policyError(err error) error {
	if p, is := asOrgProblem(err); is && p.Status == http.StatusNotFound {
		return problem{
			Status: p.Status, Code: p.Code, Title: "Policy not found", Err: err,
			Message: "The policy or the rule may have been deleted, or none of your admin roles covers it.",
		}
	}
	return err
}

// listPoliciesOf asks the org for the policies of a type with their rules, in their order.
func (h *console) listPoliciesOf(ctx context.Context, t policyType) ([]okta.Object, []policyEntry, error) {
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listPolicies"), Query: url.Values{"type": {t.key}, "expand": {"rules"}}})
	if err != nil {
		return nil, nil, err
	}
	all, err := entriesOf(docs)
	return docs, all, err
}

// rulesIn are the rules that came with a policy, in their order.
func (p policyEntry) rulesIn() ([]policyEntry, error) {
	var in struct {
		Embedded struct {
			Rules []okta.Object `json:"rules"`
		} `json:"_embedded"`
	}
	if err := p.doc.Decode(&in); err != nil {
		return nil, fmt.Errorf("%w: a policy's rules: %w", okta.ErrBadAnswer, err)
	}
	return entriesOf(in.Embedded.Rules)
}
