package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"gatehouse/internal/okta"
)

// trialPath is where the org sends the browser back to from a trial. An app that is to be
// tried has it among its redirect URIs.
const trialPath = "/try"

// Trial is a request for tokens in the name of another client of the org, to show what a
// real one gives: authorization code with PKCE, state and nonce, bound to the session that
// began it. It holds no secret of the client.
type Trial struct {
	// Issuer is the authorization server's, on the org's own origin.
	Issuer   string   `json:"issuer"`
	ClientID string   `json:"clientId"`
	Scopes   []string `json:"scopes"`
	// Prompt is "login" to ask who signs in, "" for whoever is signed in at the org; Login
	// is who is meant.
	Prompt string `json:"prompt,omitempty"`
	Login  string `json:"login,omitempty"`
	// Back is the address of the page that it was begun on.
	Back string `json:"back"`

	verifier, nonce string
}

// TrialTokens are what a trial came to. They are in no store: whoever draws them shows them once.
type TrialTokens struct {
	Access, ID TrialToken
	// Scope is what was granted, ExpiresIn the life of the access token in seconds.
	Scope     string
	ExpiresIn int64
	// Refresh: a refresh token came along. It was revoked at once: nothing here needs it.
	Refresh, Revoked bool
}

// TrialToken is a signed token: Raw as it came, "" where there is none, with its claims.
type TrialToken struct {
	Raw    string
	KeyID  string
	Claims json.RawMessage
	// Verified: a published key of the issuer signed it.
	Verified bool
}

// TrialRefused is a refusal by the org, as its token endpoint words it (RFC 6749 section 5.2).
type TrialRefused struct {
	Status            int
	Code, Description string
}

func (e *TrialRefused) Error() string {
	return fmt.Sprintf("the org answered %d %s: %s", e.Status, e.Code, e.Description)
}

// ErrNoTrial: nothing was begun with this state in this session within the last ten minutes, or its result was shown already.
var ErrNoTrial = errors.New("no trial for this state and session")

// TrialURI is the redirect URI of trials.
func (a *Auth) TrialURI() string { return a.config.BaseURL + trialPath }

// BeginTrial keeps t for the session s and returns the org's address to send the browser to.
func (a *Auth) BeginTrial(ctx context.Context, s *Session, t Trial) (string, error) {
	p, err := a.trialProvider(ctx, t.Issuer)
	if err != nil {
		return "", err
	}
	fresh := pending{UserID: s.UserID, Trial: &t}
	var state string
	for _, value := range []*string{&state, &fresh.Nonce, &fresh.Verifier} {
		if *value, err = a.random(); err != nil {
			return "", err
		}
	}
	if err := a.store.keep(ctx, state, trialBrowser(s), fresh, a.now().Add(pendingLife)); err != nil {
		return "", err
	}
	config := oauth2.Config{ClientID: t.ClientID, Scopes: t.Scopes, RedirectURL: a.TrialURI(), Endpoint: oauth2.Endpoint{AuthURL: p.Authorization}}
	options := []oauth2.AuthCodeOption{oidc.Nonce(fresh.Nonce), oauth2.S256ChallengeOption(fresh.Verifier)}
	if t.Prompt != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", t.Prompt))
	}
	if t.Login != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", t.Login))
	}
	return config.AuthCodeURL(state, options...), nil
}

// trialBrowser binds a trial to a session, and keeps it apart from sign-ins, whose state is bound to a cookie.
func trialBrowser(s *Session) string { return "trial " + s.ID }

// trialProvider is the discovery document of an issuer on the org's own origin: no other is ever called.
func (a *Auth) trialProvider(ctx context.Context, issuer string) (*provider, error) {
	if !sameOrigin(issuer, a.config.OrgURL) {
		return nil, fmt.Errorf("%w: the issuer %q is not on the org's own address", ErrMetadata, issuer)
	}
	p, err := a.metadata(ctx, issuer, "the server's issuer")
	if err != nil && !errors.Is(err, ErrMetadata) {
		err = fmt.Errorf("%w: %w", ErrMetadata, err)
	}
	return p, err
}

// TakeTrial returns the trial of state once, to the session that began it.
func (a *Auth) TakeTrial(ctx context.Context, s *Session, state string) (Trial, error) {
	begun, err := a.store.take(ctx, state, trialBrowser(s), a.now())
	if errors.Is(err, errNotPending) || err == nil && begun.Trial == nil {
		return Trial{}, ErrNoTrial
	}
	if err != nil {
		return Trial{}, err
	}
	t := *begun.Trial
	t.verifier, t.nonce = begun.Verifier, begun.Nonce
	return t, nil
}

