package oidc

import (
	"errors"
	"net/http"

	"gatehouse/internal/org"
)

// The errors of a device that asks for its tokens (RFC 8628 section 3.5), in the cloud's words.
var (
	errDeviceCode    = refuse("invalid_grant", "The device code is invalid or has expired.")
	errDevicePending = refuse("authorization_pending", "The device authorization is pending. Please try again later.")
	errDeviceSlow    = refuse("slow_down", "Slow down the polling frequency. Please try again later.")
	errDeviceExpired = refuse("expired_token", "The device code has expired.")
	errUserCodes     = &oauthError{http.StatusTooManyRequests, "too_many_user_codes", "Too many user codes generated. Please try again later."}
	errActivation    = refuse("invalid_user_code", "The code of your device has expired, or was used already. Start again on the device.")
)

// deviceAuthorize is the device authorization endpoint (RFC 8628 section 3.1).
func (p *Provider) deviceAuthorize(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	params, err := parameters(h)
	if err != nil {
		return err
	}
	client, _, err := p.authenticate(h, r, a, params)
	if err != nil {
		return err
	}
	scopes, err := a.Requested(client, org.GrantDevice, words(params.Get("scope")))
	if err != nil {
		return err
	}
	d, err := p.org.BeginDevice(r, client, a, scopes)
	if errors.Is(err, org.ErrDeviceCodes) {
		return errUserCodes
	}
	if err != nil {
		return err
	}
	at := p.org.BaseURL() + "/activate"
	writeJSON(w, http.StatusOK, struct {
		DeviceCode string `json:"device_code"`
		UserCode   string `json:"user_code"`
		At         string `json:"verification_uri"`
		AtComplete string `json:"verification_uri_complete"`
		ExpiresIn  int    `json:"expires_in"`
		Interval   int    `json:"interval"`
	}{d.Code, d.UserCode, at, at + "?user_code=" + d.UserCode, int(d.Life.Seconds()), int(d.Interval.Seconds())})
	return nil
}

// redeemDevice gives tokens for a device code, once its user has allowed it.
func (p *Provider) redeemDevice(r *org.Request, q tokenRequest) (tokenAnswer, error) {
	out, err := p.org.RedeemDevice(r, q.client, q.server, q.params.Get("device_code"), q.lasting())
	for is, told := range map[error]error{
		org.ErrGrant: errDeviceCode, org.ErrDevicePending: errDevicePending, org.ErrDeviceSlow: errDeviceSlow,
		org.ErrDeviceExpired: errDeviceExpired, org.ErrDeviceDenied: errRefused,
	} {
		if errors.Is(err, is) {
			err = told
		}
	}
	if err != nil {
		return tokenAnswer{}, err
	}
	if err := bind(&out.Grant, q.client, q.jkt); err != nil {
		return tokenAnswer{}, err
	}
	return p.tokensOf(r, q, out.Grant, out.Refresh, "")
}

// deviceView is what the page shows on which somebody enters the code of their device.
type deviceView struct{ Code, Problem string }

// maxUserCode bounds what is shown again of what somebody entered.
const maxUserCode = 20

// activatePage asks for the code of a device. One that came by a link is shown, and not
// taken before the person has compared it (RFC 8628 section 3.3.1).
func (p *Provider) activatePage(w http.ResponseWriter, h *http.Request, _ *org.Request) error {
	return p.showActivate(w, http.StatusOK, deviceView{Code: h.URL.Query().Get("user_code")})
}

func (p *Provider) showActivate(w http.ResponseWriter, status int, v deviceView) error {
	if code := org.UserCode(v.Code); code != "" {
		v.Code = code[:len(code)/2] + "-" + code[len(code)/2:]
	}
	if len(v.Code) > maxUserCode {
		v.Code = ""
	}
	return p.pages.show(w, status, "device.html", policy(), v)
}

// activate takes the code of a device, and begins the sign-in that it is for.
func (p *Provider) activate(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	if err := p.crossOrigin.Check(h); err != nil {
		return errCrossOrigin
	}
	if err := h.ParseForm(); err != nil {
		return errForm
	}
	v := deviceView{Code: h.PostForm.Get("user_code")}
	found, known, err := p.org.FindDevice(h.Context(), v.Code, r.Client.IP)
	switch {
	case tooMany(err):
		v.Problem = "Too many wrong codes. Wait five minutes, then try again."
		return p.showActivate(w, http.StatusTooManyRequests, v)
	case err != nil:
		return err
	case !known:
		v.Problem = "The code is wrong, has expired, or was used already. Look at your device."
		return p.showActivate(w, http.StatusUnprocessableEntity, v)
	}
	q, err := p.deviceRequest(h, found.Key)
	if err != nil {
		return err
	}
	s, signedIn, err := p.session(h, r)
	if err != nil {
		return err
	}
	if signedIn {
		return p.grant(w, h, r, q, s)
	}
	return p.beginStage(w, h, r, q, org.Pending{Stage: org.StagePassword})
}

// deviceRequest is what a device that waits asks for.
func (p *Provider) deviceRequest(h *http.Request, key string) (authorizationRequest, error) {
	q := authorizationRequest{activation: key, maxAge: -1}
	waits, found, err := p.org.Activation(h.Context(), key)
	if err != nil || !found {
		return q, orElse(err, errActivation)
	}
	q.scopes = waits.Scopes
	if q.server, found, err = p.org.AuthServer(h.Context(), waits.Server); err != nil || !found {
		return q, orElse(err, errActivation)
	}
	if q.client, found, err = p.org.OAuthClient(h.Context(), waits.ClientID); err != nil || !found {
		return q, orElse(err, errActivation)
	}
	return q, nil
}

// connect lets a device have its tokens, and says so.
func (p *Provider) connect(w http.ResponseWriter, r *org.Request, q authorizationRequest, a org.Authorization) error {
	was, err := p.org.AllowDevice(r, q.activation, a)
	if err != nil || !was {
		return orElse(err, errActivation)
	}
	return p.pages.show(w, http.StatusOK, "connected.html", policy(), signInView{App: q.client.Name, Login: a.Session.Login})
}
