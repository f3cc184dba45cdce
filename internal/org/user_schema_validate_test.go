package org

import (
	"context"
	"slices"
	"testing"

	"gatehouse/internal/okta"
)

func TestValidateProfile(t *testing.T) {
	x := newTestOrg(t)
	x.call("POST", defaultSchema, schemaBody(`
		"level":{"title":"L","type":"integer","enum":[1,2]},"ratio":{"title":"R","type":"number"},"vip":{"title":"V","type":"boolean"},
		"tags":{"title":"T","type":"array","items":{"type":"string","enum":["a","b"]}},"code":{"title":"C","type":"string","minLength":2,"maxLength":3},
		"room":{"title":"P","type":"string","pattern":"[A-Z][0-9]+"}`)).want(200)
	const ada = `"login":"ada@org.example","email":"ada@org.example","firstName":"Ada","lastName":"L"`
	for name, c := range map[string]struct {
		profile string
		causes  []string
	}{
		"plain":              {ada, nil},
		"every type":         {ada + `,"level":2,"ratio":-0.5e3,"vip":true,"tags":["a","b"],"code":"äöü"`, nil},
		"nulls":              {ada + `,"level":null,"tags":null,"city":null`, nil},
		"integer as 2.0":     {ada + `,"level":2.0`, nil},
		"two unknown":        {ada + `,"notValid":"x","other":1,"level":"also wrong"`, []string{"Property name 'notValid' is not defined in profile", "Property name 'other' is not defined in profile"}},
		"number as name":     {ada + `,"city":7`, []string{"city: The value must be a string"}},
		"fraction":           {ada + `,"level":1.5`, []string{"level: The value must be an integer"}},
		"text as number":     {ada + `,"ratio":"1"`, []string{"ratio: The value must be a number"}},
		"text as boolean":    {ada + `,"vip":"true"`, []string{"vip: The value must be a boolean"}},
		"not in enum":        {ada + `,"level":3`, []string{"level: The value must be one of the values that the schema lists"}},
		"scalar for array":   {ada + `,"tags":"a"`, []string{"tags: The value must be an array"}},
		"element not listed": {ada + `,"tags":["a","c"]`, []string{"tags: Each element must be one of the values that the schema lists"}},
		"element of type":    {ada + `,"tags":[1]`, []string{"tags: Each element: The value must be a string"}},
		"too short":          {ada + `,"code":"ä"`, []string{"code: The field is too short"}},
		"too long":           {ada + `,"code":"äöüß"`, []string{"code: The field is too long"}},
		"custom pattern":     {ada + `,"room":"A12x"`, []string{"room: Does not match required pattern"}},
		"second e-mail":      {ada + `,"secondEmail":"nobody"`, []string{"secondEmail: Does not match required pattern"}},
		"all blank": {`"login":"","firstName":null`, []string{
			"login: The field cannot be left blank", "firstName: The field cannot be left blank", "lastName: The field cannot be left blank",
			"email: The field cannot be left blank", "login: Username must be in the form of an email address",
		}},
		"login is no address": {`"login":"ada lovelace","email":"ada@org.example","firstName":"Ada","lastName":"L"`, []string{"login: Username must be in the form of an email address"}},
	} {
		t.Run(name, func(t *testing.T) {
			profile, err := okta.Parse([]byte("{" + c.profile + "}"))
			if err != nil {
				t.Fatal(err)
			}
			causes, err := x.validateProfile(x.reads(context.Background()), x.defaultType(), profile)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(causes, c.causes) {
				t.Errorf("causes %q\nwant   %q", causes, c.causes)
			}
		})
	}
}

func TestLoginPattern(t *testing.T) {
	x := newTestOrg(t)
	check := func(login string) []string {
		t.Helper()
		profile := okta.Object{}.With("login", login).With("email", "ada@org.example").With("firstName", "A").With("lastName", "L")
		causes, err := x.validateProfile(x.reads(context.Background()), x.defaultType(), profile)
		if err != nil {
			t.Fatal(err)
		}
		return causes
	}
	if len(check("adalovelace")) == 0 {
		t.Error("a login that is no address passes without a pattern")
	}
	x.call("POST", defaultSchema, baseBody(`"login":{"pattern":"[a-z]+"}`)).want(200)
	if got := check("adalovelace"); got != nil {
		t.Errorf("refused: %q", got)
	}
	if got := check("ada1815"); !slices.Equal(got, []string{"login: Does not match required pattern"}) {
		t.Errorf("causes %q", got)
	}
}
