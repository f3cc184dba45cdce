package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-rod/rod/lib/input"
	"golang.org/x/oauth2"
)

// relyingParty is an app of somebody else: it signs people in by go-oidc and x/oauth2, and greets them.
type relyingParty struct {
	*httptest.Server
	issuer, id, secret string
}

func newRelyingParty(t *testing.T, issuer string) *relyingParty {
	t.Helper()
	rp := &relyingParty{issuer: issuer}
	rp.Server = httptest.NewServer(rp)
	t.Cleanup(rp.Close)
	return rp
}

func (rp *relyingParty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	provider, err := oidc.NewProvider(r.Context(), rp.issuer)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	config := oauth2.Config{ClientID: rp.id, ClientSecret: rp.secret, Endpoint: provider.Endpoint(), RedirectURL: rp.URL + "/callback", Scopes: []string{"openid", "email"}}
	if r.URL.Path != "/callback" {
		verifier := oauth2.GenerateVerifier()
		http.SetCookie(w, &http.Cookie{Name: "rp", Value: verifier, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)), http.StatusSeeOther)
		return
	}
	greet, err := rp.callback(r, config, provider)
	if err != nil {
		greet = "Refused: " + err.Error()
	}
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprint(w, greet)
}

func (rp *relyingParty) callback(r *http.Request, config oauth2.Config, provider *oidc.Provider) (string, error) {
	verifier, err := r.Cookie("rp")
	if err != nil {
		return "", err
	}
	if q := r.URL.Query(); q.Get("code") == "" {
		return "", fmt.Errorf("%s", cmp.Or(q.Get("error_description"), q.Get("error")))
	}
	token, err := config.Exchange(r.Context(), r.URL.Query().Get("code"), oauth2.VerifierOption(verifier.Value))
	if err != nil {
		return "", err
	}
	text, _ := token.Extra("id_token").(string)
	id, err := provider.Verifier(&oidc.Config{ClientID: rp.id}).Verify(r.Context(), text)
	if err != nil {
		return "", err
	}
	var claims struct {
		Email string `json:"email"`
	}
	return "Hello " + claims.Email, id.Claims(&claims)
}

// An admin adds an app, gives it to Sales, and hands its id and secret to whoever runs it:
// who is in Sales signs in there, who is not does not get in.
func TestAnAppIsAddedGivenAndSignedInTo(t *testing.T) {
	s := startSite(t)
	rp := newRelyingParty(t, s.Org)
	var sales []struct{ ID string }
	s.api(t, "GET", "/api/v1/groups?q=Sales", nil, &sales)
	s.api(t, "PUT", "/api/v1/groups/"+sales[0].ID+"/users/"+s.as(t, "end-user").UserID, nil, nil)

	p := newVisitor(t).signIn(s, "super-admin", "/apps")
	p.follow("Add app")
	p.visit(s.Console + "/apps/new/web")
	p.fill("Label", "Deal room")
	p.click("Add app")
	p.see("This cannot be left blank") // the redirect URI; what was typed stays
	p.fill("Sign-in redirect URIs", rp.URL+"/callback")
	p.click("Add app")
	p.see("It is shown this once")
	rp.secret = strings.TrimSpace(p.find("section.note .id code").MustText())
	p.follow("Assign people and groups")
	rp.id = strings.Split(p.url(), "/")[4]
	p.must(p.find("input[name=find]").Input("Sales"))
	p.must(p.Keyboard.Press(input.Enter))
	p.follow("Assign to Sales")
	p.click("Assign")
	p.see("Deal room is assigned to the group Sales")
	p.visit(s.Console + "/apps/" + rp.id + "/credentials")
	if strings.Contains(p.text(), rp.secret) {
		t.Error("the secret is shown again")
	}

	for name, want := range map[string]string{"end-user": "Hello " + s.as(t, "end-user").Login, "report-admin": "Refused: "} {
		person, in := newVisitor(t), s.as(t, name)
		tab := person.open(rp.URL)
		tab.fill("Username", in.Login)
		tab.fill("Password", in.Password)
		tab.click("Sign in")
		tab.see(want)
	}
}
