package auth

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"gatehouse/internal/db"
)

// Session is one signed-in person in one browser. Its exported fields do not change
// while a request holds it.
type Session struct {
	// ID is the hex SHA-256 of the cookie: it names the session in logs, the audit trail and lists, and signs nobody in.
	ID string
	// UserID is the person's id at the org (the subject of the ID token).
	UserID string
	Login  string
	Name   string
	// Scopes the org granted, as the token response said (contracts.md section 7).
	Scopes []string
	// Asked are those it was asked for: what is among them and not in Scopes, the org did not grant.
	Asked []string
	// Roles are the admin roles the person holds; meaningless unless RolesKnown.
	Roles      []Role
	RolesKnown bool
	// FormToken is what a plain form of this session must send back (security 23).
	FormToken string
	// AuthTime is when the person last proved who they are at the org.
	AuthTime   time.Time
	SignedInAt time.Time
	SeenAt     time.Time
	// IdleAt and ExpiresAt are when the session ends by itself: without activity, and at the latest.
	IdleAt    time.Time
	ExpiresAt time.Time
	// Address and Agent are the client's at sign-in, for the list of own sessions.
	Address string
	Agent   string

	// areas are what a read in each area came to, by its operation, where the roles are not known.
	areas map[string]Verdict
	// replacedBy is the session after a step-up; "" while this is the latest.
	replacedBy string

	mu     sync.Mutex
	tokens tokens
}

// tokens are what the org issued. Version counts refreshes.
type tokens struct {
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
	ID      string `json:"id"`
	// Forms are the form tokens of the sessions that this one replaced in step-ups: forms on other tabs still carry them.
	Forms   []string  `json:"forms,omitempty"`
	Until   time.Time `json:"-"`
	Version int64     `json:"-"`
}

func (s *Session) current() tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

func (s *Session) replace(t tokens) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t.Version >= s.tokens.Version {
		s.tokens = t
	}
}

// HasScope tells whether the org granted scope; a manage scope includes its read
// (okta-semantics C7), and no scope at all is always held.
func (s *Session) HasScope(scope string) bool {
	return scope == "" || slices.Contains(s.Scopes, scope) || slices.Contains(s.Scopes, manageOf(scope))
}

// CheckForm tells in constant time whether token is the form token of this session, or of
// one that it replaced in a step-up.
func (s *Session) CheckForm(token string) bool {
	same := 0
	for _, own := range append([]string{s.FormToken}, s.current().Forms...) {
		same |= subtle.ConstantTimeCompare([]byte(token), []byte(own))
	}
	return same == 1
}

type contextKey struct{}

// With returns ctx with the session whose tokens calls to the org carry.
func With(ctx context.Context, s *Session) context.Context {
	return context.WithValue(ctx, contextKey{}, s)
}

// From returns the session in ctx, or nil.
func From(ctx context.Context) *Session {
	s, _ := ctx.Value(contextKey{}).(*Session)
	return s
}

// Load finds the session of r, counts r as activity, and renews the access token when
// it is near its end. Without a session the error is ErrSignedOut, with the reason in
// words when there was one; any other error is the database's.
func (a *Auth) Load(r *http.Request) (*Session, error) {
	s, err := a.Peek(r)
	if err != nil {
		return nil, err
	}
	// A database that cannot be written to must not stop reading (faults 11): the idle limit just does not move on.
	if err := a.touch(r.Context(), s); err != nil && !db.Unwritable(err) {
		return nil, err
	} else if err != nil {
		a.config.Log.WarnContext(r.Context(), "activity not noted", "session", s.ID, "error", err)
	}
	if a.nearEnd(s.current()) {
		// A refresh that fails for now keeps the session (contracts.md section 7): what this request needs from the org will say so.
		if err := a.Refresh(r.Context(), s); errors.Is(err, ErrSignedOut) {
			return nil, err
		} else if err != nil {
			a.config.Log.WarnContext(r.Context(), "access token not renewed", "session", s.ID, "error", err)
			return s, nil
		}
	}
	a.recall(r.Context(), s)
	return s, nil
}

// Peek is Load for polls and streams, which do not count as activity and renew nothing.
func (a *Auth) Peek(r *http.Request) (*Session, error) {
	held, err := a.store.New(r, a.cookie.session)
	if err != nil {
		return nil, err
	}
	s, ended := sessionOf(held)
	now := a.now()
	switch {
	case s == nil:
		return nil, ErrSignedOut
	case ended != "":
		return nil, &SignedOut{Reason: ended, Session: s}
	case !now.Before(s.ExpiresAt) || !now.Before(s.IdleAt):
		return nil, &SignedOut{Reason: a.overWords(s, now), Session: s}
	case s.replacedBy != "":
		return a.latest(r.Context(), s)
	}
	return s, nil
}

// latest is the session after the step-up that replaced old, for requests still under the old cookie.
func (a *Auth) latest(ctx context.Context, old *Session) (*Session, error) {
	s, ended, err := a.store.find(ctx, old.replacedBy)
	switch {
	case db.IsNone(err), errors.Is(err, errSealed):
		return nil, ErrSignedOut
	case err != nil:
		return nil, fmt.Errorf("read the session: %w", err)
	case ended != "":
		return nil, &SignedOut{Reason: ended, Session: s}
	}
	s.FormToken = old.FormToken
	return s, nil
}

// overWords say which limit ended s.
func (a *Auth) overWords(s *Session, now time.Time) string {
	switch {
	case s.replacedBy != "":
		return "Signed out: this sign-in was renewed and goes on under a new one. Sign in again."
	case !now.Before(s.ExpiresAt):
		return "Signed out: a sign-in lasts " + inWords(s.ExpiresAt.Sub(s.SignedInAt)) + " at most. Sign in again."
	}
	return "Signed out after " + inWords(a.config.Idle) + " without activity. Sign in again."
}

// touch moves the idle limit on, at most once per 15th of it: a page's many requests
// must not each cost a durable write. The limit is so at most a 15th shorter than set.
func (a *Auth) touch(ctx context.Context, s *Session) error {
	now := a.now()
	if now.Sub(s.SeenAt) < a.config.Idle/15 || s.replacedBy != "" {
		return nil
	}
	s.SeenAt, s.IdleAt = now, now.Add(a.config.Idle)
	return a.store.touch(ctx, s)
}

// hash is the stored form of a secret that a browser holds.
func hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// formToken derives the form token from the cookie's value, so that nothing that could be read in the database forges it.
func formToken(cookie string) string {
	mac := hmac.New(sha256.New, []byte(cookie))
	mac.Write([]byte("gatehouse form token"))
	return encode(mac.Sum(nil))
}

// inWords says a limit in hours or minutes.
func inWords(d time.Duration) string {
	n, unit := int(d.Round(time.Minute)/time.Minute), "minute"
	if n >= 120 && n%60 == 0 {
		n, unit = n/60, "hour"
	}
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
