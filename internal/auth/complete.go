package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/sessions"
)

// Complete takes the browser back from the org: it checks that this browser began this
// sign-in, exchanges the code, verifies who came, and stores a session under a new id
// (security 16). It returns the session and the path to go on to, which comes with an
// error too. The error is a *SignInError with words for the page, or the database's.
func (a *Auth) Complete(w http.ResponseWriter, r *http.Request) (*Session, string, error) {
	ctx, query := r.Context(), r.URL.Query()
	p, err := a.provider(ctx)
	if err != nil {
		return nil, "/", a.orgProblem(r, err)
	}
	begun, err := a.store.take(ctx, query.Get("state"), a.cookie.read(r, a.cookie.signIn), a.now())
	if errors.Is(err, errNotPending) {
		// To the log only: anybody can ask for this address as often as they like.
		a.config.Log.WarnContext(ctx, "callback without a sign-in", "address", a.config.Address(r))
		return nil, "/", refused("This sign-in was not begun in this browser, was already used, or took longer than ten minutes. Sign in again.", err)
	}
	if err != nil {
		return nil, "/", err
	}
	got, who, problem := a.identify(ctx, p, query, begun)
	if problem != nil {
		a.notGranted(r, query.Get("error"), begun)
		return nil, begun.ReturnTo, a.refuse(r, problem)
	}
	s, cookie, err := a.newSession(r, got, who, begun.Scopes)
	if err != nil {
		return nil, begun.ReturnTo, err
	}
	if err := a.replaceSession(w, r, s, cookie, begun.UserID); err != nil {
		return nil, begun.ReturnTo, err
	}
	a.learn(ctx, s)
	switch begun.UserID {
	case "":
		a.happened(ctx, eventOf(SignedIn, s, ""))
	case s.UserID:
		a.happened(ctx, eventOf(SteppedUp, s, "holds "+strings.Join(s.Scopes, " ")))
	default: // a new sign-in of somebody else: what the first one was about is not theirs to see
		a.happened(ctx, eventOf(SignedIn, s, "somebody else had begun it"))
		return s, "/", nil
	}
	return s, begun.ReturnTo, nil
}

// refuse records a sign-in that did not happen.
func (a *Auth) refuse(r *http.Request, problem *SignInError) error {
	a.happened(r.Context(), Event{Kind: SignInRefused, Address: a.config.Address(r), Reason: problem.Error()})
	return problem
}

// notGranted notes that the org refused scopes: in the session of somebody who stepped up,
// so that Can says no from now on; else in the draft that a sign-in asked them for.
func (a *Auth) notGranted(r *http.Request, code string, begun pending) {
	if code != "invalid_scope" && code != "consent_required" {
		return
	}
	s, err := a.Peek(r)
	switch {
	case begun.UserID == "" || errors.Is(err, ErrSignedOut):
		err = a.askLess(r.Context(), begun.ReturnTo)
	case err == nil && s.UserID == begun.UserID:
		err = a.store.exec(r.Context(), `UPDATE auth_session SET asked = $1 WHERE id = $2`, strings.Join(union(s.Asked, begun.Scopes), " "), s.ID)
	}
	if err != nil {
		a.config.Log.WarnContext(r.Context(), "refused scopes not noted", "error", err)
	}
}

// person is who signed in, by ID token and userinfo.
type person struct {
	claims *claims
	Sub    string `json:"sub"`
	Login  string `json:"preferred_username"`
	Email  string `json:"email"`
	Name   string `json:"name"`
}

// identify turns the org's answer to the browser into tokens and a person.
func (a *Auth) identify(ctx context.Context, p *provider, query url.Values, begun pending) (*answer, *person, *SignInError) {
	// RFC 9207 section 2.4: an answer that names another issuer is a mix-up; one that promised a name must have it.
	if iss := query.Get("iss"); iss != p.Issuer && (iss != "" || p.IssSent) {
		return nil, nil, refused("The answer came from another org than the one asked. Sign in again.", fmt.Errorf("iss is %q", iss))
	}
	if code := query.Get("error"); code != "" {
		return nil, nil, refusedByOrg(code, query.Get("error_description"))
	}
	got, err := a.token(ctx, p, url.Values{
		"grant_type": {"authorization_code"}, "code": {query.Get("code")},
		"redirect_uri": {a.redirectURI()}, "code_verifier": {begun.Verifier},
	})
	if err != nil {
		return nil, nil, exchangeProblem(err)
	}
	c, err := a.verifyIDToken(ctx, p, got.ID, begun.Nonce, got.Date)
	if errors.Is(err, errClock) {
		return nil, nil, refused(strings.ToUpper(err.Error()[:1])+err.Error()[1:], err)
	}
	if err != nil {
		return nil, nil, refused("The org's ID token did not pass the checks, so nobody was signed in. Sign in again; if it happens again, tell whoever runs the console.", err)
	}
	who := &person{claims: c}
	if _, err := a.getJSON(ctx, p.UserInfo, got.Access, who); err != nil {
		return nil, nil, unavailable("The org did not say who signed in. Try again in a minute.", err)
	}
	// OpenID Connect Core 1.0 section 5.3.2.
	if who.Sub != c.Subject {
		return nil, nil, refused("The org named two different people for one sign-in, so nobody was signed in.", errors.New("sub of userinfo differs from the ID token's"))
	}
	return got, who, nil
}

