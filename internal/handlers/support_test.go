package handlers

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// desk stands for package auth: it knows one person, by the cookie "signed=in".
type desk struct {
	session  *auth.Session
	returned string
	ended    string
	refuse   error
	peeked   int
	// asked are the scopes of a step-up; drafts what was kept, in order.
	asked  []string
	drafts []auth.Draft
	// over is the session behind a cookie that has ended.
	over *auth.Session
	// trial is what was begun, redeemed what its exchange was asked with, tokens what it gives.
	trial    *auth.Trial
	redeemed auth.TrialAnswer
	tokens   auth.TrialTokens
	// closed are "operation target" that Can says no to.
	closed map[string]bool
}

func (d *desk) Begin(_ http.ResponseWriter, _ *http.Request, returnTo string) (string, error) {
	d.returned = returnTo
	return "http://org.example/authorize?state=s", d.refuse
}

func (d *desk) Complete(http.ResponseWriter, *http.Request) (*auth.Session, string, error) {
	return d.session, "/people", d.refuse
}

func (d *desk) SignOut(http.ResponseWriter, *http.Request) (string, error) {
	return "http://org.example/logout?id_token_hint=h", nil
}

func (d *desk) Load(r *http.Request) (*auth.Session, error) {
	if k, err := r.Cookie("signed"); err == nil && k.Value == "in" {
		return d.session, nil
	}
	if d.over != nil {
		return nil, &auth.SignedOut{Reason: "Signed out.", Session: d.over}
	}
	return nil, auth.ErrSignedOut
}

func (d *desk) Peek(r *http.Request) (*auth.Session, error) {
	d.peeked++
	return d.Load(r)
}

func (d *desk) StepUp(_ http.ResponseWriter, _ *http.Request, _ *auth.Session, returnTo string, scopes []string) (string, error) {
	d.returned, d.asked = returnTo, scopes
	return "http://org.example/authorize?state=more", d.refuse
}

func (d *desk) KeepDraft(_ context.Context, _ *auth.Session, draft auth.Draft) (string, error) {
	draft.ID, draft.KeptAt = fmt.Sprintf("draft-%d", len(d.drafts)+1), noon
	d.drafts = append(d.drafts, draft)
	return draft.ID, nil
}

func (d *desk) Draft(_ context.Context, _ *auth.Session, id string) (auth.Draft, bool, error) {
	for _, draft := range d.drafts {
		if draft.ID == id {
			return draft, true, nil
		}
	}
	return auth.Draft{}, false, nil
}

func (d *desk) DropDraft(_ context.Context, _ *auth.Session, id string) error {
	d.drafts = slices.DeleteFunc(d.drafts, func(draft auth.Draft) bool { return draft.ID == id })
	return nil
}

func (d *desk) Can(_ context.Context, s *auth.Session, op *okta.Operation, target string) auth.Answer {
	if s.HasScope(op.Scope) && !d.closed[op.ID+" "+target] {
		return auth.Answer{Verdict: auth.Yes}
	}
	return auth.Answer{Verdict: auth.No}
}

