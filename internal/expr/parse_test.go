package expr

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	cases := map[string]struct {
		text string
		// want is the printed tree, which shows what binds with what.
		want string
	}{
		"documented: status": {`status eq "ACTIVE"`, `status eq "ACTIVE"`},
		"documented: date":   {`lastUpdated lt "2014-01-01T00:00:00.000Z"`, `lastUpdated lt "2014-01-01T00:00:00.000Z"`},
		"documented: profile and precedence": {
			`profile.department eq "Engineering" and (created lt "2014-01-01T00:00:00.000Z" or status eq "ACTIVE")`,
			`profile.department eq "Engineering" and (created lt "2014-01-01T00:00:00.000Z" or status eq "ACTIVE")`,
		},
		"documented: and before or":        {`a eq 1 or b eq 2 and c eq 3`, `a eq 1 or b eq 2 and c eq 3`},
		"parentheses that change nothing":  {`((a eq 1)) or ((b eq 2) and c eq 3)`, `a eq 1 or b eq 2 and c eq 3`},
		"operators in any case (RFC 7644)": {`a EQ 1 AND b Sw "x" Or NOT (c PR)`, `a eq 1 and b sw "x" or not (c pr)`},
		"attribute names keep their case":  {`profile.firstName eq "x"`, `profile.firstName eq "x"`},
		"values of every kind":             {`a eq -1.5e3 and b eq TRUE and c eq null and d eq "" and e pr`, `a eq -1.5e3 and b eq true and c eq null and d eq "" and e pr`},
		"escapes":                          {`a eq "\"\\\u00e9\n<"`, `a eq "\"\\é\n<"`},
		"words that look like operators":   {`and eq "or" or not eq "and"`, `and eq "or" or not eq "and"`},
		"no space around":                  {`(a eq"x")and(b pr)`, `a eq "x" and b pr`},
		"an emoji":                         {`a co "🙂"`, `a co "🙂"`},
		"names of extensions":              {`urn:x:user:1.0.kind sw "a"`, `urn:x:user:1.0.kind sw "a"`},
	}
	for name, c := range cases {
		n, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := n.String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	cases := map[string]struct {
		text string
		pos  int
		says string
	}{
		"nothing":                           {"", 0, "the expression ends where a comparison should begin"},
		"only space":                        {"  ", 2, "the expression ends"},
		"a word":                            {"Smith", 5, "operator of 'Smith'"},
		"an unknown operator":               {`status is "ACTIVE"`, 7, "'is' where the operator"},
		"no value":                          {`status eq`, 9, "the expression ends where the value"},
		"a value without quotes":            {`status eq ACTIVE`, 10, "in double quotes"},
		"single quotes":                     {`status eq 'ACTIVE'`, 10, "double quotes"},
		"a date without quotes":             {`created gt 2014-01-01T00:00:00.000Z`, 11, "is no number"},
		"a string that does not end":        {`status eq "ACTIVE`, 10, "does not end"},
		"an unknown escape":                 {`status eq "\x"`, 10, "escape"},
		"U+0000":                            {`status eq "\u0000"`, 10, "U+0000"},
		"a raw line break in a string":      {"status eq \"a\nb\"", 10, "control character"},
		"an open parenthesis":               {`(status pr`, 0, "not closed"},
		"a closing parenthesis too many":    {`status pr)`, 9, "closes nothing"},
		"empty parentheses":                 {`()`, 1, "where a comparison should begin"},
		"no and":                            {`a pr b pr`, 5, "follows a whole comparison"},
		"and at the end":                    {`a pr and`, 8, "the expression ends"},
		"not without parentheses":           {`not a pr`, 4, "operator of 'not'"},
		"brackets":                          {`emails[type eq "work"]`, 6, "brackets"},
		"a semicolon":                       {`a eq 1; drop`, 6, "';'"},
		"a number of two dots":              {`a eq 1.2.3`, 5, "no number"},
		"not UTF-8":                         {"a eq \"\xff\"", 0, "UTF-8"},
		"nested too deep":                   {strings.Repeat("(", MaxDepth+1) + "a pr", MaxDepth, "deeper than 20"},
		"too many comparisons":              {strings.Repeat("a pr or ", MaxTerms) + "a pr", MaxTerms * 8, "more than 50"},
		"too long":                          {`a eq "` + strings.Repeat("x", MaxBytes) + `"`, MaxBytes, "longer than 4096"},
		"a value where a name should be":    {`"ACTIVE" eq status`, 0, "a string where a comparison should begin"},
		"a long word is not repeated whole": {`a eq ` + strings.Repeat("x", 2000), 5, "xxx...'"},
	}
	for name, c := range cases {
		_, err := Parse(c.text)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v, want an *Error", name, err)
			continue
		}
		if e.Pos != c.pos || !strings.Contains(e.Error(), c.says) || e.Mend == "" {
			t.Errorf("%s: at %d %q, want at %d %q", name, e.Pos, e, c.pos, c.says)
		}
		if len(e.Error()) > 300 {
			t.Errorf("%s: an error of %d bytes", name, len(e.Error()))
		}
	}
}

func TestMatch(t *testing.T) {
	truths := map[string]bool{"t": true, "f": false}
	cases := map[string]bool{
		"t pr": true, "f pr": false, "not (f pr)": true, "t pr and f pr": false, "t pr or f pr": true,
		"t pr or t pr and f pr": true, "(t pr or t pr) and f pr": false, "not (t pr and f pr) and t pr": true,
	}
	for text, want := range cases {
		n, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Match(n, func(c *Term) bool { return truths[c.Attr] }); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// FuzzParse: whatever is accepted prints to a text that reads as the same tree, and
// nothing panics or takes long.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`status eq "ACTIVE" and (profile.city sw "\u00e9" or not (a pr))`, `a eq -1e9`, `((a pr))`, `a eq "\ud83d\ude42"`, "a", `"`, "not (", `a eq 'x'`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := Parse(text)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := Parse(n.String())
		if err != nil {
			if len(n.String()) > MaxBytes {
				return // escapes may print longer than they were written
			}
			t.Fatalf("%q printed as %q: %v", text, n, err)
		}
		for _, c := range append(Terms(n), Terms(again)...) {
			c.Pos = 0
		}
		if !reflect.DeepEqual(n, again) {
			t.Fatalf("%q printed as %q reads as %q", text, n, again)
		}
	})
}
