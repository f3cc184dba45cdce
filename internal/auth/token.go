package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// answer is a successful answer of the token endpoint (RFC 6749 section 5.1).
type answer struct {
	Access    string `json:"access_token"`
	Type      string `json:"token_type"`
	ExpiresIn int64  `json:"expires_in"`
	Refresh   string `json:"refresh_token"`
	ID        string `json:"id_token"`
	Scope     string `json:"scope"`
	// Date is the org's clock when it answered; zero where it did not say.
	Date time.Time `json:"-"`
}

// tokenError is any other answer (RFC 6749 section 5.2).
type tokenError struct {
	Status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (e *tokenError) Error() string {
	return fmt.Sprintf("the org answered %d %s: %s", e.Status, e.Code, e.Description)
}

// final tells that the grant is over. Only 400: a 429 carries the same code (okta-semantics C1).
func (e *tokenError) final() bool {
	return e.Status == http.StatusBadRequest && e.Code == "invalid_grant"
}

// token makes one call to the token endpoint. x/oauth2 is not used for it: it hides the
// Date header that explains a wrong clock, and reads the clock of the process.
func (a *Auth) token(ctx context.Context, p *provider, form url.Values) (*answer, error) {
	res, body, err := a.post(ctx, p.Token, form)
	if err != nil {
		return nil, fmt.Errorf("call the token endpoint: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		refusal := &tokenError{}
		if err := json.Unmarshal(body, refusal); err != nil {
			refusal.Description = "no JSON"
		}
		refusal.Status = res.StatusCode
		return nil, refusal
	}
	got := &answer{}
	if err := json.Unmarshal(body, got); err != nil {
		return nil, fmt.Errorf("the token endpoint did not answer with JSON: %w", err)
	}
	if got.Access == "" || !strings.EqualFold(got.Type, "Bearer") || got.ExpiresIn <= 0 {
		return nil, errors.New("the token endpoint answered without a bearer token that expires")
	}
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		got.Date = date
	}
	return got, nil
}

// revoke ends a refresh token at the org (RFC 7009).
func (a *Auth) revoke(ctx context.Context, refresh string) error {
	if refresh == "" {
		return nil
	}
	p, err := a.provider(ctx)
	if err != nil {
		return err
	}
	if p.Revocation == "" {
		return nil
	}
	res, _, err := a.post(ctx, p.Revocation, url.Values{"token": {refresh}, "token_type_hint": {"refresh_token"}})
	if err != nil {
		return fmt.Errorf("revoke the refresh token: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("revoke the refresh token: the org answered %d", res.StatusCode)
	}
	return nil
}

// post sends a form to one of the org's endpoints with the console's own authentication.
func (a *Auth) post(ctx context.Context, endpoint string, form url.Values) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	if a.config.PrivateKey != nil {
		assertion, err := a.assertion(endpoint)
		if err != nil {
			return nil, nil, err
		}
		form.Set("client_id", a.config.ClientID)
		form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		form.Set("client_assertion", assertion)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if a.config.PrivateKey == nil {
		// RFC 6749 section 2.3.1: both parts form-encoded first.
		req.SetBasicAuth(url.QueryEscape(a.config.ClientID), url.QueryEscape(a.config.ClientSecret))
	}
	res, err := a.config.HTTP.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, nil, err
	}
	return res, body, nil
}
