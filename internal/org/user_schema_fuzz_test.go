package org

import (
	"testing"

	"gatehouse/internal/okta"
)

// Whatever a client sends as a definition is refused or stored so that it reads back
// the same, and then any value can be checked against it.
func FuzzPropertyDefinition(f *testing.F) {
	for _, s := range [][2]string{
		{`{"title":"A","type":"string","minLength":1,"maxLength":5}`, `"abc"`},
		{`{"title":"A","type":"array","items":{"type":"integer","enum":[ 1, 2 ]}}`, `[ 1 , 2.0, null ]`},
		{`{"title":"<b>","type":"number","enum":[9007199254740993,-0.5e-3],"oneOf":[{"const":9007199254740993,"title":"big"},{"const":-0.0005,"title":"small"}]}`, `9007199254740992`},
		{`{"title":"A","type":"boolean","permissions":null,"master":{"type":"OVERRIDE","priority":[{"type":"APP","value":"0oa1"}]}}`, `{}`},
		{`{"title":"A","type":"string","unique":true,"enum":[null]}`, `" "`},
	} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, definition, value string) {
		change, err := okta.Parse([]byte(definition))
		if err != nil {
			return
		}
		p, fault := property{}.with(change)
		if fault != "" || p.wrong("x") != "" {
			return
		}
		stored, err := encodeDocument(userSchema{Custom: properties{{"x", p}}})
		if err != nil {
			t.Fatalf("%s: %v", definition, err)
		}
		u, err := parseSchema(string(stored.Bytes()))
		if err != nil {
			t.Fatalf("%s: %v", stored.Bytes(), err)
		}
		again, err := encodeDocument(u)
		if err != nil || string(again.Bytes()) != string(stored.Bytes()) {
			t.Fatalf("%s\nread back as\n%s (%v)", stored.Bytes(), again.Bytes(), err)
		}
		profile, err := okta.Parse([]byte(`{"x":` + value + `}`))
		if err != nil {
			return
		}
		u.property("x").check("x", profile.Get("x"))
		u.claims(profile)
	})
}
