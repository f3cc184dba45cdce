package okta

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

const sample = `{"id":"00u1","n":1.50e+3,"big":12345678901234567890.10,"html":"<b>&</b>","profile":{"login":"a@b.example","city":null,"tags":["x","y"],"quote":"say \"hi\" \u2603"},"_links":{},"zeta":true}`

func mustParse(t testing.TB, s string) Object {
	t.Helper()
	o, err := Parse([]byte(s))
	if err != nil {
		t.Fatalf("Parse(%.80s): %v", s, err)
	}
	return o
}

func TestObjectKeepsItsText(t *testing.T) {
	o := mustParse(t, "  "+sample+"\n")
	if got := string(o.Bytes()); got != sample {
		t.Errorf("Bytes = %s", got)
	}
	if want := []string{"id", "n", "big", "html", "profile", "_links", "zeta"}; !slices.Equal(o.Keys(), want) {
		t.Errorf("Keys = %v, want %v", o.Keys(), want)
	}
	for name, want := range map[string]string{"n": "1.50e+3", "big": "12345678901234567890.10", "html": `"<b>&</b>"`} {
		if got := string(o.Get(name)); got != want {
			t.Errorf("Get(%s) = %s, want %s", name, got, want)
		}
	}
}

func TestObjectReads(t *testing.T) {
	o := mustParse(t, sample)
	if got := o.Text("profile", "quote"); got != `say "hi" ☃` {
		t.Errorf("Text = %q", got)
	}
	for _, path := range [][]string{{"n"}, {"profile", "city"}, {"profile"}, {"absent"}, {"id", "login"}, {}} {
		if got := o.Text(path...); got != "" {
			t.Errorf("Text(%q) = %q, want none", path, got)
		}
	}
	if got := o.Object("profile").Text("login"); got != "a@b.example" {
		t.Errorf("login of profile = %q", got)
	}
	if !o.Object("id").IsZero() || o.Object("_links").IsZero() {
		t.Error("Object: a string gave a document, or an empty object gave none")
	}
	var part struct {
		Profile struct{ Tags []string } `json:"profile"`
	}
	if err := o.Decode(&part); err != nil || !slices.Equal(part.Profile.Tags, []string{"x", "y"}) {
		t.Errorf("Decode = %v, %v", part, err)
	}
}

func TestObjectChanges(t *testing.T) {
	const doc = `{"a":1.0,"b":{"c":"<","d":[1]},"e":null}`
	o := mustParse(t, doc)
	cases := []struct {
		name string
		got  Object
		want string
	}{
		{"replaced in its place", o.With("a", "x<y"), `{"a":"x<y","b":{"c":"<","d":[1]},"e":null}`},
		{"added at the end", o.With("f", 7), `{"a":1.0,"b":{"c":"<","d":[1]},"e":null,"f":7}`},
		{"nested value", o.WithPath(json.RawMessage("2.50"), "b", "d"), `{"a":1.0,"b":{"c":"<","d":2.50},"e":null}`},
		{"nested value added", o.WithPath(true, "b", "x", "y"), `{"a":1.0,"b":{"c":"<","d":[1],"x":{"y":true}},"e":null}`},
		{"null becomes an object", o.WithPath(1, "e", "f"), `{"a":1.0,"b":{"c":"<","d":[1]},"e":{"f":1}}`},
		{"removed", o.Without("a", "e", "absent"), `{"b":{"c":"<","d":[1]}}`},
		{"all removed", o.Without("a", "b", "e"), `{}`},
		{"from nothing", Object{}.With("a", o.Object("b")), `{"a":{"c":"<","d":[1]}}`},
		{"absent document as a value", Object{}.With("a", Object{}), `{"a":null}`},
		{"escaped key found", mustParse(t, `{"\u0061":1,"b":2}`).With("a", 3), `{"\u0061":3,"b":2}`},
	}
	for _, c := range cases {
		if string(c.got.Bytes()) != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got.Bytes(), c.want)
		}
		if again := mustParse(t, string(c.got.Bytes())); !slices.Equal(again.Keys(), c.got.Keys()) {
			t.Errorf("%s: keys %v, read again %v", c.name, c.got.Keys(), again.Keys())
		}
		for _, k := range c.got.Keys() {
			if c.got.Get(k) == nil {
				t.Errorf("%s: key %s has no value", c.name, k)
			}
		}
	}
	if string(o.Bytes()) != doc {
		t.Errorf("the original changed: %s", o.Bytes())
	}
}

