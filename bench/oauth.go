package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// verifier is the PKCE verifier of every authorization; a bench has nobody to hide it from.
const verifier = "bench-verifier-0123456789-0123456789-0123456789"

// grants signs people in at an org and turns that into tokens.
type grants struct {
	*client
	org string
}

// authn proves a password and returns a session token.
func (g grants) authn(login string) (string, error) {
	var a struct{ SessionToken string }
	r, err := g.json(http.StatusOK, "POST", g.org+"/api/v1/authn", map[string]string{"username": login, "password": password})
	if err == nil {
		err = json.Unmarshal(r.body, &a)
	}
	if err == nil && a.SessionToken == "" {
		err = fmt.Errorf("sign-in of %s gave no session: %s", login, r.body)
	}
	return a.SessionToken, err
}

// authorize asks for a code by the session of the cookie, or by a session token.
func (g grants) authorize(scope, sessionToken string) (code string, err error) {
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{
		"client_id": {clientID}, "response_type": {"code"}, "redirect_uri": {redirectURI}, "scope": {scope}, "state": {"s"}, "nonce": {"n"},
		"code_challenge_method": {"S256"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "prompt": {"none"},
	}
	if sessionToken != "" {
		q.Set("sessionToken", sessionToken)
	}
	r, err := g.do(http.StatusFound, "GET", g.org+"/oauth2/v1/authorize?"+q.Encode(), "", "")
	if err != nil {
		return "", err
	}
	to, err := url.Parse(r.header.Get("Location"))
	if err == nil && to.Query().Get("code") == "" {
		err = fmt.Errorf("no code: %s", to)
	}
	if err != nil {
		return "", err
	}
	return to.Query().Get("code"), nil
}

// tokens is an answer of the token endpoint.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
}

func (g grants) token(form url.Values) (t tokens, err error) {
	form.Set("client_id", clientID)
	form.Set("client_secret", clientSecret)
	r, err := g.form(http.StatusOK, g.org+"/oauth2/v1/token", form.Encode())
	if err == nil {
		err = json.Unmarshal(r.body, &t)
	}
	return t, err
}

func (g grants) exchange(code string) (tokens, error) {
	return g.token(url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirectURI}, "code_verifier": {verifier}})
}

func (g grants) refresh(token string) (tokens, error) {
	return g.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}})
}

// tokensOf signs somebody in and gets their tokens.
func (b *bench) tokensOf(org, login, scope string) (grants, tokens, error) {
	g := grants{b.client(""), org}
	session, err := g.authn(login)
	if err != nil {
		return g, tokens{}, err
	}
	code, err := g.authorize(scope, session)
	if err != nil {
		return g, tokens{}, err
	}
	t, err := g.exchange(code)
	return g, t, err
}
