package org

import (
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// seedPolicies are the policies of the seed company beside the system's: each is for a
// group or for apps, has one rule, and stands before those that were made earlier.
var seedPolicies = []struct{ kind, group, name, description, settings, rule, actions string }{
	{
		policy.TypePassword, "Finance", "Finance passwords", "Longer passwords that are changed twice a year.",
		`{"password":{"complexity":{"minLength":14,"minSymbol":1,"excludeAttributes":["firstName","lastName"],"dictionary":{"common":{"exclude":true}}},
			"age":{"maxAgeDays":180,"expireWarnDays":10,"historyCount":8},"lockout":{"maxAttempts":5,"autoUnlockMinutes":60,"userLockoutNotificationChannels":["EMAIL"]}},
			"recovery":{"factors":{"okta_email":{"properties":{"recoveryToken":{"tokenLifetimeMinutes":30}}}}}}`,
		"Finance", `{"passwordChange":{"access":"ALLOW"},"selfServicePasswordReset":{"access":"DENY"},"selfServiceUnlock":{"access":"DENY"}}`,
	},
	{
		policy.TypePassword, "Contractors", "Contractor passwords", "People of other companies change their password every 60 days.",
		`{"password":{"age":{"maxAgeDays":60,"expireWarnDays":7,"minAgeMinutes":60,"historyCount":4}}}`,
		"Contractors", `{"passwordChange":{"access":"ALLOW"},"selfServicePasswordReset":{"access":"ALLOW"},"selfServiceUnlock":{"access":"DENY"}}`,
	},
	{
		policy.TypeSignOn, "Contractors", "Contractors", "Short sessions for people of other companies.", "",
		"Eight hours", `{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"SESSION","factorLifetime":480,"session":{"maxSessionIdleMinutes":30,"maxSessionLifetimeMinutes":480}}}`,
	},
	{
		policy.TypeSignOn, "Production access", "Production access", "A second factor at each sign-in of who may reach production systems.", "",
		"Always a second factor", `{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"ALWAYS","session":{"maxSessionIdleMinutes":60,"maxSessionLifetimeMinutes":720}}}`,
	},
	{
		policy.TypeEnroll, "Engineering", "Engineering", "An authenticator app for engineers; no codes by phone.",
		`{"type":"AUTHENTICATORS","authenticators":[{"key":"okta_password","enroll":{"self":"REQUIRED"}},{"key":"google_otp","enroll":{"self":"REQUIRED"}},
			{"key":"okta_verify","enroll":{"self":"OPTIONAL"}},{"key":"webauthn","enroll":{"self":"OPTIONAL"}},{"key":"okta_email","enroll":{"self":"OPTIONAL"}},{"key":"phone_number","enroll":{"self":"NOT_ALLOWED"}}]}`,
		"When challenged", `{"enroll":{"self":"CHALLENGE"}}`,
	},
	{
		policy.TypeAccess, "", "Password only", "A password is enough.", "",
		"Anyone", `{"appSignOn":{"access":"ALLOW","verificationMethod":{"factorMode":"1FA","type":"ASSURANCE","reauthenticateIn":"PT12H"}}}`,
	},
}

// writeSeedPolicies stores the policies of the seed company.
func writeSeedPolicies(tx *Tx) error {
	first := 1
	for _, p := range seedPolicies {
		k := policyKindOf(p.kind)
		id := tx.org.ids.fixedID(k.prefix, p.name)
		var parts policyParts
		if p.group != "" {
			parts.conditions = constant(`{"people":{"groups":{"include":["` + tx.org.ids.fixedID(groups.prefix, p.group) + `"]}}}`)
		}
		if p.settings != "" {
			parts.settings = constant(p.settings)
		}
		if err := tx.org.completePolicy(k, &parts); err != nil {
			return err
		}
		f := policyFields{ID: id, Status: active, Name: p.name, Priority: 1, Type: k.name, Created: stamp(tx.now), Updated: stamp(tx.now)}
		if _, err := tx.newPolicy(k, f, okta.Object{}.With("description", p.description), parts, &first); err != nil {
			return err
		}
		rule, err := readRuleParts(k, policyInput{}, okta.Object{}.With("actions", constant(p.actions)), okta.Object{})
		if err != nil {
			return err
		}
		r := f
		r.ID, r.Name, r.Type = tx.org.ids.fixedID(k.rulePrefix, id+"/"+p.rule), p.rule, k.rule
		if err := tx.putPolicyRule(r.ruleDocument(id, okta.Object{}, rule)); err != nil {
			return err
		}
	}
	return nil
}
