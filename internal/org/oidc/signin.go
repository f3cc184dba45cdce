package oidc

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// signInView is what the pages of a sign-in show.
type signInView struct {
	// App is the client's name, Login the name typed or found, Problem what went wrong.
	App, Login, Problem string
	// Again begins the sign-in anew.
	Again string
	// Notice says what was done, Sent that a code is on its way.
	Notice string
	Sent   bool
	// Factor is the factor that is asked for, Others what may be used in its place.
	Factor factorChoice
	Others []factorChoice
}

// errOver says that a sign-in is unknown, over, or of another browser.
var errOver = &oauthError{http.StatusBadRequest, "sign_in_over", "This sign-in is over, or was begun in another browser."}

// underWay finds the sign-in of the path, for this browser, and what it was begun for.
func (p *Provider) underWay(h *http.Request) (org.Pending, authorizationRequest, error) {
	browser := p.knownBrowser(h)
	if browser == "" {
		return org.Pending{}, authorizationRequest{}, errOver
	}
	pending, found, err := p.org.SignInUnderWay(h.Context(), h.PathValue("key"), browser)
	if err != nil || !found {
		return org.Pending{}, authorizationRequest{}, over(err)
	}
	q, err := p.resume(h, pending)
	return pending, q, err
}

// over is err, or errOver where nothing failed: a store that cannot be used ends no sign-in.
func over(err error) error {
	if err == nil {
		return errOver
	}
	return err
}

// resume reads the authorization request of a sign-in again: the client may have changed since.
func (p *Provider) resume(h *http.Request, pending org.Pending) (authorizationRequest, error) {
	if pending.Request == "" {
		return authorizationRequest{}, nil
	}
	params, err := url.ParseQuery(pending.Request)
	if err != nil {
		return authorizationRequest{}, err
	}
	a, found, err := p.org.AuthServer(h.Context(), pending.Server)
	if err != nil || !found {
		return authorizationRequest{}, over(err)
	}
	return p.authorizationRequest(h, a, params)
}

// signInPage shows the page of the stage that a sign-in is at.
func (p *Provider) signInPage(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	pending, q, err := p.underWay(h)
	if err != nil {
		return err
	}
	return p.showStage(w, h, http.StatusOK, pending, q, signInView{Login: q.loginHint})
}

func (p *Provider) showStage(w http.ResponseWriter, h *http.Request, status int, pending org.Pending, q authorizationRequest, v signInView) error {
	v.App, v.Again = q.client.Name, "/login"
	if pending.Request != "" {
		v.Again = p.endpoints(pending.Server) + "authorize?" + pending.Request
	}
	name := map[string]string{org.StagePassword: "password.html", org.StageFactor: "code.html", org.StagePasswordExpired: "change.html"}[pending.Stage]
	if pending.Stage == org.StageFactor {
		var err error
		if v.Factor, v.Others, err = p.choices(h, pending.UserID); err != nil {
			return err
		}
	}
	if pending.UserID != "" {
		person, err := p.org.Person(h.Context(), pending.UserID)
		if err != nil {
			return err
		}
		v.Login = person.Text("profile", "login")
	}
	return p.pages.show(w, status, name, policy(formTarget(q.redirectURI)), v)
}

// signIn takes the form of the stage that a sign-in is at.
func (p *Provider) signIn(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if err := p.crossOrigin.Check(h); err != nil {
		return &oauthError{http.StatusForbidden, "cross_origin", "The form was sent from another site."}
	}
	if err := h.ParseForm(); err != nil {
		return refuse("invalid_request", "The form could not be read.")
	}
	pending, q, err := p.underWay(h)
	if err != nil {
		return err
	}
	next, view, err := p.takeStage(h, r, pending)
	switch {
	case err != nil:
		return err
	case view.Problem != "":
		return p.showStage(w, h, http.StatusUnprocessableEntity, pending, q, view)
	case view.Notice != "":
		return p.showStage(w, h, http.StatusOK, pending, q, view)
	case next.Stage != "":
		if err := p.org.AdvanceSignIn(r, pending, next.Stage, next.UserID); err != nil {
			return err
		}
		redirect(w, h, p.org.BaseURL()+"/signin/"+pending.Key)
		return nil
	}
	return p.finish(w, h, r, pending, q, next.UserID)
}

