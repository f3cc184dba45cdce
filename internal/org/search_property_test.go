package org

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// pieces are what hostile values are made of.
var pieces = []string{"a", "b", "ab", "B", "ß", "SS", "ſ", "é", "e\u0301", "🙂", `"`, `\`, "%", "_", "'", " ", "\n", "--", "\U0010FFFF", "\uE000", strings.Repeat("ab", 130), "2026-01-01T00:00:00Z", "1"}

func someText(r *rand.Rand) string {
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

func someValue(r *rand.Rand) any {
	switch r.IntN(6) {
	case 0:
		return json.Number(fmt.Sprintf("%d", r.IntN(7)-3))
	case 1:
		return json.Number(fmt.Sprintf("%de%d", r.IntN(5)-2, r.IntN(5)-2))
	case 2:
		return r.IntN(2) == 0
	case 3:
		return []any{someText(r), someText(r)}
	case 4:
		return nil
	}
	return someText(r)
}

// somePerson makes a document of which any part may be missing.
func somePerson(t *testing.T, r *rand.Rand, n int) string {
	profile := map[string]any{"login": fmt.Sprintf("p%d@x.example", n)}
	for _, name := range []string{"firstName", "lastName", "email", "city", "x"} {
		if r.IntN(4) > 0 {
			profile[name] = someValue(r)
		}
	}
	body, err := json.Marshal(map[string]any{
		"status":      []string{"ACTIVE", "STAGED", "DEPROVISIONED"}[r.IntN(3)],
		"lastUpdated": fmt.Sprintf("2026-01-%02dT00:00:00.000Z", 1+r.IntN(5)), "type": map[string]string{"id": "oty1"}, "profile": profile,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func someExpression(r *rand.Rand, depth int) expr.Node {
	if depth > 0 && r.IntN(2) == 0 {
		nodes := []expr.Node{someExpression(r, depth-1), someExpression(r, depth-1)}
		if r.IntN(3) == 0 {
			nodes = append(nodes, someExpression(r, depth-1))
		}
		if r.IntN(2) == 0 {
			return expr.And(nodes)
		}
		return expr.Or(nodes)
	}
	names := []string{"id", "status", "lastUpdated", "profile.firstName", "profile.lastName", "profile.email", "profile.city", "profile.x", "profile.none"}
	t := &expr.Term{Attr: names[r.IntN(len(names))]}
	ops := userList.search.operators(t.Attr)
	t.Op = ops[r.IntN(len(ops))]
	switch {
	case t.Op == expr.Pr:
		return t
	case t.Attr == "status":
		t.Value = expr.Value{Kind: expr.String, Text: []string{"active", "STAGED", "D"}[r.IntN(3)]}
	case t.Attr == "lastUpdated":
		t.Value = expr.Value{Kind: expr.String, Text: fmt.Sprintf("2026-01-0%dT00:00:00.000Z", 1+r.IntN(5))}
	case t.Attr == "id":
		t.Value = expr.Value{Kind: expr.String, Text: fmt.Sprintf("s%d", r.IntN(80))}
	default:
		t.Value = expr.Value{Kind: expr.String, Text: someText(r)}
		if r.IntN(5) == 0 && t.Op != expr.Sw && t.Op != expr.Co {
			t.Value = expr.Value{Kind: expr.Number, Text: fmt.Sprint(r.IntN(7) - 3)}
		}
	}
	return t
}

// TestSearchIsWhatEveryDocumentSays compares searches, in every plan, with asking each
// document in turn and sorting all that match.
func TestSearchIsWhatEveryDocumentSays(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		r := rand.New(rand.NewPCG(7, uint64(len(x.db.Dialect))))
		var bodies []string
		for i := range 70 {
			bodies = append(bodies, somePerson(t, r, i))
		}
		x.putSeekers(bodies)
		var docs []okta.Object
		if err := x.reads(context.Background()).each(users, func(doc okta.Object) error { docs = append(docs, doc); return nil }); err != nil {
			t.Fatal(err)
		}
		rounds := 60
		if testing.Short() {
			rounds = 20
		}
		for range rounds {
			search := someExpression(r, 3).String()
			by := []string{"", "id", "lastUpdated", "profile.lastName", "profile.x", "profile.none"}[r.IntN(6)]
			order := []string{"asc", "desc"}[r.IntN(2)]
			want := everyDocument(t, x, docs, search, by, order)
			for _, many := range []int{manyRows, 8, 2, 0} {
				if got := x.sorted(search, by, order, many, 1+r.IntN(30)); !slices.Equal(got, want) {
					t.Fatalf("%s sorted by %q %s, rows read whole up to %d:\n%v, want\n%v", search, by, order, many, got, want)
				}
			}
		}
	})
}

// everyDocument is the answer without index and plan.
func everyDocument(t *testing.T, x *testOrg, docs []okta.Object, search, by, order string) []string {
	q, err := seekerList().read(&Request{Query: url.Values{"search": {search}, "sortBy": {by}, "sortOrder": {order}}}, x.db.Dialect)
	if err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	f := newFinder(q, store{})
	var found []position
	for _, doc := range docs {
		shown, err := f.shows(hit{body: doc.Bytes()})
		if err != nil {
			t.Fatal(err)
		}
		if shown {
			least := ""
			for _, a := range appendAttrs(nil, by, valueAt(doc, by)) {
				if least == "" || a.value < least {
					least = a.value
				}
			}
			if by == "id" {
				least = ""
			}
			found = append(found, position{least, doc.Text("id")})
		}
	}
	slices.SortFunc(found, func(a, b position) int { return strings.Compare(a.value+"\x00"+a.id, b.value+"\x00"+b.id) })
	if by != "" && order == "desc" {
		slices.Reverse(found)
	}
	var ids []string
	for _, p := range found {
		ids = append(ids, p.id)
	}
	return ids
}

// TestNumberOrder: the texts that numbers are indexed by sort as the numbers do.
func TestNumberOrder(t *testing.T) {
	inOrder := [][]string{
		{"-1e400"},
		{"-9007199254740993"},
		{"-9007199254740992"},
		{"-100", "-1e2"},
		{"-12.5"},
		{"-12"},
		{"-1.05"},
		{"-1", "-1.0", "-0.1e1"},
		{"-0.05"},
		{"-0.0499"},
		{"0", "-0", "0.000", "0e9"},
		{"1e-400"},
		{"0.049"},
		{"0.05", "5e-2", "0.00005E+3"},
		{"0.5"},
		{"1"},
		{"1.5"},
		{"9"},
		{"10", "1e1"},
		{"99.999"},
		{"100"},
		{"9007199254740992"},
		{"9007199254740993"},
		{"1e30"},
		{"1e400"},
	}
	last := ""
	for _, same := range inOrder {
		key := numberKey(same[0])
		if key <= last {
			t.Errorf("%s is %q, not behind %q", same[0], key, last)
		}
		for _, other := range same[1:] {
			if numberKey(other) != key {
				t.Errorf("%s is %q, %s is %q", same[0], key, other, numberKey(other))
			}
		}
		last = key
	}
}

// FuzzSearchAndCursor: no parameter of a list panics, takes long or is answered by
// anything but a page or an error of the caller.
func FuzzSearchAndCursor(f *testing.F) {
	x := newTestOrg(f)
	x.putSeekers(seekers)
	for _, s := range []string{`status eq "ACTIVE"`, `profile.firstName co "a"`, `profile.lastName gt "" or id pr`, `profile.email co "%_\\"`, `"`} {
		f.Add(s, "profile.city", "")
	}
	f.Add("", "", "AAAA")
	f.Fuzz(func(t *testing.T, search, by, after string) {
		r := &Request{ctx: t.Context(), Query: url.Values{"search": {search}, "sortBy": {by}, "after": {after}, "q": {""}}, URI: "/"}
		_, err := x.list(r, seekerList())
		if e, isError := err.(*okta.Error); err != nil && (!isError || e.Status != 400) {
			t.Errorf("%q %q %q: %v", search, by, after, err)
		}
		r.Query = url.Values{"q": {search}, "filter": {by}}
		if _, err := x.list(r, seekerList()); err != nil {
			if e, isError := err.(*okta.Error); !isError || e.Status != 400 {
				t.Errorf("q %q filter %q: %v", search, by, err)
			}
		}
	})
}
