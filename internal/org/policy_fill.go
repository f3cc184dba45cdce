package org

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
)

// filled is given with what it lacks taken from defaults, in the order of defaults, and
// what else it holds behind. null counts as absent.
func filled(defaults, given okta.Object) okta.Object {
	out := okta.Object{}
	for _, name := range defaults.Keys() {
		v, d := given.Get(name), defaults.Get(name)
		switch {
		case isNull(v):
			out = out.With(name, d)
		case d[0] == '{' && v[0] == '{':
			out = out.With(name, filled(defaults.Object(name), given.Object(name)))
		default:
			out = out.With(name, v)
		}
	}
	for _, name := range given.Keys() {
		if out.Get(name) == nil {
			out = out.With(name, given.Get(name))
		}
	}
	return out
}

// completed is doc with what it lacks of more at its end.
func completed(doc, more okta.Object) okta.Object {
	for _, name := range more.Keys() {
		if isNull(doc.Get(name)) {
			doc = doc.With(name, more.Get(name))
		}
	}
	return doc
}

// constant is a document of this program.
func constant(text string) okta.Object {
	doc, err := okta.Parse([]byte(text))
	if err != nil {
		panic("org: " + err.Error() + ": " + text)
	}
	return doc
}

// within refuses a number outside of its range. Absent is fine.
func within(doc okta.Object, object string, low, high int, path ...string) error {
	v := doc.Get(path...)
	if isNull(v) {
		return nil
	}
	n, err := strconv.Atoi(string(v))
	if err != nil || n < low || n > high {
		return invalid(object, fmt.Sprintf("%s: The value must be a number from %d to %d", strings.Join(path, "."), low, high))
	}
	return nil
}

// oneOf refuses a text that is none of these.
func oneOf(doc okta.Object, object string, allowed []string, path ...string) error {
	text := doc.Text(path...)
	for _, a := range allowed {
		if text == a {
			return nil
		}
	}
	return invalid(object, strings.Join(path, ".")+": The value must be one of "+strings.Join(allowed, ", "))
}

// firstOf is the first error.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// fillGroups gives a policy that names no people everybody [assumed].
func fillGroups(o *Org, p *policyParts) error {
	if p.conditions.Object("people").IsZero() {
		p.conditions = completed(p.conditions, constant(`{"people":{"groups":{"include":["`+o.everyone()+`"]}}}`))
	}
	return nil
}

// passwordDefaults are what a password policy says unless told otherwise: published
// defaults, with the recorded parts.
var passwordDefaults = constant(`{"password":{
	"complexity":{"minLength":8,"minLowerCase":1,"minUpperCase":1,"minNumber":1,"minSymbol":1,"excludeUsername":true,"dictionary":{"common":{"exclude":false}},"excludeAttributes":[]},
	"age":{"maxAgeDays":0,"expireWarnDays":0,"minAgeMinutes":0,"historyCount":0},
	"lockout":{"maxAttempts":10,"autoUnlockMinutes":0,"userLockoutNotificationChannels":[],"showLockoutFailures":false},
	"breachedProtection":{"expireAfterDays":null,"logoutEnabled":false,"delegatedWorkflowId":null}},
	"recovery":{"factors":{
		"recovery_question":{"status":"ACTIVE","properties":{"complexity":{"minLength":4}}},
		"okta_email":{"status":"ACTIVE","properties":{"recoveryToken":{"tokenLifetimeMinutes":10080}}},
		"okta_sms":{"status":"INACTIVE"},"okta_call":{"status":"INACTIVE"}}},
	"delegation":{"options":{"skipUnlock":false}}}`)

// maxMinutes bounds lives and ages: the recorded policies stay far below.
const maxMinutes = 60 * 24 * 365 * 5

func fillPassword(o *Org, p *policyParts) error {
	if err := fillGroups(o, p); err != nil {
		return err
	}
	p.conditions = completed(p.conditions, constant(`{"authProvider":{"provider":"OKTA"}}`))
	p.settings = filled(passwordDefaults, p.settings)
	number := func(low, high int, path ...string) error { return within(p.settings, "policy", low, high, path...) }
	err := firstOf(
		number(1, maxPassword, "password", "complexity", "minLength"),
		number(0, maxPassword, "password", "complexity", "minLowerCase"), number(0, maxPassword, "password", "complexity", "minUpperCase"),
		number(0, maxPassword, "password", "complexity", "minNumber"), number(0, maxPassword, "password", "complexity", "minSymbol"),
		number(0, 9999, "password", "age", "maxAgeDays"), number(0, 9999, "password", "age", "expireWarnDays"),
		number(0, maxMinutes, "password", "age", "minAgeMinutes"), number(0, maxHistory, "password", "age", "historyCount"),
		number(0, 1000, "password", "lockout", "maxAttempts"), number(0, maxMinutes, "password", "lockout", "autoUnlockMinutes"),
		number(1, math.MaxInt16, "recovery", "factors", "recovery_question", "properties", "complexity", "minLength"),
		number(1, maxMinutes, "recovery", "factors", "okta_email", "properties", "recoveryToken", "tokenLifetimeMinutes"),
	)
	if err != nil {
		return err
	}
	return decodable(p, nil)
}

// maxHistory is how many last passwords may stay refused: each is a hash to compare with (administrator's help).
const maxHistory = 30

// everywhere are the conditions of a rule that says nothing ("recorded").
var everywhere = constant(`{"people":{"users":{"exclude":[]}},"network":{"connection":"ANYWHERE"}}`)

func fillPeopleRule(p *ruleParts) error {
	if !p.system {
		p.conditions = filled(constant(`{"people":{"users":{"exclude":[]}}}`), withoutEmpty(p.conditions))
	}
	return nil
}

func fillNetworkRule(p *ruleParts) error {
	if !p.system {
		p.conditions = filled(constant(`{"network":{"connection":"ANYWHERE"}}`), withoutEmpty(p.conditions))
	}
	return nil
}

// withoutEmpty drops conditions that ask nothing, and empty lists of people ("recorded": a
// rule with empty lists answers without them).
func withoutEmpty(conditions okta.Object) okta.Object {
	for _, name := range conditions.Keys() {
		if string(conditions.Get(name)) == "{}" {
			conditions = conditions.Without(name)
		}
	}
	people := conditions.Object("people")
	if people.IsZero() {
		return conditions
	}
	for _, kind := range []string{"users", "groups"} {
		lists := people.Object(kind)
		for _, name := range []string{"include", "exclude"} {
			if emptyList(lists.Get(name)) {
				lists = lists.Without(name)
			}
		}
		if len(lists.Keys()) == 0 {
			people = people.Without(kind)
		} else {
			people = people.With(kind, lists)
		}
	}
	if len(people.Keys()) == 0 {
		return conditions.Without("people")
	}
	return conditions.With("people", people)
}

func emptyList(v json.RawMessage) bool {
	var list []json.RawMessage
	return json.Unmarshal(v, &list) == nil && len(list) == 0
}
