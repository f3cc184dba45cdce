package org

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// widgets is a collection of no area, so that these tests say what the engine does.
var widgets = &collection{
	kind: "widget", noun: "Widget", prefix: "wid",
	attrs: func(doc okta.Object) []attr { return profileAttrs(doc, "status", "lastUpdated") },
}

var widgetList = listing{
	collection: widgets, defaultLimit: 5, maxLimit: 10,
	q: []string{"profile.name"}, hide: &attr{"status", "GONE"},
}

// putWidgets stores documents; each is the text of a document without its id. Ids are w000, w001 ...
func (x *testOrg) putWidgets(bodies ...string) {
	x.t.Helper()
	err := x.bulk(context.Background(), func(w *bulkWriter) error {
		for i, body := range bodies {
			doc, err := okta.Parse([]byte(body))
			if err != nil {
				return err
			}
			id := fmt.Sprintf("w%03d", i)
			if err := w.Document(widgets, id, doc.With("id", id)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

// listPage asks for one page and returns its ids and the query of the next one, "" at the end.
func (x *testOrg) listPage(l listing, query string) (ids []string, next string, err error) {
	x.t.Helper()
	values, perr := url.ParseQuery(query)
	if perr != nil {
		x.t.Fatal(perr)
	}
	r := &Request{ctx: context.Background(), Query: values, URI: "/api/v1/widgets?" + query}
	reply, err := x.answerList(r, l, func(doc okta.Object) (okta.Object, error) { return doc, nil })
	if err != nil {
		return nil, "", err
	}
	for _, doc := range (answer{reply.Status, reply.Header, reply.Body, x.t}).docs() {
		ids = append(ids, doc.Text("id"))
	}
	for _, link := range reply.Header["Link"] {
		if target, isNext := strings.CutSuffix(link, `>; rel="next"`); isNext {
			_, next, _ = strings.Cut(target, "?")
		}
	}
	return ids, next, nil
}

// listAll walks every page.
func (x *testOrg) listAll(l listing, query string) (ids []string, pages int) {
	x.t.Helper()
	for {
		page, next, err := x.listPage(l, query)
		if err != nil {
			x.t.Fatalf("%s: %v", query, err)
		}
		ids, pages = append(ids, page...), pages+1
		if next == "" {
			return ids, pages
		}
		query = next
	}
}

// fault 19: a list has pages by cursor, none larger than its greatest.
func TestListPages(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		var bodies, want []string
		for i := range 23 {
			status := "here"
			if i%4 == 1 {
				status = "GONE"
			} else {
				want = append(want, fmt.Sprintf("w%03d", i))
			}
			bodies = append(bodies, fmt.Sprintf(`{"status":"%s","profile":{"name":"Widget %d"}}`, status, i))
		}
		x.putWidgets(bodies...)
		for _, limit := range []string{"", "1", "4", "5", "10", "99"} {
			got, pages := x.listAll(widgetList, "limit="+limit)
			if !slices.Equal(got, want) {
				t.Errorf("limit %q: %v, want %v", limit, got, want)
			}
			if limit == "99" && pages != 2 {
				t.Errorf("a limit above the greatest: %d pages, want 2 of at most 10", pages)
			}
		}
		x.write(func(tx *Tx) error {
			for i := range 23 {
				if _, err := tx.link("holds", "box", fmt.Sprintf("w%03d", i)); err != nil {
					return err
				}
				if _, err := tx.link("in", fmt.Sprintf("w%03d", i), "box"); err != nil {
					return err
				}
			}
			return nil
		})
		for _, via := range []edgeList{{kind: "holds", src: "box"}, {kind: "in", dst: "box"}} {
			got, _ := x.listAll(listing{collection: widgets, via: &via, defaultLimit: 7, maxLimit: 7}, "")
			if len(got) != 23 || !slices.IsSorted(got) {
				t.Errorf("by edges %v: %v", via, got)
			}
		}
	})
}

// fault 19: the first page, one in the middle and the last cost the same: nothing is
// counted, and nothing before the page is read.
func TestAPageCostsTheSameAnywhere(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for n := range 120 {
			x.person(fmt.Sprintf("many%d@example.com", n))
		}
		cost := func(path string) (queries int64, next string) {
			before := x.db.Queries()
			a := x.call("GET", path, "").want(200)
			for _, link := range a.header["Link"] {
				if to, is := strings.CutSuffix(link, `; rel="next"`); is {
					next = strings.TrimPrefix(strings.Trim(to, "<>"), "http://org.example")
				}
			}
			return x.db.Queries() - before, next
		}
		path := "/api/v1/users?limit=5"
		cost(path) // what is asked once for all pages
		first, next := cost(path)
		pages := 1
		for ; next != ""; pages++ {
			queries, further := cost(next)
			if queries != first {
				t.Errorf("page %d costs %d queries, the first %d", pages+1, queries, first)
			}
			next = further
		}
		if pages < 24 || first > 3 {
			t.Errorf("%d pages of %d queries", pages, first)
		}
	})
}

func TestListLinks(t *testing.T) {
	x := newTestOrg(t)
	x.putWidgets(`{"profile":{}}`, `{"profile":{}}`)
	r := &Request{ctx: t.Context(), URI: "/api/v1/widgets?zebra=1&limit=1&a=%22%3E", Query: url.Values{"zebra": {"1"}, "limit": {"1"}, "a": {`">`}}}
	p, err := x.list(r, widgetList)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.links) != 2 || p.links[0] != `<http://org.example/api/v1/widgets?a=%22%3E&limit=1&zebra=1>; rel="self"` {
		t.Errorf("links %q", p.links)
	}
	if want := `<http://org.example/api/v1/widgets?a=%22%3E&after=`; !strings.HasPrefix(p.links[1], want) || !strings.HasSuffix(p.links[1], `&limit=1&zebra=1>; rel="next"`) {
		t.Errorf("next %q: an unknown parameter must be kept", p.links[1])
	}
}

func TestListRefusesBadPaging(t *testing.T) {
	x := newTestOrg(t)
	x.putWidgets(`{"profile":{}}`, `{"profile":{}}`, `{"profile":{}}`)
	_, next, err := x.listPage(widgetList, "limit=1&q=")
	if err != nil {
		t.Fatal(err)
	}
	values, err := url.ParseQuery(next)
	if err != nil {
		t.Fatal(err)
	}
	after := values.Get("after")
	changed := []byte(after)
	changed[len(changed)/2] ^= 1
	other := widgetList
	other.via = &edgeList{kind: "holds", src: "box"}
	cases := map[string]struct {
		l     listing
		query string
	}{
		"no number":              {widgetList, "limit=many"},
		"nought":                 {widgetList, "limit=0"},
		"negative":               {widgetList, "limit=-1"},
		"beyond every number":    {widgetList, "limit=99999999999999999999"},
		"cursor of our own make": {widgetList, "after=w001"},
		"changed cursor":         {widgetList, "after=" + string(changed)},
		"cut cursor":             {widgetList, "after=" + after[:len(after)-2]},
		"cursor of other words":  {widgetList, "q=wid&after=" + after},
		"cursor of another list": {other, "after=" + after},
	}
	for name, c := range cases {
		if _, _, err := x.listPage(c.l, c.query); !isCode(err, "E0000029") {
			t.Errorf("%s: %v, want E0000029", name, err)
		}
	}
	if ids, _, err := x.listPage(widgetList, "limit=2&after="+after); err != nil || len(ids) != 2 {
		t.Errorf("the cursor as it is, with another limit: %v, %v", ids, err)
	}
}
