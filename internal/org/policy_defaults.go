package org

import (
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// systemPolicy is a policy that every org holds.
type systemPolicy struct {
	kind, name, description string
	// settings is JSON, "" for none; people says that it is for everybody by a condition.
	settings string
	people   bool
	rules    []systemRule
}

// systemRule is a rule of one. Only those with system cannot be deleted.
type systemRule struct {
	name, conditions, actions string
	priority                  int
	system                    bool
}

const lastResort = "The default policy applies in all situations if no other policy applies."

// accessRule is the rule that a policy of apps is born with ("recorded").
var accessRule = systemRule{"Catch-all Rule", `null`, `{"appSignOn":{"access":"ALLOW","verificationMethod":{"factorMode":"2FA","type":"ASSURANCE","reauthenticateIn":"PT12H",
	"constraints":[{"possession":{"required":true,"deviceBound":"REQUIRED"}}]},"keepMeSignedIn":{"postAuth":"NOT_ALLOWED"}}}`, systemPriority, true}

const ruleEverywhere = `{"people":{"users":{"exclude":[]}},"network":{"connection":"ANYWHERE"}}`

// systemPolicies are what a new org holds ("recorded", the enrolment policy by the published
// description). The rule of the sign-on policy requires no factor, and asks whoever holds one.
var systemPolicies = []systemPolicy{
	{policy.TypeSignOn, "Default Policy", lastResort, "", true, []systemRule{{
		"Default Rule",
		`{"people":{"users":{"exclude":[]}},"network":{"connection":"ANYWHERE"},"authContext":{"authType":"ANY"},"identityProvider":{"provider":"ANY"}}`,
		`{"signon":{"access":"ALLOW","requireFactor":false,"primaryFactor":"PASSWORD_IDP_ANY_FACTOR","rememberDeviceByDefault":false,"session":{"usePersistentCookie":false,"maxSessionIdleMinutes":120,"maxSessionLifetimeMinutes":0}}}`, 1, true,
	}}},
	{policy.TypePassword, "Default Policy", lastResort, `{"password":{
		"complexity":{"minLength":8,"minLowerCase":1,"minUpperCase":1,"minNumber":1,"minSymbol":0,"excludeUsername":true,"dictionary":{"common":{"exclude":false}},"excludeAttributes":[]},
		"age":{"maxAgeDays":0,"expireWarnDays":0,"minAgeMinutes":0,"historyCount":4},
		"lockout":{"maxAttempts":10,"autoUnlockMinutes":0,"userLockoutNotificationChannels":[],"showLockoutFailures":false},
		"breachedProtection":{"expireAfterDays":null,"logoutEnabled":false,"delegatedWorkflowId":null}},
		"recovery":{"factors":{"recovery_question":{"status":"ACTIVE","properties":{"complexity":{"minLength":4}}},
			"okta_email":{"status":"ACTIVE","properties":{"recoveryToken":{"tokenLifetimeMinutes":60}}},
			"okta_sms":{"status":"INACTIVE"},"okta_call":{"status":"INACTIVE"}}},
		"delegation":{"options":{"skipUnlock":false}}}`, true, []systemRule{{
		"Default Rule", ruleEverywhere,
		`{"passwordChange":{"access":"ALLOW"},"selfServicePasswordReset":{"access":"ALLOW","requirement":{"primary":{"methods":["email"]},"stepUp":{"required":false},"accessControl":"LEGACY"}},"selfServiceUnlock":{"access":"DENY"}}`, 1, true,
	}}},
	{
		policy.TypeEnroll, "Default Policy", lastResort, `{"type":"AUTHENTICATORS","authenticators":[
		{"key":"custom_otp","enroll":{"self":"OPTIONAL"}},{"key":"google_otp","enroll":{"self":"OPTIONAL"}},{"key":"okta_email","enroll":{"self":"OPTIONAL"}},
		{"key":"okta_password","enroll":{"self":"REQUIRED"}},{"key":"okta_verify","enroll":{"self":"OPTIONAL"}},{"key":"phone_number","enroll":{"self":"OPTIONAL"}},
		{"key":"security_question","enroll":{"self":"OPTIONAL"}},{"key":"webauthn","enroll":{"self":"OPTIONAL"}},{"key":"yubikey_token","enroll":{"self":"OPTIONAL"}}]}`, true,
		[]systemRule{{"Default Rule", ruleEverywhere, `{"enroll":{"self":"CHALLENGE"}}`, 1, true}},
	},
	{
		"IDP_DISCOVERY", "Idp Discovery Policy", "The default policy that routes every sign-in to this org.", "", false,
		[]systemRule{{"Default Rule", ruleEverywhere, `{"idp":{"providers":[{"type":"OKTA"}]}}`, 1, true}},
	},
	{policy.TypeAccess, "Any two factors", "Require two factors to access.", "", false, []systemRule{accessRule}},
	{"PROFILE_ENROLLMENT", "Default Policy", lastResort, "", false, []systemRule{{
		"Catch-all Rule", `null`,
		`{"profileEnrollment":{"access":"DENY","preRegistrationInlineHooks":null,"profileAttributes":[{"name":"email","label":"Email","required":true}],"targetGroupIds":null,"unknownUserAction":"DENY","activationRequirements":{"emailVerification":true}}}`, systemPriority, true,
	}}},
	{"POST_AUTH_SESSION", "Post Auth Policy", "Enables post auth policy evaluation for the org.", "", false, []systemRule{
		{"Post Session Protection Rule", `{"people":{"users":{"exclude":[]}}}`, `{"postAuthSession":{"failureActions":[]}}`, 1, false},
		{"Catch-all Rule", `null`, `{"postAuthSession":{"failureActions":[]}}`, systemPriority, true},
	}},
	{"SESSION_VIOLATION_DETECTION", "Session Violation Detection Policy", "Enables session violation detection policy evaluation for the org.", "", false, []systemRule{
		{"Session Violation Rule", `{"network":{"connection":"ANYWHERE"},"riskScore":{"minRiskLevel":"LOW"}}`, `{"sessionViolationDetection":{"policyEvaluation":{"enabled":true}}}`, 1, false},
		{"Catch-all Rule", `null`, `{"sessionViolationDetection":{"policyEvaluation":{"enabled":false}}}`, systemPriority, true},
	}},
}

// ensurePolicies writes the policies that every org holds, where a type has none.
func ensurePolicies(tx *Tx) error {
	for _, p := range systemPolicies {
		held, err := tx.policiesOf(p.kind)
		if err != nil || len(held) > 0 {
			if err != nil {
				return err
			}
			continue
		}
		if err := tx.systemPolicy(p); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) systemPolicy(p systemPolicy) error {
	k := policyKindOf(p.kind)
	parts := policyParts{system: true}
	if p.people {
		if err := fillGroups(tx.org, &parts); err != nil {
			return err
		}
	}
	if k.name == policy.TypePassword {
		parts.conditions = parts.conditions.With("authProvider", constant(`{"provider":"OKTA"}`))
	}
	if p.settings != "" {
		parts.settings = constant(p.settings)
	}
	f := policyFields{
		ID: tx.org.ids.fixedID(k.prefix, p.kind), Status: active, Name: p.name, Priority: 1, System: true, Type: k.name,
		Created: stamp(tx.now), Updated: stamp(tx.now),
	}
	if err := tx.putPolicy(f.document(okta.Object{}.With("description", p.description), parts)); err != nil {
		return err
	}
	for _, rule := range p.rules {
		if err := tx.systemRule(k, f.ID, rule); err != nil {
			return err
		}
	}
	return nil
}

// systemRule stores a rule that the system makes.
func (tx *Tx) systemRule(k *policyKind, policyID string, rule systemRule) error {
	parts := ruleParts{actions: constant(rule.actions), system: true}
	if rule.conditions != `null` {
		parts.conditions = constant(rule.conditions)
	}
	f := policyFields{
		ID: tx.org.ids.fixedID(k.rulePrefix, policyID+"/"+rule.name), Status: active, Name: rule.name, Priority: rule.priority, System: rule.system,
		Type: k.rule, Created: stamp(tx.now), Updated: stamp(tx.now),
	}
	return tx.putPolicyRule(f.ruleDocument(policyID, okta.Object{}, parts))
}
