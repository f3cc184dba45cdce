package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"gatehouse/web/templates/ui"
)

// security 23: a change must come from our own page or client.
func TestForgedRequests(t *testing.T) {
	f := newFixture(t, empty)
	token := url.Values{ui.FormTokenField: {"the-form-token"}}
	for _, c := range []struct {
		name    string
		fields  url.Values
		headers []string
		changed bool
	}{
		{"our form", token, []string{"Sec-Fetch-Site: same-origin", "Origin: http://console.example"}, true},
		{"our form, neither header", token, nil, true},
		{"our htmx", nil, []string{"Sec-Fetch-Site: same-origin", "HX-Request: true"}, true},
		{"our client", nil, []string{"Gatehouse-Request: 1", "Accept: application/json"}, true},
		{"another site's form", token, []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, false},
		{"another site, Origin alone", token, []string{"Origin: https://evil.example"}, false},
		{"a sandboxed frame", token, []string{"Origin: null"}, false},
		{"a sandboxed frame, Sec-Fetch-Site", token, []string{"Origin: null", "Sec-Fetch-Site: cross-site"}, false},
		{"a sub-domain", token, []string{"Sec-Fetch-Site: same-site", "Origin: http://sub.console.example"}, false},
		{"another site pretending htmx", nil, []string{"Sec-Fetch-Site: cross-site", "HX-Request: true"}, false},
		{"no headers, no token", nil, nil, false},
		{"same origin, no token", nil, []string{"Sec-Fetch-Site: same-origin"}, false},
		{"a wrong token", url.Values{ui.FormTokenField: {"guess"}}, []string{"Sec-Fetch-Site: same-origin"}, false},
		{"an empty token", url.Values{ui.FormTokenField: {""}}, []string{"Sec-Fetch-Site: same-origin"}, false},
		{"JSON without its header", nil, []string{"Accept: application/json", "Content-Type: application/json"}, false},
		{"JSON with a form token in the query", nil, []string{"Accept: application/json"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := false
			r := route{method: http.MethodPost, path: "/thing", handle: func(*gin.Context) (View, error) {
				changed = true
				return thing("", "", "done"), nil
			}}
			w := f.ask(t, formRequest("/thing", c.fields, c.headers...), r)
			if changed != c.changed || (w.Code == http.StatusOK) != c.changed {
				t.Errorf("changed: %t, status %d", changed, w.Code)
			}
			if !c.changed && w.Code != http.StatusForbidden {
				t.Errorf("status %d, want 403", w.Code)
			}
		})
	}
}

// The token must be in the body: an address ends up in logs and histories.
func TestFormTokenInTheAddressCountsNothing(t *testing.T) {
	f := newFixture(t, empty)
	r := route{method: http.MethodPost, path: "/thing", handle: func(*gin.Context) (View, error) { return thing("", "", ""), nil }}
	w := f.ask(t, formRequest("/thing?"+ui.FormTokenField+"=the-form-token", nil), r)
	if w.Code != http.StatusForbidden {
		t.Errorf("status %d, want 403", w.Code)
	}
}

// security 22: no GET route is for changing, and every other method asks for intent.
func TestReadsAreGet(t *testing.T) {
	f := newFixture(t, empty)
	for _, r := range f.routes() {
		if r.method == http.MethodGet {
			continue
		}
		w := f.ask(t, request(r.method, strings.NewReplacer(":", "", "*", "").Replace(r.path)))
		if w.Code != http.StatusForbidden {
			t.Errorf("%s %s without token or header: %d, want 403", r.method, r.path, w.Code)
		}
	}
}

// security 30: sign-in comes back to paths of the console and nowhere else.
func TestReturnTo(t *testing.T) {
	f := newFixture(t, empty)
	for _, c := range []struct{ payload, want string }{
		{"/people?q=a b", "/"},
		{"/people?q=a%20b&x=1", "/people?q=a%20b&x=1"},
		{"/people/00u1#groups", "/people/00u1#groups"},
		{"", "/"},
		{"people", "/"},
		{"//evil.example", "/"},
		{"///evil.example", "/"},
		{`/\evil.example`, "/"},
		{`\/evil.example`, "/"},
		{"/\t/evil.example", "/"},
		{"/\n//evil.example", "/"},
		{"https://evil.example", "/"},
		{"https:evil.example", "/"},
		{"javascript:alert(1)", "/"},
		{"data:text/html,x", "/"},
		{"/%2fevil.example", "/"},
		{"/%5cevil.example", "/"},
		{"http://console.example@evil.example/", "/"},
		{"/login?return_to=/x", "/"},
		{"/logout", "/"},
		{"%68ttps://evil.example", "/"},
	} {
		f.ask(t, anonymous(http.MethodGet, "/login?"+url.Values{"return_to": {c.payload}}.Encode()))
		if f.desk.returned != c.want {
			t.Errorf("return_to %q came back as %q, want %q", c.payload, f.desk.returned, c.want)
		}
		htmx := httptest.NewRequest(http.MethodGet, "/", nil)
		htmx.Header.Set("HX-Request", "true")
		htmx.Header.Set("HX-Current-URL", c.payload)
		if to := f.ask(t, htmx).Header().Get("HX-Redirect"); !strings.HasPrefix(to, "/login?return_to=%2F") || strings.Contains(to, "evil.example") && strings.HasPrefix(to, "/login?return_to=%2F%2F") {
			t.Errorf("HX-Current-URL %q led to %q", c.payload, to)
		}
	}
}
