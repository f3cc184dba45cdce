package handlers

import (
	"testing"

	"gatehouse/internal/expr"
)

func TestSearchBoxMeaning(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "  ", ""},
		{"an id", "00u9f3k2m1QxYb7Za1d7", `id eq "00u9f3k2m1QxYb7Za1d7"`},
		{"an e-mail address", "ana@company.example", `(profile.login sw "ana@company.example" or profile.email sw "ana@company.example")`},
		{"a word", "ana", `(profile.firstName sw "ana" or profile.lastName sw "ana" or profile.login sw "ana" or profile.email sw "ana" or profile.firstName co " ana" or profile.lastName co " ana")`},
		{
			"two words must both be found", "ana fer",
			`(profile.firstName sw "ana" or profile.lastName sw "ana" or profile.login sw "ana" or profile.email sw "ana" or profile.firstName co " ana" or profile.lastName co " ana") and ` +
				`(profile.firstName sw "fer" or profile.lastName sw "fer" or profile.login sw "fer" or profile.email sw "fer" or profile.firstName co " fer" or profile.lastName co " fer")`,
		},
		{"a quote is data", `O"Neil\`, `(profile.firstName sw "O\"Neil\\" or profile.lastName sw "O\"Neil\\" or profile.login sw "O\"Neil\\" or profile.email sw "O\"Neil\\" or profile.firstName co " O\"Neil\\" or profile.lastName co " O\"Neil\\")`},
		{"an expression goes as it is", `status eq "ACTIVE" and profile.city sw "L"`, `status eq "ACTIVE" and profile.city sw "L"`},
		{"an or is held together", `status eq "ACTIVE" or status eq "STAGED"`, `(status eq "ACTIVE" or status eq "STAGED")`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, fault := searchOf(peopleBox, c.text, nil)
			if fault != nil {
				t.Fatal(fault)
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestBrokenExpressionIsNotTakenForWords(t *testing.T) {
	for _, text := range []string{`status eq`, `status eq ACTIVE`, `(profile.city sw "L"`, `profile.city co "L`} {
		if got, fault := searchOf(peopleBox, text, nil); fault == nil {
			t.Errorf("%s was searched as %s", text, got)
		}
	}
}

func TestFiltersBecomeOneExpression(t *testing.T) {
	schema := userSchema{attributes: []attribute{
		{Name: "department", Type: "string"}, {Name: "contractor", Type: "boolean"}, {Name: "level", Type: "integer"},
	}}
	var filters []userFilter
	for _, text := range []string{
		"status:ACTIVE", "status:LOCKED_OUT", `profile.department:R"D`, "profile.contractor:true", "profile.level:3",
		"nonsense", "profile.a b:1", `status" or id pr:x`, "profile.department:",
	} {
		if f, _, ok := parseUserFilter(text, schema, attributeName); ok {
			filters = append(filters, f)
		}
	}
	got, fault := searchOf(peopleBox, "", filters)
	if fault != nil {
		t.Fatal(fault)
	}
	want := `(status eq "ACTIVE" or status eq "LOCKED_OUT") and profile.department eq "R\"D" and profile.contractor eq true and profile.level eq 3`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzUserSearch(f *testing.F) {
	for _, s := range []string{"ana", `status eq "ACTIVE"`, `a"b\`, "((", "00u9f3k2m1QxYb7Za1d7"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, fault := searchOf(peopleBox, text, []userFilter{{"status", `"ACTIVE"`}})
		if fault != nil || got == `status eq "ACTIVE"` {
			return
		}
		if _, err := expr.Parse(got); err != nil && len(got) < expr.MaxBytes {
			t.Errorf("%q became %s, which cannot be read: %v", text, got, err)
		}
	})
}
