package org

import (
	"encoding/json"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// signOnConditions and signOnActions are what a sign-on rule says unless told otherwise ("recorded").
var (
	signOnConditions = constant(`{"people":{"users":{"exclude":[]}},"network":{"connection":"ANYWHERE"},"authContext":{"authType":"ANY"}}`)
	signOnActions    = constant(`{"access":"ALLOW","requireFactor":false,"primaryFactor":"PASSWORD_IDP_ANY_FACTOR","rememberDeviceByDefault":false,
		"session":{"usePersistentCookie":false,"maxSessionIdleMinutes":120,"maxSessionLifetimeMinutes":0}}`)
)

func fillSignOnRule(p *ruleParts) error {
	if !p.system {
		p.conditions = filled(signOnConditions, withoutEmpty(p.conditions))
		if !p.conditions.Object("riskScore").IsZero() { // "recorded": risk stands beside it
			p.conditions = filled(constant(`{"risk":{"behaviors":[]}}`), p.conditions)
		}
		p.conditions = completed(p.conditions, constant(`{"identityProvider":{"provider":"ANY"}}`))
	}
	given := p.actions.Object("signon")
	if given.IsZero() {
		return invalid("policyRule", "actions.signon: The field cannot be left blank")
	}
	signon := filled(signOnActions, given)
	err := firstOf(
		oneOf(signon, "policyRule", []string{"ALLOW", "DENY"}, "access"),
		within(signon, "policyRule", 1, maxMinutes, "session", "maxSessionIdleMinutes"),
		within(signon, "policyRule", 0, maxMinutes, "session", "maxSessionLifetimeMinutes"),
		within(signon, "policyRule", 0, maxMinutes, "factorLifetime"),
	)
	if err != nil {
		return err
	}
	if string(signon.Get("requireFactor")) == "true" {
		if err := oneOf(signon, "policyRule", []string{"ALWAYS", "DEVICE", "SESSION"}, "factorPromptMode"); err != nil {
			return err
		}
		if signon.Text("factorPromptMode") == "SESSION" && isNull(signon.Get("factorLifetime")) {
			return invalid("policyRule", "factorLifetime: The field cannot be left blank where factorPromptMode is SESSION")
		}
	}
	p.actions = p.actions.With("signon", signon)
	return decodable(nil, p, policy.SignOnOf)
}

func fillPasswordRule(p *ruleParts) error {
	if !p.system {
		p.conditions = filled(everywhere, withoutEmpty(p.conditions))
	}
	p.actions = filled(constant(`{"passwordChange":{"access":"ALLOW"},"selfServicePasswordReset":{"access":"ALLOW"},"selfServiceUnlock":{"access":"DENY"}}`), p.actions)
	for _, action := range []string{"passwordChange", "selfServicePasswordReset", "selfServiceUnlock"} {
		if err := oneOf(p.actions, "policyRule", []string{"ALLOW", "DENY"}, action, "access"); err != nil {
			return err
		}
	}
	return nil
}

// fillEnroll checks the settings of an enrolment policy: factors or authenticators, each
// with what is asked of people. One that says nothing allows nothing (published).
func fillEnroll(o *Org, p *policyParts) error {
	if err := fillGroups(o, p); err != nil {
		return err
	}
	if p.settings.IsZero() {
		p.settings = constant(`{"type":"AUTHENTICATORS","authenticators":[]}`)
	}
	var in struct {
		Factors        map[string]okta.Object `json:"factors"`
		Authenticators []okta.Object          `json:"authenticators"`
	}
	if err := p.settings.Decode(&in); err != nil {
		return invalid("policy", "settings: The settings have a wrong form")
	}
	asked := in.Authenticators
	for _, f := range in.Factors {
		asked = append(asked, f)
	}
	for _, a := range asked {
		if err := oneOf(a, "policy", []string{"NOT_ALLOWED", "OPTIONAL", "REQUIRED"}, "enroll", "self"); err != nil {
			return err
		}
	}
	return decodable(p, nil)
}

func fillEnrollRule(p *ruleParts) error {
	if !p.system {
		p.conditions = filled(everywhere, withoutEmpty(p.conditions))
	}
	return oneOf(p.actions, "policyRule", []string{"CHALLENGE", "LOGIN", "NEVER", "NEVER_INCLUDING_RECOVERY"}, "enroll", "self")
}

// fillAccessRule completes a rule of an app's policy ("recorded").
func fillAccessRule(p *ruleParts) error {
	if !p.system {
		c := filled(everywhere, withoutEmpty(p.conditions))
		if platform := c.Object("platform"); !platform.IsZero() {
			c = c.With("platform", completed(platform, constant(`{"exclude":[]}`)))
		}
		p.conditions = completed(c, constant(`{"riskScore":{"level":"ANY"},"userType":{"include":[],"exclude":[]}}`))
	}
	signOn := p.actions.Object("appSignOn")
	if signOn.IsZero() {
		return invalid("policyRule", "actions.appSignOn: The field cannot be left blank")
	}
	if err := oneOf(signOn, "policyRule", []string{"ALLOW", "DENY"}, "access"); err != nil {
		return err
	}
	if method := signOn.Object("verificationMethod"); method.Text("type") == "ASSURANCE" && isNull(method.Get("reauthenticateIn")) {
		signOn = signOn.With("verificationMethod", method.With("reauthenticateIn", "PT12H"))
	}
	p.actions = p.actions.With("appSignOn", completed(signOn, constant(`{"keepMeSignedIn":{"postAuth":"NOT_ALLOWED"}}`)))
	return nil
}

// decodable refuses settings or actions that the evaluator cannot read.
func decodable(p *policyParts, r *ruleParts, signOn ...func(*policy.Rule) (policy.SignOn, error)) error {
	var asked policy.Policy
	var rule policy.Rule
	if p != nil {
		asked.Settings = json.RawMessage(p.settings.Bytes())
	}
	if r != nil {
		rule.Actions = json.RawMessage(r.actions.Bytes())
	}
	for _, f := range signOn {
		if _, err := f(&rule); err != nil {
			return invalid("policyRule", "actions: The actions have a wrong form")
		}
	}
	_, err := policy.PasswordOf(&asked, &rule)
	if err == nil {
		_, err = policy.EnrollmentOf(&asked, &rule)
	}
	if err != nil {
		return invalid("policy", "settings: The settings have a wrong form")
	}
	return nil
}