func TestNewObject(t *testing.T) {
	o, err := NewObject(struct {
		Name string `json:"name"`
		Item Object `json:"item"`
	}{"<b>", mustParse(t, `{"n":1.0}`)})
	if err != nil || string(o.Bytes()) != `{"name":"<b>","item":{"n":1.0}}` || o.Text("name") != "<b>" {
		t.Errorf("NewObject = %s, %v", o.Bytes(), err)
	}
	if _, err := NewObject([]int{1}); err == nil {
		t.Error("a list became a document")
	}
}

func TestObjectRefusesValuesThatAreNotJSON(t *testing.T) {
	for _, v := range []any{json.RawMessage(`{"a":`), make(chan int)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("With accepted %v", v)
				}
			}()
			Object{}.With("a", v)
		}()
	}
}

func TestParseRefuses(t *testing.T) {
	cases := map[string]string{
		"nothing":              ``,
		"an array":             `[]`,
		"a string":             `"x"`,
		"cut off":              `{"a":{"b":1}`,
		"cut off in a string":  `{"a":"b`,
		"cut off in an escape": `{"a":"b\u00`,
		"behind the object":    `{"a":1} {}`,
		"trailing comma":       `{"a":1,}`,
		"missing colon":        `{"a" 1}`,
		"leading zero":         `{"a":01}`,
		"bare point":           `{"a":1.}`,
		"plus":                 `{"a":+1}`,
		"bare exponent":        `{"a":1e}`,
		"NaN":                  `{"a":NaN}`,
		"bad word":             `{"a":nul}`,
		"bad escape":           `{"a":"\x"}`,
		"control character":    "{\"a\":\"\x01\"}",
		"raw newline":          "{\"a\":\"\n\"}",
		"not UTF-8":            "{\"a\":\"\xff\"}",
		"single quotes":        `{'a':1}`,
		"comment":              `{/* */"a":1}`,
		"mismatched":           `{"a":[1}]`,
	}
	for name, text := range cases {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestDuplicateKeysAreRefused(t *testing.T) {
	var many strings.Builder
	for i := range 40 {
		fmt.Fprintf(&many, `"k%d":1,`, i)
	}
	for name, text := range map[string]string{
		"at the top":          `{"a":1,"b":2,"a":3}`,
		"deep":                `{"x":[{"a":1,"a":1}]}`,
		"one of them escaped": `{"a":1,"\u0061":2}`,
		"among many":          `{` + many.String() + `"k3":2}`,
		"late among many":     `{` + many.String() + `"k39":2}`,
		"among many, escaped": `{` + many.String() + `"\u006b3":2}`,
	} {
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrDuplicateKey) {
			t.Errorf("%s: %v, want ErrDuplicateKey", name, err)
		}
	}
}

// fault 23
func TestDeepNestingIsRefused(t *testing.T) {
	nest := func(n int) string { return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	if _, err := Parse([]byte(nest(maxDepth - 1))); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
	for name, text := range map[string]string{
		"one level too many":    nest(maxDepth),
		"10,000 arrays":         nest(10_000),
		"10,000 objects":        strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000),
		"a million, never shut": `{"a":` + strings.Repeat("[", 1_000_000),
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), "deeper") {
			t.Errorf("%s: %v, want a refusal for depth", name, err)
		}
	}
}

func TestParseList(t *testing.T) {
	list, err := ParseList([]byte(` [ {"id":"a"} , {"id":"b","x":"]"} ] `))
	if err != nil || len(list) != 2 || list[1].Text("x") != "]" || string(list[0].Bytes()) != `{"id":"a"}` {
		t.Errorf("ParseList = %v, %v", list, err)
	}
	if list, err := ParseList([]byte(`[]`)); err != nil || list == nil || len(list) != 0 {
		t.Errorf("empty list = %v, %v", list, err)
	}
	for _, bad := range []string{`{}`, `[1]`, `[{}`, `[{"a":1,"a":2}]`, `null`, ``} {
		if _, err := ParseList([]byte(bad)); err == nil {
			t.Errorf("ParseList(%s) accepted", bad)
		}
	}
}

