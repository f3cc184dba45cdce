package oidc

import (
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// Config is what a Provider needs beside its org. Log has a working default.
type Config struct {
	Log *slog.Logger
	// OpenOutbox shows the outbox without a sign-in: for an org that only this machine reaches.
	OpenOutbox bool
}

// Provider answers sign-in, OAuth and OpenID Connect for one org.
type Provider struct {
	org     *org.Org
	log     *slog.Logger
	base    *url.URL
	cookies cookieNames
	pages   pages
	secrets comparer
	// openOutbox is Config.OpenOutbox.
	openOutbox bool
	mux        *http.ServeMux
	// crossOrigin refuses forms of other sites; the cookie that a sign-in is bound to is the second guard.
	crossOrigin *http.CrossOriginProtection
}

// New makes the provider of an org and begins to make its signing keys. Mount it on
// /oauth2/, /.well-known/, /login, /activate, /signin/, /welcome/, /app/, /outbox and /api/v1/authn. It panics on a base URL
// that is none.
func New(o *org.Org, c Config) *Provider {
	base, err := url.Parse(o.BaseURL())
	if err != nil || base.Host == "" {
		panic("oidc: the base URL " + o.BaseURL() + " is none")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	p := &Provider{org: o, log: c.Log, base: base, cookies: namesFor(base), pages: newPages(), openOutbox: c.OpenOutbox}
	p.crossOrigin = http.NewCrossOriginProtection()
	if err := p.crossOrigin.AddTrustedOrigin(base.Scheme + "://" + base.Host); err != nil {
		panic("oidc: " + err.Error())
	}
	p.mux = p.routes()
	o.StartKeys()
	return p
}

// routes is the whole list. A step of a custom server stands on the same function as the org server's.
func (p *Provider) routes() *http.ServeMux {
	m := http.NewServeMux()
	for _, name := range []string{"openid-configuration", "oauth-authorization-server"} {
		m.Handle("GET /.well-known/"+name, p.json(p.discovery))
		m.Handle("GET /oauth2/{server}/.well-known/"+name, p.json(p.discovery))
	}
	m.Handle("GET /.well-known/okta-organization", p.json(p.organization))
	for _, prefix := range []string{"/oauth2/v1/", "/oauth2/{server}/v1/"} {
		m.Handle("GET "+prefix+"keys", p.json(p.keys))
		m.Handle("GET "+prefix+"authorize", p.page(p.authorize))
		m.Handle("POST "+prefix+"authorize", p.page(p.authorize))
		m.Handle("POST "+prefix+"token", p.json(p.token))
		m.Handle("POST "+prefix+"par", p.json(p.push))
		m.Handle("POST "+prefix+"device/authorize", p.json(p.deviceAuthorize))
		m.Handle("GET "+prefix+"userinfo", p.json(p.userinfo))
		m.Handle("POST "+prefix+"userinfo", p.json(p.userinfo))
		m.Handle("POST "+prefix+"introspect", p.json(p.introspect))
		m.Handle("POST "+prefix+"revoke", p.json(p.revoke))
		m.Handle("GET "+prefix+"logout", p.page(p.logout))
		m.Handle("POST "+prefix+"logout", p.page(p.logout))
	}
	m.Handle("GET /activate", p.page(p.activatePage))
	m.Handle("POST /activate", p.page(p.activate))
	m.Handle("GET /login", p.page(p.login))
	m.Handle("POST /login/signout", p.page(p.signOut))
	m.Handle("GET /signin/{key}", p.page(p.signInPage))
	m.Handle("POST /signin/{key}", p.page(p.signIn))
	for _, path := range []string{"/welcome/{token}", "/signin/reset-password/{token}"} {
		m.Handle("GET "+path, p.page(p.linkPage))
		m.Handle("POST "+path, p.page(p.link))
	}
	for _, method := range []string{"GET", "POST"} {
		m.Handle(method+" /app/{name}/{key}/sso/saml", p.page(p.samlSignOn))
		m.Handle(method+" /app/{name}/{key}/sso/wsfed/passive", p.page(p.wsFederation))
	}
	m.Handle("GET /signin/assets/{file}", http.HandlerFunc(p.pages.asset))
	m.Handle("GET /outbox", p.page(p.outbox))
	m.Handle("POST /outbox/{question}/{answer}", p.page(p.answerOutbox))
	m.Handle("POST /api/v1/authn", p.api(p.authn))
	m.Handle("POST /api/v1/authn/cancel", p.api(p.authnCancel))
	m.Handle("POST /api/v1/authn/factors/{factor}/verify", p.api(p.authnVerify))
	m.Handle("POST /api/v1/authn/factors", p.api(p.authnEnroll))
	m.Handle("POST /api/v1/authn/factors/{factor}/lifecycle/activate", p.api(p.authnActivate))
	m.Handle("POST /api/v1/authn/factors/{factor}/lifecycle/resend", p.api(p.authnResend))
	m.Handle("POST /api/v1/authn/previous", p.api(p.authnPrevious))
	m.Handle("POST /api/v1/authn/skip", p.api(p.authnSkip))
	m.Handle("POST /api/v1/authn/credentials/change_password", p.api(p.authnChangePassword))
	return m
}

// ServeHTTP answers a request, with the headers that every answer has.
func (p *Provider) ServeHTTP(w http.ResponseWriter, h *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'") // a page sets its own
	if p.base.Scheme == "https" {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if h.URL.Path != path.Clean(h.URL.Path) {
		http.NotFound(w, h) // ServeMux would redirect, and keep the body of a POST
		return
	}
	if cors, apps := corsPath(h.URL.Path); cors {
		r := p.org.Begin(h)
		answered, err := p.org.CrossOrigin(w, r, h.Method, apps)
		if err != nil {
			p.org.WriteError(w, r, err)
		}
		if err != nil || answered {
			return
		}
	}
	if limited(h.URL.Path) {
		if err := p.org.CountRequest(header, h.Method, h.URL.Path); err != nil {
			p.org.WriteError(w, p.org.Begin(h), err)
			return
		}
	}
	p.mux.ServeHTTP(w, h)
}

// corsPath tells which paths scripts of other origins may read where the org trusts
// their origin, and which also where the origin is a single-page app's. The authorization
// endpoint, logout and every page are not among them (RFC 9700 section 2.6, security 55).
func corsPath(at string) (allowed, apps bool) {
	if at == "/api/v1/authn" || strings.HasPrefix(at, "/api/v1/authn/") {
		return true, false
	}
	if strings.HasPrefix(at, "/.well-known/") || strings.HasPrefix(at, "/oauth2/") && strings.Contains(at, "/.well-known/") {
		return true, true
	}
	dir, step := path.Split(at)
	return strings.HasPrefix(dir, "/oauth2/") && strings.HasSuffix(dir, "/v1/") && slices.Contains(corsSteps, step), true
}

var corsSteps = []string{"keys", "token", "userinfo", "introspect", "revoke"}

// limited tells which paths have a rate limit: metadata and keys have none (okta-semantics C2).
func limited(path string) bool {
	if strings.Contains(path, "/.well-known/") || strings.HasSuffix(path, "/v1/keys") {
		return false
	}
	return strings.HasPrefix(path, "/oauth2/") || strings.HasPrefix(path, "/api/v1/authn")
}

// begin makes the org's view of a request and guards against a panic in its answer.
func (p *Provider) begin(w http.ResponseWriter, h *http.Request, failed func(*org.Request)) (*org.Request, func()) {
	r := p.org.Begin(h)
	if h.PathValue("key") != "" || h.PathValue("token") != "" {
		r.URI = path.Dir(r.URI) // what is behind it is a secret
	}
	w.Header().Set("X-Okta-Request-Id", r.ID)
	h.Body = http.MaxBytesReader(w, h.Body, maxForm)
	return r, func() {
		if v := recover(); v != nil {
			p.log.Error("panic in a sign-in step", "request", r.ID, "path", r.URI, "panic", v, "stack", string(debug.Stack()))
			failed(r)
		}
	}
}

// maxForm is the largest body of a sign-in or token request, in bytes.
const maxForm = 64 << 10

// take does a step, unless a network zone keeps the address of the request out.
func (p *Provider) take(step func(http.ResponseWriter, *http.Request, *org.Request) error, w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if err := p.org.Admit(r); err != nil {
		return err
	}
	return step(w, h, r)
}

// json adapts a step whose errors are OAuth errors (RFC 6749 section 5.2).
func (p *Provider) json(step func(http.ResponseWriter, *http.Request, *org.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		r, caught := p.begin(w, h, func(r *org.Request) { p.writeOAuthError(w, r, errServer) })
		defer caught()
		if err := p.take(step, w, h, r); err != nil {
			p.writeOAuthError(w, r, err)
		}
	})
}

// page adapts a step that a browser sees: an error is a page.
func (p *Provider) page(step func(http.ResponseWriter, *http.Request, *org.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		r, caught := p.begin(w, h, func(r *org.Request) { p.writeErrorPage(w, r, errServer) })
		defer caught()
		if err := p.take(step, w, h, r); err != nil {
			p.writeErrorPage(w, r, err)
		}
	})
}

// api adapts a step of the authentication API, whose errors are those of the management API.
func (p *Provider) api(step func(http.ResponseWriter, *http.Request, *org.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		r, caught := p.begin(w, h, func(r *org.Request) { p.org.WriteError(w, r, org.APIError("E0000009")) })
		defer caught()
		if err := p.take(step, w, h, r); err != nil {
			p.org.WriteError(w, r, err)
		}
	})
}

// serverID is what the id of an authorization server may be; nothing else is looked up.
var serverID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)

// server finds the authorization server that the path names.
func (p *Provider) server(h *http.Request) (org.AuthServer, error) {
	id := h.PathValue("server")
	if id == "" {
		id = org.OrgServer
	} else if id == org.OrgServer {
		return org.AuthServer{}, org.APIError("E0000007") // not reached by its internal name
	}
	if !serverID.MatchString(id) {
		return org.AuthServer{}, org.APIError("E0000007")
	}
	a, found, err := p.org.AuthServer(h.Context(), id)
	if err == nil && !found {
		err = &okta.Error{Status: http.StatusNotFound, Code: "E0000007", Summary: "Not found: there is no authorization server of this id"}
	}
	return a, err
}
