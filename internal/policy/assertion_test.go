package policy

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"gatehouse/internal/expr"
)

var anaInApps = Subject{
	User:    []byte(`{"id":"00u1","status":"ACTIVE","profile":{"login":"ana@company.example","email":"a@b.example","firstName":"Ana","badge":17,"contractor":false,"languages":["pt","en"]}}`),
	AppUser: []byte(`{"id":"00u1","credentials":{"userName":"ana.f"},"profile":{"role":"Lead"}}`),
	App:     []byte(`{"id":"0oa1","name":"org_crm_1","label":"CRM"}`),
	Groups:  []expr.Group{{ID: "1", Name: "Sales"}, {ID: "2", Name: "Sales EMEA"}, {ID: "3", Name: "Everyone"}},
}

func TestNameIDOfATemplate(t *testing.T) {
	for template, want := range map[string]string{
		"${user.userName}":    "ana.f",
		"${source.login}":     "ana@company.example",
		"${user.email}":       "a@b.example", // not in the app's profile
		"${user.role}":        "Lead",
		"x-${source.badge}-y": "x-17-y",
		"${source.nothing}":   "",
		"plain":               "plain",
		`${fn:substringBefore(source.login, "@")}`: "ana",
		"${source.login":          "error: lacks a }",
		"${org.name}":             "error: it can read user. and source",
		strings.Repeat("a", 4097): "error: longer than",
	} {
		got, err := anaInApps.NameID(template)
		if wrong, is := strings.CutPrefix(want, "error: "); is {
			if err == nil || !strings.Contains(err.Error(), wrong) {
				t.Errorf("%.60s: %q, %v, want an error with %q", template, got, err, wrong)
			}
		} else if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", template, got, err, want)
		}
	}
}

func TestAttributesOfAStatement(t *testing.T) {
	for _, c := range []struct {
		statement Statement
		want      string
	}{
		{Statement{Type: "EXPRESSION", Values: []string{"user.email"}}, "[a@b.example]"},
		{Statement{Type: "EXPRESSION", Values: []string{"user.languages", "user.badge", "user.contractor"}}, "[pt en 17 false]"},
		{Statement{Type: "EXPRESSION", Values: []string{`String.toUpperCase(user.firstName)`, `"fixed text"`, "val"}}, "[ANA fixed text val]"},
		{Statement{Type: "EXPRESSION", Values: []string{"appuser.role"}}, "[Lead]"},
		{Statement{Type: "EXPRESSION", Values: []string{"user.nothing"}}, "none"},
		{Statement{Type: "GROUP", Filter: "STARTS_WITH", Pattern: "sales"}, "[Sales Sales EMEA]"},
		{Statement{Type: "GROUP", Filter: "EQUALS", Pattern: "Sales"}, "[Sales]"},
		{Statement{Type: "GROUP", Filter: "CONTAINS", Pattern: "EM"}, "[Sales EMEA]"},
		{Statement{Type: "GROUP", Filter: "REGEX", Pattern: ".*"}, "[Sales Sales EMEA Everyone]"},
		{Statement{Type: "GROUP", Filter: "REGEX", Pattern: "Nobody"}, "none"},
		{Statement{Type: "GROUP", Filter: "REGEX", Pattern: "("}, "error"},
		{Statement{Type: "GROUP", Filter: "LIKE", Pattern: "x"}, "error"},
		{Statement{Type: "EXPRESSION", Values: []string{"String.noSuch(user.email)"}}, "error"},
		{Statement{Type: "OTHER"}, "error"},
	} {
		c.statement.Name, c.statement.Namespace = "attr", "ns"
		got, err := anaInApps.Attributes([]Statement{c.statement})
		switch {
		case c.want == "error":
			if err == nil || !strings.HasPrefix(err.Error(), "attribute attr: ") {
				t.Errorf("%+v: %v, %v", c.statement, got, err)
			}
		case err != nil:
			t.Errorf("%+v: %v", c.statement, err)
		case c.want == "none" && len(got) == 0:
		case len(got) != 1 || fmt.Sprint(got[0].Values) != c.want || !reflect.DeepEqual(got[0], Attribute{"attr", "ns", got[0].Values}):
			t.Errorf("%+v: %+v, want %s", c.statement, got, c.want)
		}
	}
}
