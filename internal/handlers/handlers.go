package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

// SignIn is what the console needs of package auth.
type SignIn interface {
	// Begin returns where to send the browser to sign in and come back to returnTo.
	Begin(w http.ResponseWriter, r *http.Request, returnTo string) (string, error)
	// StepUp is Begin for somebody signed in, to hold scopes besides those of s.
	StepUp(w http.ResponseWriter, r *http.Request, s *auth.Session, returnTo string, scopes []string) (string, error)
	// KeepDraft keeps a form that could not be sent for its person; Draft returns it to them, DropDraft forgets it.
	KeepDraft(ctx context.Context, s *auth.Session, d auth.Draft) (string, error)
	Draft(ctx context.Context, s *auth.Session, id string) (auth.Draft, bool, error)
	DropDraft(ctx context.Context, s *auth.Session, id string) error
	// Complete takes the browser back and returns the session and where to go on, which comes with an error too.
	Complete(w http.ResponseWriter, r *http.Request) (*auth.Session, string, error)
	// SignOut ends the session and returns where to send the browser.
	SignOut(w http.ResponseWriter, r *http.Request) (string, error)
	// Load finds the session of a request, or auth.ErrSignedOut.
	Load(r *http.Request) (*auth.Session, error)
	// Peek is Load for polls: it counts as no activity.
	Peek(r *http.Request) (*auth.Session, error)
	// Can tells what is known of a person's permission before the org is asked.
	Can(ctx context.Context, s *auth.Session, op *okta.Operation, target string) auth.Answer
	// Sessions lists the sessions of a person that go on; End ends one of them.
	Sessions(ctx context.Context, userID string) ([]*auth.Session, error)
	End(ctx context.Context, userID, id string) error
	// AllSessions lists everybody's, a page at a time; EndAny ends one of them for by, EndAll all but the one of by.
	AllSessions(ctx context.Context, after string) (list []*auth.Session, next string, err error)
	EndAny(ctx context.Context, by *auth.Session, id string) error
	EndAll(ctx context.Context, by *auth.Session) (int, error)
	// TrialURI is where the org sends the browser back to from a trial. BeginTrial returns where to send it;
	// TakeTrial finds, once, what comes back with a state, and RedeemTrial exchanges its code.
	TrialURI() string
	BeginTrial(ctx context.Context, s *auth.Session, t auth.Trial) (string, error)
	TakeTrial(ctx context.Context, s *auth.Session, state string) (auth.Trial, error)
	RedeemTrial(ctx context.Context, s *auth.Session, t auth.Trial, in auth.TrialAnswer) (auth.TrialTokens, error)
}

// Config is what New needs.
type Config struct {
	// BaseURL is the console's own address; https in it turns on HSTS.
	BaseURL string
	// OrgURL is the org's address, OrgName its name where one is known.
	OrgURL, OrgName string
	SignIn          SignIn
	// Outbox is where an embedded org shows the messages that it does not send; "" for an org elsewhere.
	Outbox string
	Org    *okta.Client
	// Budget is what the org last said about its rate limits.
	Budget *okta.Budget
	// Trail is who changed what.
	Trail *audit.Log
	// Ready tells whether the console can serve: its database answers.
	Ready func(context.Context) error
	// Address is the client's address behind trusted proxies; nil: the peer's.
	Address func(*http.Request) string
	Now     func() time.Time
	Log     *slog.Logger
}

// console serves the pages. Handlers are its methods.
type console struct {
	config Config
	base   *url.URL
	org    *url.URL
	// schemas of people, kept for a short while.
	schemas schemaCache
	// once remembers what forms made that must not act twice.
	once once
	// recent remembers what people changed a moment ago, for lists that do not show it yet.
	recent recent
	// floods bounds what one session has under way.
	floods floods
}

// New makes the console's HTTP handler. The server around it sets ReadHeaderTimeout and
// IdleTimeout and leaves WriteTimeout at 0: routes set their own write deadline.
func New(c Config) (http.Handler, error) {
	h, err := newConsole(c)
	if err != nil {
		return nil, err
	}
	return h.serve(h.routes())
}

func newConsole(c Config) (*console, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Host == "" {
		return nil, errors.New("handlers: BaseURL is not an address")
	}
	org, err := url.Parse(c.OrgURL)
	if err != nil || org.Host == "" {
		return nil, errors.New("handlers: OrgURL is not an address")
	}
	if c.SignIn == nil || c.Org == nil || c.Budget == nil || c.Trail == nil {
		return nil, errors.New("handlers: SignIn, Org, Budget and Trail must be set")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Address == nil {
		c.Address = peer
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Ready == nil {
		c.Ready = func(context.Context) error { return nil }
	}
	return &console{config: c, base: base, org: org}, nil
}

// serve puts the chain around routes.
func (h *console) serve(routes []route) (http.Handler, error) {
	engine, err := h.engine(routes)
	if err != nil {
		return nil, err
	}
	return h.chain(engine)
}

// may tells whether to show what needs op: everything but a known no.
func (h *console) may(ctx context.Context, op string) bool {
	return h.config.SignIn.Can(ctx, auth.From(ctx), okta.Find(op), "").Verdict != auth.No
}

// peer is the address of the other end of the connection.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
