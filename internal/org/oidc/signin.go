package oidc

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// signInView is what the pages of a sign-in show.
type signInView struct {
	// App is the client's name, Login the name typed or found, Problem what went wrong.
	App, Login, Problem string
	// Notice says what was done, Sent that a code is on its way.
	Notice string
	Sent   bool
	// Factor is the factor that is asked for, Others what may be used in its place.
	Factor factorChoice
	Others []factorChoice
	// Remember tells that the device may be remembered, Remembered that it is proposed, and
	// RememberFor for how long.
	Remember, Remembered bool
	RememberFor          string
	// Rules say what a new password must be; Days is how long the old one works still, 0 where it does not.
	Rules string
	Days  int
	// Choices are the factors that may be enrolled, Setup the one that is being enrolled.
	Choices []enrollChoice
	Setup   *setupView
	// Consent is what is asked for behind the sign-in.
	Consent *consentView
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
func over(err error) error { return orElse(err, errOver) }

func orElse(err error, otherwise *oauthError) error {
	if err == nil {
		return otherwise
	}
	return err
}

// resume reads the authorization request of a sign-in again: the client may have changed since.
func (p *Provider) resume(h *http.Request, pending org.Pending) (authorizationRequest, error) {
	switch {
	case strings.HasPrefix(pending.Server, samlServer):
		return p.resumeSAML(h, pending)
	case pending.Activation != "":
		return p.deviceRequest(h, pending.Activation)
	case pending.Request == "":
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
	return p.showStage(w, h, r, http.StatusOK, pending, q, signInView{Login: q.loginHint})
}

// stagePages are the pages of the stages.
var stagePages = map[string]string{
	org.StagePassword: "password.html", org.StageFactor: "code.html", org.StagePasswordExpired: "change.html", org.StagePasswordWarn: "change.html",
	org.StageEnroll: "enroll.html", org.StageEnrollActivate: "activate.html",
	org.StageConsent: "consent.html",
}

// again is where a sign-in begins anew.
func (p *Provider) again(pending org.Pending, q authorizationRequest) string {
	switch {
	case pending.Activation != "":
		return "/activate"
	case pending.Request != "":
		return p.endpoints(pending.Server) + "authorize?" + pending.Request
	}
	return "/login"
}

func (p *Provider) showStage(w http.ResponseWriter, h *http.Request, r *org.Request, status int, pending org.Pending, q authorizationRequest, v signInView) error {
	v.App = q.client.Name
	if err := p.fillStage(h, r, pending, q, &v); err != nil {
		return err
	}
	if pending.UserID != "" && (pending.Stage != org.StagePassword || v.Login == "") { // a name that was typed stays
		person, err := p.org.Person(h.Context(), pending.UserID)
		if err != nil {
			return err
		}
		v.Login = person.Text("profile", "login")
	}
	csp := policy(formTarget(q.redirectURI))
	if v.Factor.Key || v.Setup != nil && v.Setup.Credential != nil {
		csp += "; script-src 'self'" // a security key is reached by script only
	}
	return p.pages.show(w, status, stagePages[pending.Stage], csp, v)
}

// fillStage fills in what the page of a stage shows.
func (p *Provider) fillStage(h *http.Request, r *org.Request, pending org.Pending, q authorizationRequest, v *signInView) (err error) {
	switch pending.Stage {
	case org.StageFactor:
		if v.Factor, v.Others, err = p.choices(h, r, pending); err != nil {
			return err
		}
		var life time.Duration
		v.Remember, v.Remembered, life, err = p.org.MayRemember(r, pending)
		v.RememberFor = lifeText(life)
	case org.StagePasswordExpired, org.StagePasswordWarn:
		var rules org.PasswordRules
		rules, err = p.org.PasswordRules(r, pending.UserID)
		v.Rules = rules.Text
		if pending.Stage == org.StagePasswordWarn {
			v.Days = rules.Days
		}
	case org.StageEnroll:
		v.Choices, v.Setup, err = p.enrollChoices(h, r, pending)
	case org.StageEnrollActivate:
		v.Setup, err = p.activating(h, pending)
	case org.StageConsent:
		v.Consent, err = p.fillConsent(r, pending, q)
	}
	return err
}

// lifeText is a duration for people, "" for one without an end.
func lifeText(d time.Duration) string {
	unit, n := "minute", int(d.Minutes())
	switch {
	case n == 0:
		return ""
	case n%(24*60) == 0:
		unit, n = "day", n/(24*60)
	case n%60 == 0:
		unit, n = "hour", n/60
	}
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

// signIn takes the form of the stage that a sign-in is at.
func (p *Provider) signIn(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if err := p.crossOrigin.Check(h); err != nil {
		return errCrossOrigin
	}
	if err := h.ParseForm(); err != nil {
		return errForm
	}
	pending, q, err := p.underWay(h)
	if err != nil {
		return err
	}
	if h.PostForm.Get("switch") != "" {
		was, err := p.org.EndSignIn(r, pending.Key, pending.Stage)
		if err != nil || !was {
			return over(err)
		}
		return p.beginStage(w, h, r, q, org.Pending{Stage: org.StagePassword})
	}
	if pending.Stage == org.StageConsent {
		return p.takeConsent(w, h, r, pending, q)
	}
	next, view, err := p.takeStage(w, h, r, pending)
	if err == nil && view.Problem == "" && view.Notice == "" && next.Stage == pending.Stage && next.Stage != org.StageEnrollActivate {
		if next, err = p.org.NextStep(r, next); denied(err) {
			view.Problem, err = deniedText, nil
		}
	}
	switch {
	case err != nil:
		return err
	case view.Problem != "":
		return p.showStage(w, h, r, http.StatusUnprocessableEntity, pending, q, view)
	case view.Notice != "":
		return p.showStage(w, h, r, http.StatusOK, pending, q, view)
	case next.Stage != "":
		if err := p.org.AdvanceSignIn(r, pending.Stage, next); err != nil {
			return err
		}
		redirect(w, h, p.org.BaseURL()+"/signin/"+pending.Key)
		return nil
	}
	return p.finish(w, h, r, pending.Stage, next, q)
}

// deniedText is what somebody reads whom the sign-on policy does not let in.
const deniedText = "You do not have permission to sign in at this time. Ask your administrator which sign-on rule applies to you."

func denied(err error) bool {
	var e *okta.Error
	return errors.As(err, &e) && e.Code == "E0000085"
}

// takeStage checks what the form of a stage holds. It returns the sign-in with what was
// proved, at the stage it was at or at the one the form leads to; or a view with the problem.
func (p *Provider) takeStage(w http.ResponseWriter, h *http.Request, r *org.Request, pending org.Pending) (next org.Pending, v signInView, err error) {
	switch pending.Stage {
	case org.StagePassword:
		return p.takePassword(h, r, pending)
	case org.StagePasswordExpired, org.StagePasswordWarn:
		if pending.Stage == org.StagePasswordWarn && h.PostForm.Get("later") != "" {
			pending.Warned = true
			return pending, v, nil
		}
		password := h.PostForm.Get("newPassword")
		if password != h.PostForm.Get("confirmPassword") {
			v.Problem = "The two new passwords are not the same."
			return pending, v, nil
		}
		err := p.org.SetPassword(r, pending, password)
		if refused(err) {
			v.Problem, err = reason(err), nil
		}
		return pending, v, err
	case org.StageEnroll:
		return p.takeEnroll(h, r, pending)
	case org.StageEnrollActivate:
		return p.takeActivate(h, r, pending)
	}
	return p.takeFactor(w, h, r, pending)
}

func (p *Provider) takePassword(h *http.Request, r *org.Request, pending org.Pending) (next org.Pending, v signInView, err error) {
	v.Login = strings.TrimSpace(h.PostForm.Get("username"))
	if tooMany(p.org.CountSignIn(v.Login, r.Client.IP)) {
		v.Problem = "Too many attempts with this username or from this address. Wait a minute, then try again."
		return pending, v, nil
	}
	in, err := p.org.VerifyPassword(h.Context(), v.Login, h.PostForm.Get("password"), r.Client)
	switch {
	case in.LockedOut:
		v.Problem = "Your account is locked after too many wrong passwords. Ask your administrator to unlock it."
		return pending, v, nil
	case refused(err):
		v.Problem = "Unable to sign in. Check the username and the password."
		return pending, v, nil
	case err != nil:
		return pending, v, err
	}
	pending.UserID = in.UserID
	return pending.Proved("pwd"), v, nil
}

// finish ends a sign-in: a new session, and the answer to the client that asked. Only one request can finish it.
func (p *Provider) finish(w http.ResponseWriter, h *http.Request, r *org.Request, from string, pending org.Pending, q authorizationRequest) error {
	was, err := p.org.EndSignIn(r, pending.Key, from)
	if err != nil || !was {
		return over(err)
	}
	s, err := p.org.StartSession(r, pending)
	if err != nil {
		return err
	}
	if err := p.keepSession(w, h, r, s); err != nil {
		return err
	}
	if q.saml != nil {
		return p.samlGrant(w, h, r, *q.saml, s)
	}
	if pending.Request == "" && pending.Activation == "" {
		redirect(w, h, p.org.BaseURL()+"/login")
		return nil
	}
	return p.grant(w, h, r, q, s)
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
