package org

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

const originsPath = "/api/v1/trustedOrigins"

func TestTrustedOrigin(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		doc := x.call("POST", originsPath, `{"name":"Portal <b>","origin":"https://portal.example","status":"INACTIVE","scopes":[{"type":"CORS"}]}`).want(200).doc()
		path := originsPath + "/" + doc.Text("id")
		link := `"href":"http://org.example` + path
		want := `{"id":"` + doc.Text("id") + `","name":"Portal <b>","origin":"https://portal.example","scopes":[{"type":"CORS"}],"status":"ACTIVE",` +
			`"created":"2026-03-02T09:00:00.000Z","createdBy":"` + x.admin + `","lastUpdated":"2026-03-02T09:00:00.000Z","lastUpdatedBy":"` + x.admin + `",` +
			`"_links":{"self":{` + link + `","hints":{"allow":["GET","PUT","DELETE"]}},"deactivate":{` + link + `/lifecycle/deactivate","hints":{"allow":["POST"]}}}}`
		if string(doc.Bytes()) != want || !strings.HasPrefix(doc.Text("id"), "tos") {
			t.Errorf("created\n%s\nwant\n%s", doc.Bytes(), want)
		}
		if got := x.call("GET", path, "").want(200); string(got.body) != want {
			t.Errorf("read\n%s\nwant\n%s", got.body, want)
		}

		x.clock.forward(time.Minute)
		frame := `{"type":"IFRAME_EMBED","allowedOktaApps":["OKTA_ENDUSER"]}`
		got := x.call("PUT", path, `{"name":"Portal","origin":"https://portal.example:8443","status":"INACTIVE","scopes":[{"type":"REDIRECT"},`+frame+`]}`).want(200).doc()
		if got.Text("name") != "Portal" || got.Text("origin") != "https://portal.example:8443" || string(got.Get("scopes")) != `[{"type":"REDIRECT"},`+frame+`]` {
			t.Errorf("updated: %s", got.Bytes())
		}
		if got.Text("status") != "ACTIVE" || got.Text("created") != "2026-03-02T09:00:00.000Z" || got.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" {
			t.Errorf("after the update: %s", got.Bytes())
		}

		for range 2 { // the second time nothing changes
			x.clock.forward(time.Minute)
			got = x.call("POST", path+"/lifecycle/deactivate", "").want(200).doc()
			if got.Text("status") != "INACTIVE" || got.Text("lastUpdated") != "2026-03-02T09:02:00.000Z" || got.Text("_links", "activate", "href") == "" || got.Get("_links", "deactivate") != nil {
				t.Errorf("deactivated: %s", got.Bytes())
			}
		}
		if got = x.call("POST", path+"/lifecycle/activate", "").want(200).doc(); got.Text("status") != "ACTIVE" {
			t.Errorf("activated: %s", got.Bytes())
		}

		x.call("DELETE", path, "").want(204)
		for _, gone := range []answer{
			x.call("GET", path, ""), x.call("DELETE", path, ""), x.call("POST", path+"/lifecycle/activate", ""),
			x.call("PUT", path, `{"name":"Portal","origin":"https://portal.example","scopes":[{"type":"CORS"}]}`),
		} {
			gone.refused(404, "E0000007", "")
		}
		for _, event := range []string{"create", "update", "deactivate", "activate", "delete"} {
			if n := x.events("security.trusted_origin." + event); n != 1 {
				t.Errorf("%d events of %s, want 1", n, event)
			}
		}
		x.call("POST", originsPath, `{"name":"Portal","origin":"https://portal.example:8443","scopes":[{"type":"CORS"}]}`).want(200)
	})
}

