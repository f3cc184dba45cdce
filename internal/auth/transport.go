package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Transport puts the access token of the session in the request's context on each call
// to the org. An answer that says the token is not valid renews it once and sends the
// call again once; a second one is ErrSignedOut (faults 6). A call without a session is refused.
func (a *Auth) Transport(base http.RoundTripper) http.RoundTripper {
	return &transport{auth: a, base: base}
}

type transport struct {
	auth *Auth
	base http.RoundTripper
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	s := From(req.Context())
	if s == nil {
		closeBody(req)
		return nil, fmt.Errorf("call to the org without a session: %w", ErrSignedOut)
	}
	used := s.current()
	res, err := t.base.RoundTrip(withToken(req, req.Body, used.Access))
	if err != nil || !tokenRefused(res) {
		return res, err
	}
	body, again := replay(req)
	if !again {
		return res, nil
	}
	res.Body.Close()
	if s.current().Version == used.Version {
		if err := t.auth.Refresh(req.Context(), s); err != nil {
			return nil, err
		}
	}
	res, err = t.base.RoundTrip(withToken(req, body, s.current().Access))
	if err != nil || !tokenRefused(res) {
		return res, err
	}
	res.Body.Close()
	return nil, t.auth.endSession(req.Context(), s, "Signed out: the org no longer accepts this sign-in. Sign in again.")
}

// withToken is req with the bearer token; a RoundTripper must not change the request it was given.
func withToken(req *http.Request, body io.ReadCloser, token string) *http.Request {
	signed := req.Clone(req.Context())
	signed.Body = body
	signed.Header.Set("Authorization", "Bearer "+token)
	return signed
}

// replay returns the body to send again, and whether that is possible.
func replay(req *http.Request) (io.ReadCloser, bool) {
	if req.Body == nil || req.Body == http.NoBody {
		return req.Body, true
	}
	if req.GetBody == nil {
		return nil, false
	}
	body, err := req.GetBody()
	return body, err == nil
}

// tokenRefused tells whether res is a 401 about the token: E0000011, or no error body at
// all. Other 401s (an unlicensed feature is E0000015) are no reason to sign anybody out. The body stays readable.
func tokenRefused(res *http.Response) bool {
	if res.StatusCode != http.StatusUnauthorized {
		return false
	}
	start, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(start))
	if err != nil {
		return false
	}
	var body struct {
		Code string `json:"errorCode"`
	}
	return json.Unmarshal(start, &body) != nil || body.Code == "" || body.Code == "E0000011"
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}
