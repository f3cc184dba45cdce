package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
	"gatehouse/internal/org"
	"gatehouse/internal/org/oidc"
)

const orgPassword = "Correct-horse-7"

// embedded is a console that signs in at a real embedded org, each with its own clock.
type embedded struct {
	*auth.Auth
	url    string
	login  string
	api    *okta.Client
	clock  *clock // the console's
	org    *clock
	issued []string // refresh tokens, in order
}

func newEmbedded(t *testing.T) *embedded {
	t.Helper()
	e := &embedded{clock: newClock(), org: newClock()}
	server := httptest.NewUnstartedServer(nil)
	e.url = "http://" + server.Listener.Addr().String()
	o, err := org.New(t.Context(), org.Config{DB: dbtest.Open(t, db.SQLite, org.DatabaseOptions("")), BaseURL: e.url, Now: e.org.now})
	if err != nil {
		t.Fatal(err)
	}
	signIns, _, err := o.Seed(t.Context(), org.SeedOptions{Password: orgPassword})
	if err != nil {
		t.Fatal(err)
	}
	e.login = signIns[0].Login
	if err := o.PutClient(t.Context(), org.OAuthClient{
		ID: clientID, Name: "Console", Secret: clientSecret, Everyone: true,
		RedirectURIs: []string{base + "/callback"}, PostLogoutURIs: []string{base + "/signed-out"},
		GrantTypes: []string{org.GrantCode, org.GrantRefresh}, Scopes: append(auth.DefaultScopes(), "okta.users.manage"),
	}); err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = e.record(route(o, oidc.New(o, oidc.Config{})))
	server.Start()
	t.Cleanup(func() {
		server.Close()
		if err := o.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	e.connect(t)
	return e
}

// route sends sign-in and OAuth to the provider, everything else to the management API.
func route(api, provider http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, prefix := range []string{"/oauth2/", "/.well-known/", "/login", "/signin/", "/api/v1/authn"} {
			if strings.HasPrefix(r.URL.Path, prefix) {
				provider.ServeHTTP(w, r)
				return
			}
		}
		api.ServeHTTP(w, r)
	})
}

// record notes the refresh tokens that the org issues.
func (e *embedded) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/oauth2/v1/token" {
			next.ServeHTTP(w, r)
			return
		}
		kept := httptest.NewRecorder()
		next.ServeHTTP(kept, r)
		var answer struct {
			Refresh string `json:"refresh_token"`
		}
		if json.Unmarshal(kept.Body.Bytes(), &answer) == nil && answer.Refresh != "" {
			e.issued = append(e.issued, answer.Refresh)
		}
		for name, values := range kept.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(kept.Code)
		_, _ = w.Write(kept.Body.Bytes())
	})
}