// Pages hold 20 unless asked for fewer or more; filter and q narrow, and every page keeps them.
func TestTrustedOriginList(t *testing.T) {
	next := regexp.MustCompile(`<http://org\.example([^>]+)>; rel="next"`)
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		for i := range 23 {
			scope := []string{"CORS", "REDIRECT"}[i%2]
			doc := x.call("POST", originsPath, fmt.Sprintf(`{"name":"Site %02d","origin":"https://s%02d.example","scopes":[{"type":"%s"}]}`, i, i, scope)).want(200).doc()
			if i < 5 {
				x.call("POST", originsPath+"/"+doc.Text("id")+"/lifecycle/deactivate", "").want(200)
			}
		}
		for _, c := range []struct {
			query  string
			counts []int
		}{
			{"", []int{20, 3}},
			{"limit=10", []int{10, 10, 3}},
			{"limit=1000", []int{23}},
			{"q=SITE 1", []int{10}},
			{"q=https://s2", []int{3}},
			{"q=nothing", []int{0}},
			{`filter=type eq "CORS"`, []int{12}},
			{`filter=type eq "REDIRECT"&limit=6`, []int{6, 5}},
			{`filter=status eq "INACTIVE" and type eq "REDIRECT"`, []int{2}},
			{`filter=name eq "Site 07" or origin eq "https://s08.example"`, []int{2}},
		} {
			query, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			path, seen := originsPath+"?"+query.Encode(), map[string]bool{}
			for page, count := range c.counts {
				a := x.call("GET", path, "").want(200)
				for _, doc := range a.docs() {
					if seen[doc.Text("id")] || doc.Get("type") != nil || doc.Text("_links", "self", "href") == "" {
						t.Errorf("%s: %s", c.query, doc.Bytes())
					}
					seen[doc.Text("id")] = true
				}
				if n := len(a.docs()); n != count {
					t.Errorf("%s: page %d has %d, want %d", c.query, page+1, n, count)
				}
				to := next.FindStringSubmatch(strings.Join(a.header.Values("Link"), ", "))
				if last := page == len(c.counts)-1; last != (to == nil) {
					t.Fatalf("%s: page %d, links %q", c.query, page+1, a.header.Values("Link"))
				} else if !last {
					path = to[1]
				}
			}
		}
		x.call("GET", originsPath+"?filter="+url.QueryEscape(`created gt "2026-01-01T00:00:00.000Z"`), "").refused(400, "E0000053", "")
		x.call("GET", originsPath+"?limit=none", "").refused(400, "E0000029", "")
	})
}

func TestTrustedOriginRefusals(t *testing.T) {
	x := newTestOrg(t)
	body := func(name, origin, scopes string) string {
		return fmt.Sprintf(`{"name":%q,"origin":%q,"scopes":%s}`, name, origin, scopes)
	}
	const cors, taken = `[{"type":"CORS"}]`, ": An object with this field already exists in the current organization"
	id := x.call("POST", originsPath, body("Portal", "https://portal.example", cors)).want(200).doc().Text("id")
	other := x.call("POST", originsPath, body("Other", "capacitor://localhost", cors)).want(200).doc().Text("id")
	for _, c := range []struct{ body, code, cause string }{
		{body("portal", "https://new.example", cors), "E0000001", "name" + taken},
		{body("New", "HTTPS://PORTAL.example", cors), "E0000001", "origin" + taken},
		{body(" ", "https://new.example", cors), "E0000001", "name: The field cannot be left blank"},
		{body("New", "", cors), "E0000001", "origin: The field cannot be left blank"},
		{body(strings.Repeat("é", 256), "https://new.example", cors), "E0000001", "name: The field is too long"},
		{body("New", "https://new.example", `[]`), "E0000001", "scopes: Name one to three scopes"},
		{body("New", "https://new.example", `null`), "E0000001", "scopes: Name one to three scopes"},
		{body("New", "https://new.example", `[{"type":"CORS"},{"type":"CORS"}]`), "E0000001", "scopes: CORS is there twice"},
		{body("New", "https://new.example", `[{"type":"cors"}]`), "E0000003", ""},
		{body("New", "https://new.example", `[null]`), "E0000003", ""},
		{body("New", "https://new.example", `"CORS"`), "E0000003", ""},
		{"", "E0000001", "name: The field cannot be left blank"},
	} {
		x.call("POST", originsPath, c.body).refused(400, c.code, c.cause)
		if !strings.Contains(c.cause, "already exists") {
			x.call("PUT", originsPath+"/"+id, c.body).refused(400, c.code, c.cause)
		}
	}
	for _, origin := range []string{
		"new.example", "javascript:alert(1)", "file:///etc", "https://", "https://new.example/path", "https://new.example/", "https://u:p@new.example",
		"https://new.example?x", "https://new.example#x", "https://new.example:port", "https:new.example", "https://a b",
	} {
		x.call("POST", originsPath, body("New", origin, cors)).refused(400, "E0000001", "")
	}
	x.call("PUT", originsPath+"/"+other, body("Portal", "https://new.example", cors)).refused(400, "E0000001", "name"+taken)
	x.call("GET", originsPath+"/"+strings.Repeat("x", 200), "").refused(404, "E0000007", "")
	if n := x.events("security.trusted_origin.create"); n != 2 {
		t.Errorf("%d origins were created, want 2", n)
	}
	if got := x.call("GET", originsPath+"/"+other, "").want(200).doc(); got.Text("name") != "Other" {
		t.Errorf("a refused update left %s", got.Bytes())
	}
}