func (d *desk) Sessions(context.Context, string) ([]*auth.Session, error) {
	return []*auth.Session{
		{ID: "other", SignedInAt: noon.Add(-time.Hour), SeenAt: noon, Address: "203.0.113.7", Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"},
		d.session,
	}, nil
}

func (d *desk) End(_ context.Context, _, id string) error {
	if id != "other" {
		return auth.ErrSignedOut
	}
	d.ended = id
	return nil
}

func (d *desk) AllSessions(ctx context.Context, _ string) ([]*auth.Session, string, error) {
	list, err := d.Sessions(ctx, "")
	return list, "", err
}

func (d *desk) EndAny(ctx context.Context, by *auth.Session, id string) error {
	return d.End(ctx, by.UserID, id)
}

func (d *desk) EndAll(context.Context, *auth.Session) (int, error) {
	d.ended = "all"
	return 1, nil
}

func TestMain(m *testing.M) { dbtest.Main(m) }

// fixture is a console whose org answers with org.
type fixture struct {
	*console
	desk *desk
	log  *bytes.Buffer
}

func newFixture(t *testing.T, org http.HandlerFunc, change ...func(*Config)) *fixture {
	t.Helper()
	server := httptest.NewServer(org)
	t.Cleanup(server.Close)
	transport, err := okta.NewTransport(server.URL, okta.TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	trail, err := audit.New(t.Context(), dbtest.Open(t, db.SQLite, db.Options{}), audit.Options{Keys: [][]byte{make([]byte, 32)}, Logger: logger, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	client, err := okta.NewClient(server.URL, transport, trail.Guard())
	if err != nil {
		t.Fatal(err)
	}
	client.Sleep = func(context.Context, time.Duration) error { return nil }
	d := &desk{session: &auth.Session{
		UserID: "00u1", Login: "mara.olsen@company.example", Name: "Mara Olsen", FormToken: "the-form-token",
		Scopes: []string{"okta.users.read", "okta.logs.read"}, ExpiresAt: noon.Add(7 * time.Hour), IdleAt: noon.Add(time.Minute),
		Roles: []auth.Role{{Type: "ORG_ADMIN", Label: "Organization Administrator", Status: "ACTIVE"}}, RolesKnown: true,
	}}
	c := Config{
		BaseURL: "http://console.example", OrgURL: "http://org.example", SignIn: d, Org: client, Budget: transport.Budget(),
		Now: func() time.Time { return noon }, Log: logger, Trail: trail,
	}
	for _, f := range change {
		f(&c)
	}
	h, err := newConsole(c)
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{h, d, &log}
}

// empty is an org without people and events.
func empty(w http.ResponseWriter, _ *http.Request) { answerJSON(w, "[]") }

func answerJSON(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(body))
}

// ask sends a request through the whole chain around routes, or around the console's own.
func (f *fixture) ask(t *testing.T, r *http.Request, routes ...route) *httptest.ResponseRecorder {
	t.Helper()
	if routes == nil {
		routes = f.routes()
	}
	handler, err := f.serve(routes)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

// request makes a request of somebody signed in; headers are "Name: value".
func request(method, path string, headers ...string) *http.Request {
	r := anonymous(method, path, headers...)
	r.Header.Add("Cookie", "signed=in")
	return r
}

func anonymous(method, path string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, "http://console.example"+path, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// form is a plain form of somebody signed in.
func formRequest(path string, fields url.Values, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://console.example"+path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Add("Cookie", "signed=in")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return r
}

// has fails unless the body holds each text.
func has(t *testing.T, w *httptest.ResponseRecorder, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(w.Body.String(), s) {
			t.Errorf("the answer lacks %q:\n%s", s, w.Body)
		}
	}
}

// header fails unless the answer's header has the value.
func header(t *testing.T, w *httptest.ResponseRecorder, name, want string) {
	t.Helper()
	if got := w.Header().Get(name); got != want {
		t.Errorf("%s is %q, want %q", name, got, want)
	}
}

func contains(w *httptest.ResponseRecorder, text string) bool {
	return strings.Contains(w.Body.String(), text)
}

func (d *desk) TrialURI() string { return "http://console.example/try" }

func (d *desk) BeginTrial(_ context.Context, _ *auth.Session, t auth.Trial) (string, error) {
	d.trial = &t
	return "http://org.example/oauth2/aus1/v1/authorize?state=trial", d.refuse
}

// TakeTrial gives what was begun, once.
func (d *desk) TakeTrial(_ context.Context, _ *auth.Session, state string) (auth.Trial, error) {
	if d.trial == nil || state != "trial" {
		return auth.Trial{}, auth.ErrNoTrial
	}
	t := *d.trial
	d.trial = nil
	return t, nil
}

func (d *desk) RedeemTrial(_ context.Context, _ *auth.Session, _ auth.Trial, in auth.TrialAnswer) (auth.TrialTokens, error) {
	d.redeemed = in
	return d.tokens, d.refuse
}