func TestObjectInAStruct(t *testing.T) {
	var v struct {
		Item Object `json:"item"`
		None Object `json:"none"`
	}
	if err := json.Unmarshal([]byte(`{"item":{"a":1.0},"none":null}`), &v); err != nil {
		t.Fatal(err)
	}
	if !v.None.IsZero() || string(v.Item.Get("a")) != "1.0" {
		t.Errorf("read %s and %s", v.Item.Bytes(), v.None.Bytes())
	}
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil || strings.TrimSpace(b.String()) != `{"item":{"a":1.0},"none":null}` {
		t.Errorf("written %s, %v", b.String(), err)
	}
}

func FuzzObject(f *testing.F) {
	for _, s := range []string{sample, `{}`, `[]`, `{"a":"\ud800"}`, `{"":{"":[[]]}}`, "{\"a\":\x00}", `{"a":"\\"}`, `{"a":1e5 ,"b":-0.0}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		trusted, terr := Trusted(b) // must not panic on anything
		if terr == nil {
			trusted.Keys()
			trusted.Text("a", "b")
		}
		o, err := Parse(b)
		if err != nil {
			return
		}
		if !json.Valid(b) {
			t.Fatalf("accepted what is not JSON: %q", b)
		}
		if terr != nil || !slices.Equal(trusted.Keys(), o.Keys()) {
			t.Fatalf("Trusted and Parse differ on %q: %v, %v", b, terr, trusted.Keys())
		}
		var std map[string]json.RawMessage
		if err := json.Unmarshal(b, &std); err != nil {
			t.Fatal(err)
		}
		if len(std) != len(o.Keys()) {
			t.Fatalf("%q: %d keys, want %d", b, len(o.Keys()), len(std))
		}
		for name, want := range std {
			if got := o.Get(name); !bytes.Equal(got, want) {
				t.Fatalf("%q: %s = %s, want %s", b, name, got, want)
			}
		}
		changed := o.With("gatehouse", 1).Without("gatehouse")
		if !slices.Equal(changed.Keys(), o.Without("gatehouse").Keys()) {
			t.Fatalf("%q: keys %v after adding and removing one", b, changed.Keys())
		}
		if _, err := Parse(changed.Bytes()); err != nil {
			t.Fatalf("%q: changed document does not parse: %v", b, err)
		}
	})
}

// person is a user document of the usual size and shape.
const person = `{"id":"00uvhlav3r3WdCqy1d7x","status":"ACTIVE","created":"2026-01-06T10:00:00.000Z","activated":"2026-01-06T10:00:00.000Z","statusChanged":"2026-01-06T10:00:00.000Z","lastLogin":null,"lastUpdated":"2026-02-06T10:00:00.000Z","passwordChanged":null,"type":{"id":"otyvhlav3r3WdCqy1d7x"},"profile":{"firstName":"Zoë","lastName":"O'Neil","mobilePhone":null,"secondEmail":null,"login":"zoe.oneil@company.example","email":"zoe.oneil@company.example","city":"Bergen","department":"Support","costCenter":"4711","tags":["a","b","c"]},"credentials":{"password":{},"provider":{"type":"OKTA","name":"OKTA"}},"_links":{"self":{"href":"https://company.example/api/v1/users/00uvhlav3r3WdCqy1d7x"}}}`

func BenchmarkObject(b *testing.B) {
	doc := []byte(person)
	var std map[string]json.RawMessage
	for name, f := range map[string]func() error{
		"parse":              func() error { _, err := Parse(doc); return err },
		"trusted":            func() error { _, err := Trusted(doc); return err },
		"valid":              func() error { return Valid(doc) },
		"standard unmarshal": func() error { clear(std); return json.Unmarshal(doc, &std) },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
