package handlers

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/web/static"
	"gatehouse/web/templates/ui"
)

// answers are one of each kind, errors and files included.
func answers(t *testing.T, f *fixture) map[string]*httptest.ResponseRecorder {
	t.Helper()
	long := request(http.MethodGet, "/?q="+strings.Repeat("a", 9<<10))
	large := formRequest("/logout", url.Values{"x": {strings.Repeat("a", 2<<20)}})
	cross := formRequest("/logout", url.Values{ui.FormTokenField: {"the-form-token"}}, "Origin: https://evil.example")
	panics := route{method: http.MethodGet, path: "/panic", handle: func(*gin.Context) (View, error) { panic("told to") }}
	return map[string]*httptest.ResponseRecorder{
		"200 page":       f.ask(t, request(http.MethodGet, "/")),
		"200 fragment":   f.ask(t, request(http.MethodGet, "/", "HX-Request: true", "HX-Request-Type: partial")),
		"200 JSON":       f.ask(t, request(http.MethodGet, "/", "Accept: application/json")),
		"200 file":       f.ask(t, anonymous(http.MethodGet, static.URL("app.css"))),
		"200 health":     f.ask(t, anonymous(http.MethodGet, "/healthz")),
		"302 login":      f.ask(t, anonymous(http.MethodGet, "/login")),
		"302 callback":   f.ask(t, anonymous(http.MethodGet, "/callback")),
		"302 no session": f.ask(t, anonymous(http.MethodGet, "/")),
		"303 logout":     f.ask(t, formRequest("/logout", url.Values{ui.FormTokenField: {"the-form-token"}})),
		"403 origin":     f.ask(t, cross),
		"404 page":       f.ask(t, request(http.MethodGet, "/nowhere")),
		"404 file":       f.ask(t, anonymous(http.MethodGet, "/static/nothing.css")),
		"405":            f.ask(t, request(http.MethodDelete, "/signed-out")),
		"413":            f.ask(t, large),
		"414":            f.ask(t, long),
		"500":            f.ask(t, request(http.MethodGet, "/panic"), panics),
	}
}

// security 24, 26: the same headers on every answer.
func TestHeadersOnEveryAnswer(t *testing.T) {
	f := newFixture(t, empty)
	for name, w := range answers(t, f) {
		t.Run(name, func(t *testing.T) {
			if strconv.Itoa(w.Code) != name[:3] {
				t.Errorf("status %d", w.Code)
			}
			csp := w.Header().Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self' http://org.example", "frame-ancestors 'none'"} {
				if !strings.Contains(csp+";", part+";") {
					t.Errorf("Content-Security-Policy lacks %s: %s", part, csp)
				}
			}
			if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
				t.Errorf("Content-Security-Policy is open: %s", csp)
			}
			header(t, w, "X-Content-Type-Options", "nosniff")
			header(t, w, "Cross-Origin-Opener-Policy", "same-origin")
			header(t, w, "Cross-Origin-Resource-Policy", "same-origin")
			header(t, w, "Access-Control-Allow-Origin", "")
			header(t, w, "Strict-Transport-Security", "") // plain http on loopback
			header(t, w, "Server", "")
			if w.Header().Get("X-Request-Id") == "" {
				t.Error("no request id")
			}
		})
	}
}

// security 26: sign-in pages send no referrer, others to the same origin only.
func TestReferrerPolicy(t *testing.T) {
	f := newFixture(t, empty)
	for path, want := range map[string]string{"/login": "no-referrer", "/callback?code=c": "no-referrer", "/signed-out": "same-origin", "/": "same-origin"} {
		header(t, f.ask(t, request(http.MethodGet, path)), "Referrer-Policy", want)
	}
}

// security 26: HSTS where browsers reach the console over TLS, directly or through a proxy.
func TestStrictTransportSecurity(t *testing.T) {
	direct := request(http.MethodGet, "/")
	direct.TLS = &tls.ConnectionState{}
	header(t, newFixture(t, empty).ask(t, direct), "Strict-Transport-Security", "max-age=31536000")
	proxied := newFixture(t, empty, func(c *Config) { c.BaseURL = "https://console.example" })
	header(t, proxied.ask(t, request(http.MethodGet, "/")), "Strict-Transport-Security", "max-age=31536000")
}

// security 26: another origin is told nothing.
func TestNoCORS(t *testing.T) {
	w := newFixture(t, empty).ask(t, request(http.MethodGet, "/", "Origin: https://evil.example"))
	for name := range w.Header() {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%s is sent", name)
		}
	}
}

// security 27: nothing but files with hashed names may be stored.
func TestCaching(t *testing.T) {
	f := newFixture(t, empty)
	for name, w := range answers(t, f) {
		if want := "no-store"; name != "200 file" && w.Header().Get("Cache-Control") != want {
			t.Errorf("%s: Cache-Control is %q", name, w.Header().Get("Cache-Control"))
		}
	}
	w := f.ask(t, formRequest("/logout", url.Values{ui.FormTokenField: {"the-form-token"}}))
	header(t, w, "Clear-Site-Data", "") // would clear every server on this host
	tlsd := newFixture(t, empty, func(c *Config) { c.BaseURL = "https://console.example" })
	w = tlsd.ask(t, formRequest("/logout", url.Values{ui.FormTokenField: {"the-form-token"}}))
	header(t, w, "Clear-Site-Data", `"cache"`)
}

// security 62: a panic and an error of the database tell an id and nothing else.
func TestInternalErrorsSayNothing(t *testing.T) {
	f := newFixture(t, empty)
	for name, r := range map[string]route{
		"panic": {method: http.MethodGet, path: "/x", handle: func(*gin.Context) (View, error) { panic("SELECT secret") }},
		"error": {method: http.MethodGet, path: "/x", handle: func(*gin.Context) (View, error) { return nil, errors.New("SELECT secret") }},
	} {
		for _, accept := range []string{"text/html", "application/json"} {
			w := f.ask(t, request(http.MethodGet, "/x", "Accept: "+accept), r)
			if w.Code != 500 {
				t.Errorf("%s: status %d", name, w.Code)
			}
			for _, leak := range []string{"SELECT", "goroutine", ".go:", "runtime"} {
				if strings.Contains(w.Body.String(), leak) {
					t.Errorf("%s, %s: %q leaks", name, accept, leak)
				}
			}
			has(t, w, w.Header().Get("X-Request-Id"))
		}
		if !strings.Contains(f.log.String(), "SELECT secret") {
			t.Errorf("%s: the log lacks the cause", name)
		}
	}
}

// A refused sign-in says why, and offers to try again.
func TestSignInThatFails(t *testing.T) {
	f := newFixture(t, empty)
	f.desk.refuse = &auth.SignInError{Status: 503, Message: "The org at http://org.example does not answer.", Err: errors.New("dial tcp: secret detail")}
	w := f.ask(t, anonymous(http.MethodGet, "/login?return_to=/people"))
	if w.Code != 503 {
		t.Errorf("status %d", w.Code)
	}
	has(t, w, "does not answer", "/login?return_to=%2Fpeople")
	if strings.Contains(w.Body.String(), "secret detail") {
		t.Error("the cause leaks")
	}
}