// refusedByOrg says an error of the authorization endpoint in words (RFC 6749 section 4.1.2.1).
func refusedByOrg(code, description string) *SignInError {
	err := fmt.Errorf("%s: %s", code, description)
	switch code {
	case "access_denied":
		return &SignInError{Status: http.StatusForbidden, Message: "The org refused the sign-in: this person is not assigned to the console's application, or cancelled. An admin of the org can assign them.", Err: err}
	case "invalid_scope":
		return refused("The org has not granted the console a scope it asks for. A super admin can grant it on the application's page, under API scopes.", err)
	case "server_error", "temporarily_unavailable":
		return unavailable("The org could not sign anybody in just now. Try again in a minute.", err)
	}
	return refused("The org refused the sign-in. Sign in again; if it happens again, tell whoever runs the console.", err)
}

func exchangeProblem(err error) *SignInError {
	var answered *tokenError
	switch {
	case !errors.As(err, &answered):
		return unavailable("The org did not answer while signing in. Sign in again in a minute.", err)
	case answered.Code == "invalid_client":
		return unavailable("The org does not accept the console's own credentials. An operator has to mend CONSOLE_CLIENT_ID and its secret or key.", err)
	case answered.Status == http.StatusTooManyRequests:
		return &SignInError{Status: http.StatusServiceUnavailable, Message: "The org has had too many sign-ins just now. Try again in a minute.", Err: err}
	case answered.Status >= 500:
		return unavailable("The org could not finish the sign-in. Sign in again in a minute.", err)
	}
	return refused("The org did not accept the sign-in's code: it is used up or too old. Sign in again.", err)
}

// newSession makes the session of who, of whom the org was asked for the scopes, and the cookie that stands for it.
func (a *Auth) newSession(r *http.Request, got *answer, who *person, asked []string) (*Session, string, error) {
	cookie, err := a.random()
	if err != nil {
		return nil, "", err
	}
	now := a.now()
	s := &Session{
		ID: hash(cookie), UserID: who.Sub, Login: cut(cmp.Or(who.Login, who.Email), maxText), Name: cut(who.Name, maxText), FormToken: formToken(cookie),
		Scopes: strings.Fields(got.Scope), Asked: asked, SignedInAt: now, SeenAt: now, AuthTime: now,
		IdleAt: now.Add(a.config.Idle), ExpiresAt: now.Add(a.config.Life),
		Address: a.config.Address(r), Agent: cut(r.UserAgent(), maxText),
	}
	s.tokens = a.tokensOf(got, tokens{})
	if got.Scope == "" { // RFC 6749 section 5.1: left out when it is what was asked for
		s.Scopes = asked
	}
	if who.claims.AuthTime != nil {
		s.AuthTime = who.claims.AuthTime.time()
	}
	if got.Refresh == "" && s.tokens.Until.Before(s.ExpiresAt) {
		s.ExpiresAt = s.tokens.Until // a session does not outlive what it can call with (security 10)
	}
	return s, cookie, nil
}

// tokensOf takes an answer over what was held: what it leaves out stays.
func (a *Auth) tokensOf(got *answer, held tokens) tokens {
	t := tokens{
		Access: got.Access, Refresh: got.Refresh, ID: got.ID, Forms: held.Forms, Version: held.Version + 1,
		Until: a.now().Add(secondsLong(got.ExpiresIn)),
	}
	if t.Refresh == "" {
		t.Refresh = held.Refresh
	}
	if t.ID == "" {
		t.ID = held.ID
	}
	return t
}

// replaceSession ends the session that this browser had, if any, and stores s under its
// own new cookie. Where the same person stepped up, the old session becomes another name
// of s for the requests under way (contracts.md section 7).
func (a *Auth) replaceSession(w http.ResponseWriter, r *http.Request, s *Session, cookie, steppedUp string) error {
	held, err := a.store.New(r, a.cookie.session)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(r.Context())
	earlier, ended := sessionOf(held)
	goesOn := earlier != nil && ended == ""
	stepUp := goesOn && steppedUp == s.UserID && earlier.UserID == s.UserID
	if goesOn && !stepUp {
		if err := a.finish(ctx, earlier); err != nil {
			return err
		}
	}
	if stepUp {
		s.inherit(earlier)
	}
	fresh := sessions.NewSession(a.store, a.cookie.session)
	fresh.ID, fresh.Options = cookie, a.cookie.options(0)
	fresh.Values[sessionValue] = s
	if err := fresh.Save(r, w); err != nil {
		return err
	}
	if !stepUp {
		return nil
	}
	if err := a.store.replace(ctx, earlier, s, a.now().Add(replacedFor)); err != nil {
		return err
	}
	a.revokeQuietly(ctx, earlier)
	return nil
}

// replacedFor is how long the session before a step-up still counts.
const replacedFor = 10 * time.Second

// maxForms bounds the form tokens of earlier sessions that still count.
const maxForms = 5

// inherit takes over from the session that s replaces what a step-up must not change:
// tokens go on counting up, and without a new proof of who it is the time limit stays.
func (s *Session) inherit(earlier *Session) {
	held := earlier.current()
	s.tokens.Version = held.Version + 1
	s.tokens.Forms = append([]string{earlier.FormToken}, held.Forms[:min(len(held.Forms), maxForms-1)]...)
	if !s.AuthTime.After(earlier.AuthTime) {
		s.SignedInAt = earlier.SignedInAt
		if earlier.ExpiresAt.Before(s.ExpiresAt) {
			s.ExpiresAt = earlier.ExpiresAt
		}
	}
}

// maxText bounds what is kept of a name or a browser's description, in bytes.
const maxText = 256

// cut shortens text to at most n bytes, at a character's end, without control characters.
func cut(text string, n int) string {
	text = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, strings.ToValidUTF8(text, ""))
	for len(text) > n {
		text = text[:n]
		text = strings.ToValidUTF8(text, "")
	}
	return text
}