// TrialAnswer is what the org's answer to the browser says of a trial that it granted.
type TrialAnswer struct {
	Code string
	// Issuer is the one that it named, "" where it named none (RFC 9207).
	Issuer string
	// Secret is the client's, "" for a public one; InForm sends it in the form instead of the header.
	Secret string
	InForm bool
}

// RedeemTrial exchanges the code that came back to the trial t of s, and verifies what it
// gives. A refresh token is revoked at once. The error is a *TrialRefused where the org refused.
func (a *Auth) RedeemTrial(ctx context.Context, s *Session, t Trial, in TrialAnswer) (TrialTokens, error) {
	p, err := a.trialProvider(ctx, t.Issuer)
	if err != nil {
		return TrialTokens{}, err
	}
	// RFC 9207 section 2.4: an answer that names another issuer is a mix-up.
	if in.Issuer != p.Issuer && (in.Issuer != "" || p.IssSent) {
		return TrialTokens{}, fmt.Errorf("%w: the answer came from the issuer %q", ErrMetadata, in.Issuer)
	}
	var got answer
	err = a.asClient(ctx, p.Token, t.ClientID, in, url.Values{
		"grant_type": {"authorization_code"}, "code": {in.Code}, "redirect_uri": {a.TrialURI()}, "code_verifier": {t.verifier},
	}, &got)
	if err != nil {
		a.happened(ctx, eventOf(TokensRefused, s, "client "+t.ClientID+" at "+t.Issuer+": "+err.Error()))
		return TrialTokens{}, err
	}
	out := TrialTokens{Scope: got.Scope, ExpiresIn: got.ExpiresIn, Refresh: got.Refresh != ""}
	keys := &keySet{url: p.JWKS, get: a.getJSON, now: a.config.Now}
	out.Access, out.ID = readTrialToken(ctx, keys, got.Access), readTrialToken(ctx, keys, got.ID)
	if out.ID.Raw != "" && subtle.ConstantTimeCompare([]byte(out.ID.Text("nonce")), []byte(t.nonce)) != 1 {
		return TrialTokens{}, fmt.Errorf("%w: the ID token has another nonce", ErrMetadata)
	}
	if out.Refresh && p.Revocation != "" {
		err := a.asClient(ctx, p.Revocation, t.ClientID, in, url.Values{"token": {got.Refresh}, "token_type_hint": {"refresh_token"}}, nil)
		if out.Revoked = err == nil; err != nil {
			a.config.Log.WarnContext(ctx, "refresh token of a trial not revoked", "error", err)
		}
	}
	a.happened(ctx, eventOf(TokensTried, s, "client "+t.ClientID+" at "+t.Issuer+": tokens for "+out.Access.Text("sub")))
	return out, nil
}

// readTrialToken decodes a signed token. One that is none, as of the org's own server, has its raw text only.
func readTrialToken(ctx context.Context, keys *keySet, raw string) TrialToken {
	t := TrialToken{Raw: raw}
	jws, err := jose.ParseSignedCompact(raw, idTokenAlgorithms())
	if err != nil || len(jws.Signatures) != 1 {
		return t
	}
	t.KeyID, t.Claims = jws.Signatures[0].Header.KeyID, jws.UnsafePayloadWithoutVerification()
	_, err = keys.VerifySignature(ctx, raw)
	t.Verified = err == nil
	return t
}

// Text is a claim that is a text; "" where it is none.
func (t TrialToken) Text(name string) string {
	var claims map[string]json.RawMessage
	var value string
	if json.Unmarshal(t.Claims, &claims) != nil || json.Unmarshal(claims[name], &value) != nil {
		return ""
	}
	return value
}

// asClient sends a form to an endpoint of the org as another client: with its secret, or as a
// public one. into may be nil.
func (a *Auth) asClient(ctx context.Context, endpoint, client string, in TrialAnswer, form url.Values, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	header := in.Secret != "" && !in.InForm
	if !header {
		form.Set("client_id", client)
	}
	if in.Secret != "" && in.InForm {
		form.Set("client_secret", in.Secret)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if header { // RFC 6749 section 2.3.1: both parts form-encoded first
		req.SetBasicAuth(url.QueryEscape(client), url.QueryEscape(in.Secret))
	}
	res, err := a.config.HTTP.Do(req)
	if err != nil {
		return fmt.Errorf("%w: call %s: %w", okta.ErrUnreachable, endpoint, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%w: call %s: %w", okta.ErrUnreachable, endpoint, err)
	}
	if res.StatusCode != http.StatusOK {
		var refusal tokenError
		if json.Unmarshal(body, &refusal) != nil {
			refusal.Description = "no JSON"
		}
		return &TrialRefused{Status: res.StatusCode, Code: refusal.Code, Description: refusal.Description}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%s did not answer with JSON: %w", endpoint, err)
	}
	return nil
}
