package oidc

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/org"
)

// idTokenLife is fixed (okta-semantics C9).
const idTokenLife = time.Hour

// tokenAnswer is a successful answer of the token endpoint (RFC 6749 section 5.1).
type tokenAnswer struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	AccessToken  string `json:"access_token"`
	Scope        string `json:"scope"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
}

// tokenRequest is a token request of a client that proved who it is.
type tokenRequest struct {
	server org.AuthServer
	client org.OAuthClient
	method string
	params url.Values
	// jkt is the thumbprint of the key that the request proved, "" for none.
	jkt string
}

// token is the token endpoint (RFC 6749 section 3.2).
func (p *Provider) token(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	params, err := parameters(h)
	if err != nil {
		return err
	}
	client, method, err := p.authenticate(h, r, a, params)
	if err != nil {
		return err
	}
	var answer tokenAnswer
	q := tokenRequest{a, client, method, params, ""}
	if q.jkt, err = p.proof(w, h, r, client, params.Get("grant_type")); err == nil {
		answer, err = p.answerToken(r, q)
	}
	if err != nil {
		refused := refusal(err)
		if refused == nil || refused == errDevicePending || refused == errDeviceSlow { // a device that waits is no failure
			return err
		}
		if lerr := p.org.LogRefusedGrant(r, client, a.ID, refused.Code, err); lerr != nil {
			return lerr
		}
		return err
	}
	w.Header().Set("Pragma", "no-cache")
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// grantTypes are those that the token endpoint answers.
var grantTypes = []string{org.GrantCode, org.GrantRefresh, org.GrantClientCredentials, org.GrantDevice}

func notForClient(c org.OAuthClient) *oauthError {
	return refuse("unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: ["+strings.Join(c.GrantTypes, ", ")+"].")
}

func (p *Provider) answerToken(r *org.Request, q tokenRequest) (tokenAnswer, error) {
	grantType := q.params.Get("grant_type")
	if grantType == "" {
		return tokenAnswer{}, refuse("invalid_request", "The token request must specify a 'grant_type'. Valid values: ["+strings.Join(grantTypes, ", ")+"]")
	}
	if !slices.Contains(grantTypes, grantType) {
		return tokenAnswer{}, refuse("unsupported_grant_type", "The authorization grant type is not supported by the authorization server. Configured grant types: ["+strings.Join(grantTypes, ", ")+"].")
	}
	if !q.client.May(grantType) {
		return tokenAnswer{}, notForClient(q.client)
	}
	switch grantType {
	case org.GrantCode:
		return p.exchangeCode(r, q)
	case org.GrantRefresh:
		return p.refresh(r, q)
	case org.GrantDevice:
		return p.redeemDevice(r, q)
	}
	return p.clientCredentials(r, q)
}

// exchangeCode gives tokens for a code (RFC 6749 section 4.1.3, RFC 7636 section 4.6).
func (p *Provider) exchangeCode(r *org.Request, q tokenRequest) (tokenAnswer, error) {
	code := q.params.Get("code")
	if code == "" {
		return tokenAnswer{}, errCode
	}
	out, err := p.org.RedeemCode(r, org.Redemption{
		Client: q.client, Server: q.server, Code: code, JKT: q.lasting(),
		Check: func(redirectURI, challenge string) error {
			if q.params.Get("redirect_uri") != redirectURI {
				return refuse("invalid_grant", "The 'redirect_uri' does not match the redirection URI used in the authorization request.")
			}
			return checkVerifier(challenge, q.params.Get("code_verifier"))
		},
	})
	if errors.Is(err, org.ErrGrant) {
		err = errCode
	}
	if err != nil {
		return tokenAnswer{}, err
	}
	if err := bind(&out.Grant, q.client, q.jkt); err != nil {
		return tokenAnswer{}, err
	}
	return p.tokensOf(r, q, out.Grant, out.Refresh, out.Nonce)
}

// lasting is the key that refresh tokens are bound to: those of a public client only, any
// other proves itself anyway (RFC 9449 section 5).
func (q tokenRequest) lasting() string {
	if !q.client.Public() {
		return ""
	}
	return q.jkt
}

// refresh gives new tokens for a refresh token (RFC 6749 section 6).
func (p *Provider) refresh(r *org.Request, q tokenRequest) (tokenAnswer, error) {
	asked := words(q.params.Get("scope"))
	g, next, err := p.org.Refresh(r, q.client, q.server, q.params.Get("refresh_token"), func(g *org.Grant) error {
		for _, s := range asked {
			if !slices.Contains(g.Scopes, s) {
				return refuse("invalid_scope", "The requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner.")
			}
		}
		if len(asked) > 0 {
			g.Scopes = asked
		}
		return bind(g, q.client, q.jkt)
	})
	if errors.Is(err, org.ErrGrant) {
		err = errRefresh
	}
	if err != nil {
		return tokenAnswer{}, err
	}
	if err := bind(&g, q.client, q.jkt); err != nil {
		return tokenAnswer{}, err
	}
	return p.tokensOf(r, q, g, next, "")
}

// clientCredentials gives a token to a client for itself (RFC 6749 section 4.4).
func (p *Provider) clientCredentials(r *org.Request, q tokenRequest) (tokenAnswer, error) {
	if q.client.Public() {
		return tokenAnswer{}, refuse("unauthorized_client", "The client is not authorized to use the provided grant type.")
	}
	if q.server.ID == org.OrgServer && q.method != methodKey {
		return tokenAnswer{}, refuseClient("Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.")
	}
	scopes, err := q.server.Requested(q.client, org.GrantClientCredentials, words(q.params.Get("scope")))
	if err != nil {
		return tokenAnswer{}, err
	}
	g, err := p.org.GrantClient(r, q.client, q.server, scopes)
	if err != nil {
		return tokenAnswer{}, err
	}
	g.JKT = q.jkt
	return p.tokensOf(r, q, g, "", "")
}

// tokensOf signs the tokens of a grant.
func (p *Provider) tokensOf(r *org.Request, q tokenRequest, g org.Grant, refresh, nonce string) (tokenAnswer, error) {
	access, err := p.org.NewAccessToken(r, q.server, q.client, g)
	if err != nil {
		return tokenAnswer{}, err
	}
	answer := tokenAnswer{
		TokenType: tokenType(g.JKT), ExpiresIn: int(g.Lives.Access.Seconds()), AccessToken: access,
		Scope: strings.Join(g.Scopes, " "), RefreshToken: refresh,
	}
	if g.UserID == "" || !slices.Contains(g.Scopes, "openid") {
		return answer, nil
	}
	answer.IDToken, err = p.org.NewIDToken(r, q.server.ID, org.IDClaims{
		Subject: g.UserID, Audience: q.client.ID, Expires: r.Now.Add(idTokenLife).Unix(), AMR: g.AMR, Session: g.Session, AuthTime: g.AuthTime.Unix(),
		Nonce: nonce, AccessTokenHash: halfHash(access),
	}, g)
	return answer, err
}

// halfHash is the at_hash of OpenID Connect Core section 3.1.3.6, for RS256.
func halfHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}
