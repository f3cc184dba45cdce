package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// DefaultScopes are asked for at the first sign-in: what the pages read, and nothing
// that changes anything (security 11). A write steps up to the scope that it needs.
func DefaultScopes() []string {
	return []string{
		"openid", "profile", "email", "offline_access",
		"okta.users.read", "okta.groups.read", "okta.userTypes.read", "okta.schemas.read", "okta.linkedObjects.read",
		"okta.apps.read", "okta.logs.read", "okta.sessions.read", "okta.roles.read", "okta.trustedOrigins.read",
		"okta.policies.read", "okta.networkZones.read", "okta.idps.read", "okta.authorizationServers.read", "okta.appGrants.read",
	}
}

// The limits of a console session (defaults of the vendor's own admin console since January 2024).
const (
	defaultIdle = 15 * time.Minute
	defaultLife = 12 * time.Hour
)

// Config is what New needs.
type Config struct {
	// OrgURL is the org's address and, character by character, its issuer.
	OrgURL string
	// BaseURL is the console's own address; {BaseURL}/callback and {BaseURL}/signed-out are registered at the org.
	BaseURL  string
	ClientID string
	// ClientSecret (client_secret_basic) or PrivateKey (private_key_jwt, its Algorithm set) authenticates the console to the org.
	ClientSecret string
	PrivateKey   *jose.JSONWebKey
	// Keys are the secret keys, 32 bytes each: the current one, then older ones still accepted.
	Keys [][]byte
	// DB has been opened with Migrations and VersionTable of this package.
	DB *db.DB
	// HTTP reaches the org's origin and no other, and follows no redirect.
	HTTP *http.Client
	// Scopes to ask for at first; empty means DefaultScopes.
	Scopes []string
	// Idle and Life end a session; 0 means 15 minutes and 12 hours.
	Idle, Life time.Duration
	// Roles asks the org for the admin roles of a person, through okta.Client, with the
	// session in ctx. An error that is a 403 of the org means that they stay unknown. Nil: unknown.
	Roles func(ctx context.Context, userID string) ([]Role, error)
	// Probe makes the smallest read of an operation, through okta.Client, to see whether
	// the org allows it. Nil: what the org allows is not known before it is asked.
	Probe func(ctx context.Context, op *okta.Operation) error
	// OnEvent keeps what happens to sign-ins in the trail; nil: it goes to the log only.
	OnEvent func(context.Context, Event)
	// Address is the client's address behind trusted proxies. Nil: the peer's.
	Address func(*http.Request) string
	Now     func() time.Time
	Rand    io.Reader
	Log     *slog.Logger
}

// Auth signs people in and keeps their sessions. Its methods may be called at the same time.
type Auth struct {
	config    Config
	sealer    *sealer
	store     *store
	cookie    cookie
	discovery discovery
	refreshes singleflight.Group
	refusals  refusals
	learned   learned
	asking    singleflight.Group
	// instance names this process in leases.
	instance string
}

// New checks c and opens the sealed check row: a wrong secret key is ErrWrongKey. It
// does not call the org, so that an org that is down does not keep the console down.
func New(ctx context.Context, c Config) (*Auth, error) {
	c = withDefaults(c)
	if c.ClientID == "" || c.OrgURL == "" {
		return nil, errors.New("CONSOLE_ORG_URL and CONSOLE_CLIENT_ID must be set")
	}
	if (c.ClientSecret == "") == (c.PrivateKey == nil) {
		return nil, errors.New("set one of CONSOLE_CLIENT_SECRET and CONSOLE_PRIVATE_KEY_FILE")
	}
	if c.PrivateKey != nil && c.PrivateKey.Algorithm == "" {
		return nil, errors.New("the private key does not say which algorithm it signs with")
	}
	cookie, err := newCookie(c.BaseURL)
	if err != nil {
		return nil, err
	}
	s, err := newSealer(c.Keys)
	if err != nil {
		return nil, err
	}
	if err := s.check(ctx, c.DB); err != nil {
		return nil, err
	}
	a := &Auth{config: c, sealer: s, cookie: cookie}
	a.store = &store{db: c.DB, sealer: s, cookie: cookie}
	if a.instance, err = a.random(); err != nil {
		return nil, err
	}
	return a, nil
}

func withDefaults(c Config) Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Idle == 0 {
		c.Idle = defaultIdle
	}
	if c.Life == 0 {
		c.Life = defaultLife
	}
	if len(c.Scopes) == 0 {
		c.Scopes = DefaultScopes()
	}
	if c.Address == nil {
		c.Address = peer
	}
	c.BaseURL = strings.TrimSuffix(c.BaseURL, "/")
	return c
}

// random is 256 bits of Rand in base64url, 43 characters: a state, nonce, PKCE verifier or session cookie.
func (a *Auth) random() (string, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(a.config.Rand, b); err != nil {
		return "", fmt.Errorf("no randomness: %w", err)
	}
	return encode(b), nil
}

// encode is base64url without padding.
func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// now is the clock in whole milliseconds, as the database keeps it.
func (a *Auth) now() time.Time { return a.config.Now().Truncate(time.Millisecond) }

// peer is the address of the connection, without its port.
func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// sameOrigin tells whether two absolute URLs share scheme, host and port.
func sameOrigin(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Scheme == y.Scheme && x.Host == y.Host && x.Host != ""
}
