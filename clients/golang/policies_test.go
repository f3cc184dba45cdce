package golang

import (
	"testing"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

func TestPolicyWithRules(t *testing.T) {
	c, ctx := admin(t), t.Context()
	in := group(t, c, unique("Policy group "))
	made, _, err := c.PolicyAPI.CreatePolicy(ctx).Policy(model[okta.ListPolicies200ResponseInner](t,
		`{"type":"OKTA_SIGN_ON","name":%q,"status":"ACTIVE","conditions":{"people":{"groups":{"include":[%q]}}}}`, unique("Go policy "), in)).Execute()
	check(t, err)
	id := made.OktaSignOnPolicy.GetId()
	rule := func(name string) okta.ListPolicyRules200ResponseInner {
		return model[okta.ListPolicyRules200ResponseInner](t, `{"type":"SIGN_ON","name":%q,"priority":1,"conditions":{"network":{"connection":"ANYWHERE"}},"actions":{"signon":{"access":"DENY"}}}`, name)
	}
	for _, name := range []string{"First", "Second"} {
		_, _, err := c.PolicyAPI.CreatePolicyRule(ctx, id).PolicyRule(rule(name)).Execute()
		check(t, err)
	}
	rules, _, err := c.PolicyAPI.ListPolicyRules(ctx, id).Execute()
	check(t, err)
	if len(rules) != 2 || rules[0].OktaSignOnPolicyRule.GetName() != "Second" || rules[1].OktaSignOnPolicyRule.GetPriority() != 2 {
		t.Errorf("rules %+v, want Second before First", rules)
	}
	_, err = c.PolicyAPI.DeactivatePolicy(ctx, id).Execute()
	check(t, err)
	_, err = c.PolicyAPI.DeletePolicy(ctx, id).Execute()
	check(t, err)
	_, a, err := c.PolicyAPI.GetPolicy(ctx, id).Execute()
	refused(t, a, err, 404, "E0000007")
}