// connect builds the console the way the program does.
func (e *embedded) connect(t *testing.T) {
	t.Helper()
	transport, err := okta.NewTransport(e.url, okta.TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	e.Auth, err = auth.New(t.Context(), auth.Config{
		OrgURL: e.url, BaseURL: base, ClientID: clientID, ClientSecret: clientSecret, Keys: [][]byte{bytes.Repeat([]byte{1}, 32)},
		DB: dbtest.Open(t, db.SQLite, options()), HTTP: transport.Client(), Now: e.clock.now, Idle: 10 * time.Hour, Log: slog.New(slog.DiscardHandler),
		Roles: func(ctx context.Context, id string) ([]auth.Role, error) { return auth.RolesOf(ctx, e.api, id) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if e.api, err = okta.NewClient(e.url, e.Transport(transport), e.Guard()); err != nil {
		t.Fatal(err)
	}
}

// signIn goes the whole way; the person proves themselves to the org by its authentication API.
func (e *embedded) signIn(t *testing.T, b *browser) *auth.Session {
	t.Helper()
	w := httptest.NewRecorder()
	address, err := e.Begin(w, b.request("/login"), "/people")
	if err != nil {
		t.Fatal(err)
	}
	b.keep(w)
	var proof struct {
		Token string `json:"sessionToken"`
	}
	body, _ := json.Marshal(map[string]string{"username": e.login, "password": orgPassword})
	res, err := http.Post(e.url+"/api/v1/authn", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&proof); err != nil || proof.Token == "" {
		t.Fatalf("authn answered %d without a session token", res.StatusCode)
	}
	back := follow(t, edit(t, address, "sessionToken", proof.Token))
	w = httptest.NewRecorder()
	s, returnTo, err := e.Complete(w, b.request(back))
	if err != nil || returnTo != "/people" {
		t.Fatalf("back from %s: %q, %v", back, returnTo, err)
	}
	b.keep(w)
	return s
}

// follow asks for an address of the org and returns where it redirects to.
func follow(t *testing.T, address string) string {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode < 300 || res.StatusCode >= 400 {
		text, _ := io.ReadAll(res.Body)
		t.Fatalf("%s answered %d: %.300s", address, res.StatusCode, text)
	}
	return res.Header.Get("Location")
}

func (e *embedded) listUsers(t *testing.T, s *auth.Session) error {
	t.Helper()
	_, err := e.api.Do(auth.With(t.Context(), s), okta.Call{Op: okta.Find("listUsers"), Query: url.Values{"limit": {"1"}}})
	return err
}

func TestSignInAtTheEmbeddedOrg(t *testing.T) {
	e := newEmbedded(t)
	b := newBrowser()
	s := e.signIn(t, b)
	if s.Login != e.login || !s.RolesKnown || !s.IsAdmin() || s.HasScope("okta.users.manage") || s.AuthTime.After(e.clock.now()) {
		t.Errorf("%+v", s)
	}
	if got := e.Can(t.Context(), s, okta.Find("suspendUser"), s.UserID); got.Verdict != auth.Yes || !got.StepUp {
		t.Errorf("a super admin may suspend, with one scope more: %+v", got)
	}
	if err := e.listUsers(t, s); err != nil {
		t.Fatal(err)
	}
	for range 3 { // rotation: each refresh needs the token of the one before
		e.clock.advance(time.Hour)
		e.org.advance(time.Hour)
		var err error
		if s, err = e.Load(b.request("/")); err != nil {
			t.Fatal(err)
		}
		if err := e.listUsers(t, s); err != nil {
			t.Fatal(err)
		}
	}
	if len(e.issued) != 4 {
		t.Errorf("%d refresh tokens were issued, want 4", len(e.issued))
	}
}

// security 9: a refresh token revoked at the org ends the console's session at the next refresh.
func TestRevokedAtTheEmbeddedOrg(t *testing.T) {
	e := newEmbedded(t)
	b := newBrowser()
	e.signIn(t, b)
	if status, body := e.post(t, "/oauth2/v1/revoke", url.Values{"token": {e.issued[0]}}); status != http.StatusOK {
		t.Fatalf("revoke answered %d: %s", status, body)
	}
	e.clock.advance(time.Hour)
	e.org.advance(time.Hour)
	_, err := e.Load(b.request("/"))
	wantReason(t, err, "the org ended this sign-in")
}

// security 10: when the org's refresh token is past its life (90 days), so is the session, whatever the console's clock says.
func TestRefreshTokenOfTheEmbeddedOrgExpires(t *testing.T) {
	e := newEmbedded(t)
	b := newBrowser()
	s := e.signIn(t, b)
	e.org.advance(91 * 24 * time.Hour)
	wantSignedOut(t, e.listUsers(t, s))
	_, err := e.Load(b.request("/"))
	wantSignedOut(t, err)
}

// security 13
func TestSignOutAtTheEmbeddedOrg(t *testing.T) {
	e := newEmbedded(t)
	b := newBrowser()
	e.signIn(t, b)
	cookie := b.jar["gatehouse_8080"]
	w := httptest.NewRecorder()
	address, err := e.SignOut(w, b.request("/logout"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Load((&browser{jar: map[string]*http.Cookie{"gatehouse_8080": cookie}}).request("/"))
	wantSignedOut(t, err)
	status, body := e.post(t, "/oauth2/v1/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {e.issued[0]}})
	if status != http.StatusBadRequest || !strings.Contains(body, "invalid_grant") {
		t.Errorf("the refresh token answered %d: %s", status, body)
	}
	if back := follow(t, address); back != base+"/signed-out" {
		t.Errorf("the org sent the browser to %s", back)
	}
}

// post sends a form to the org as the console's client.
func (e *embedded) post(t *testing.T, path string, form url.Values) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, e.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(url.QueryEscape(clientID), url.QueryEscape(clientSecret))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}
