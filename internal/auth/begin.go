package auth

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/gorilla/sessions"
	"golang.org/x/oauth2"
)

// Begin starts a sign-in that comes back to returnTo (a path of the console; anything
// else counts as "/") and returns the org's address to send the browser to. It asks for
// the first scopes, and those of a draft that waits at returnTo. It sets the cookie that
// binds the sign-in to this browser. The error is a *SignInError, or the database's.
func (a *Auth) Begin(w http.ResponseWriter, r *http.Request, returnTo string) (string, error) {
	returnTo = LocalPath(returnTo)
	more, err := a.draftScopes(r.Context(), returnTo)
	if err != nil {
		return "", err
	}
	return a.begin(w, r, pending{ReturnTo: returnTo, Scopes: union(a.config.Scopes, more)})
}

// StepUp is Begin for somebody signed in, to hold scopes besides those of s (contracts.md section 7).
func (a *Auth) StepUp(w http.ResponseWriter, r *http.Request, s *Session, returnTo string, scopes []string) (string, error) {
	return a.begin(w, r, pending{ReturnTo: LocalPath(returnTo), Scopes: union(a.config.Scopes, s.Scopes, scopes), UserID: s.UserID})
}

// begin stores fresh, which gets its nonce and verifier here, and says where to go.
func (a *Auth) begin(w http.ResponseWriter, r *http.Request, fresh pending) (string, error) {
	p, err := a.provider(r.Context())
	if err != nil {
		return "", a.orgProblem(r, err)
	}
	browser := a.cookie.read(r, a.cookie.signIn)
	var state string
	for _, value := range []*string{&state, &fresh.Nonce, &fresh.Verifier} {
		if *value, err = a.random(); err != nil {
			return "", err
		}
	}
	if browser == "" {
		if browser, err = a.random(); err != nil {
			return "", err
		}
	}
	if err := a.store.keep(r.Context(), state, browser, fresh, a.now().Add(pendingLife)); err != nil {
		return "", err
	}
	http.SetCookie(w, sessions.NewCookie(a.cookie.signIn, browser, a.cookie.options(int(pendingLife.Seconds()))))
	config := oauth2.Config{
		ClientID: a.config.ClientID, Scopes: fresh.Scopes, RedirectURL: a.redirectURI(),
		Endpoint: oauth2.Endpoint{AuthURL: p.Authorization},
	}
	return config.AuthCodeURL(state, oidc.Nonce(fresh.Nonce), oauth2.S256ChallengeOption(fresh.Verifier)), nil
}

func (a *Auth) redirectURI() string { return a.config.BaseURL + "/callback" }

// orgProblem says in words why the org's configuration could not be had.
func (a *Auth) orgProblem(r *http.Request, err error) error {
	a.config.Log.ErrorContext(r.Context(), "sign-in not possible", "error", err)
	if errors.Is(err, ErrMetadata) {
		return unavailable("This console does not fit the org it is set to: "+err.Error()+". An operator of the console has to mend its settings.", err)
	}
	return &SignInError{
		Status:  http.StatusServiceUnavailable,
		Message: "The org at " + a.config.OrgURL + " does not answer, so nobody can sign in now. Try again in a minute.",
		Err:     err,
	}
}

// LocalPath returns target if it is a path of the console itself, else "/". Browsers read
// a backslash as a slash and drop control characters, so that "/\host" and "/<tab>/host" leave the origin (security 30).
func LocalPath(target string) string {
	if !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || len(target) > 2048 {
		return "/"
	}
	for _, c := range target {
		if c <= ' ' || c == '\\' || c == 0x7f {
			return "/"
		}
	}
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return "/"
	}
	// A proxy may decode once more before the browser sees it.
	if strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, "\\\r\n\t") {
		return "/"
	}
	for _, own := range []string{"/login", "/callback", "/logout", "/signed-out", trialPath} {
		if u.Path == own {
			return "/"
		}
	}
	return target
}