// takeStage checks what the form of a stage holds. It returns the stage that follows
// ("" when nothing is left to prove), or a view with the problem.
func (p *Provider) takeStage(h *http.Request, r *org.Request, pending org.Pending) (next org.Pending, v signInView, err error) {
	switch pending.Stage {
	case org.StagePassword:
		v.Login = strings.TrimSpace(h.PostForm.Get("username"))
		if tooMany(p.org.CountSignIn(v.Login, r.Client.IP)) {
			v.Problem = "Too many attempts with this username or from this address. Wait a minute, then try again."
			return next, v, nil
		}
		in, err := p.org.VerifyPassword(h.Context(), v.Login, h.PostForm.Get("password"), r.Client)
		if refused(err) {
			v.Problem = "Unable to sign in. Check the username and the password."
			return next, v, nil
		}
		if err != nil {
			return next, v, err
		}
		next, err = p.afterPassword(h, in.UserID, in.PasswordExpired)
		return next, v, err
	case org.StagePasswordExpired:
		password := h.PostForm.Get("newPassword")
		if password != h.PostForm.Get("confirmPassword") {
			v.Problem = "The two new passwords are not the same."
			return next, v, nil
		}
		err := p.org.SetPassword(h.Context(), pending.UserID, password, r.Client)
		if refused(err) {
			v.Problem = reason(err)
			return next, v, nil
		}
		if err != nil {
			return next, v, err
		}
		next, err = p.afterPassword(h, pending.UserID, false)
		return next, v, err
	}
	return p.takeFactor(h, r, pending)
}

// afterPassword is what somebody whose password was right has to do next.
func (p *Provider) afterPassword(h *http.Request, user string, expired bool) (org.Pending, error) {
	if expired {
		return org.Pending{Stage: org.StagePasswordExpired, UserID: user}, nil
	}
	held, err := p.org.SignInFactors(h.Context(), user)
	if len(held) > 0 {
		return org.Pending{Stage: org.StageFactor, UserID: user}, err
	}
	return org.Pending{UserID: user}, err
}

// finish ends a sign-in: a new session, and the answer to the client that asked. Only one request can finish it.
func (p *Provider) finish(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending, q authorizationRequest, user string) error {
	was, err := p.org.EndSignIn(r, pending)
	if err != nil || !was {
		return over(err)
	}
	s, err := p.org.StartSession(r, user, methods(pending))
	if err != nil {
		return err
	}
	if err := p.keepSession(w, h, r, s); err != nil {
		return err
	}
	if pending.Request == "" {
		redirect(w, h, p.org.BaseURL()+"/login")
		return nil
	}
	return p.grant(w, h, r, q, s)
}

// methods are the amr of a sign-in that ended at this stage (RFC 8176).
func methods(pending org.Pending) []string {
	if pending.Stage == org.StageFactor {
		return []string{"pwd", "otp", "mfa"}
	}
	return []string{"pwd"}
}

// refused tells a refusal by the org's rules from a failure.
func refused(err error) bool {
	var e *okta.Error
	return errors.As(err, &e) && e.Status < http.StatusInternalServerError
}

func tooMany(err error) bool {
	var e *okta.Error
	return errors.As(err, &e) && e.Status == http.StatusTooManyRequests
}

// reason is what a refusal says, its causes before its summary.
func reason(err error) string {
	var e *okta.Error
	if !errors.As(err, &e) {
		return ""
	}
	if len(e.Causes) > 0 {
		return e.Causes[0].Summary
	}
	return e.Summary
}

// digits drops the spaces that some apps show in a code.
func digits(code string) string { return strings.ReplaceAll(strings.TrimSpace(code), " ", "") }
