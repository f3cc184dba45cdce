package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/auth"
)

func TestClaimWhileItIsWritten(t *testing.T) {
	f := (&serverOrg{}).fixture(t)
	for name, c := range map[string]struct {
		kind, value, person, app string
		want                     []string
	}{
		"nothing yet":      {"EXPRESSION", " ", "", "", []string{"Write a value"}},
		"a fault":          {"EXPRESSION", `user.city + `, "ana", "", []string{"Character 1", "Mend:"}},
		"for somebody":     {"EXPRESSION", `String.toUpperCase(user.city)`, "ana", "", []string{"It can be read", "has the claim", "user.city is"}},
		"of the app":       {"EXPRESSION", `appuser.userName`, "ana", "shop", []string{"ana@shop"}},
		"without the app":  {"EXPRESSION", `appuser.userName`, "ana", "", []string{"does not have the claim", "choose one"}},
		"a pattern":        {"GROUPS", `(`, "", "", []string{"The pattern cannot be read"}},
		"no such function": {"EXPRESSION", `String.shout(user.city)`, "", "", []string{"Character"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := f.ask(t, formRequest(ordersPath+"/claims/check", url.Values{
				"form_token": {"the-form-token"}, "valueType": {c.kind}, "value": {c.value}, "filter": {"REGEX"}, "person": {c.person}, "app": {c.app},
			}, "HX-Request: true", "HX-Request-Type: partial"))
			has(t, w, c.want...)
		})
	}
}

// The preview says what is given and by which rule, and why each earlier one did not.
func TestTokenPreview(t *testing.T) {
	for name, c := range map[string]struct {
		query      string
		unassigned bool
		want       []string
	}{
		"given by the second policy": {"client=shop&person=ana&grant=authorization_code&scope=openid&scope=orders:read", false, []string{
			"Tokens are given by the rule All read of Rest", "Policy Shop", "In one of these people or groups", "1 hour", "For the scope orders:read", "It is not active", "api://orders",
		}},
		"a scope that no rule allows": {"client=shop&person=ana&scope=orders:write", false, []string{"Refused: invalid_scope", "This is settled before any policy is looked at."}},
		"without the app":             {"client=shop&person=ana&scope=openid", true, []string{"Refused: access_denied", "User is not assigned"}},
		"the client itself":           {"client=shop&grant=client_credentials&scope=orders:read", false, []string{"Tokens are given by the rule All read of Rest", "curl -s", "$CLIENT_SECRET", "grant_type=client_credentials"}},
		"nobody":                      {"client=shop&scope=openid", false, []string{"Choose a person"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := &serverOrg{unassigned: c.unassigned}
			w := o.fixture(t).ask(t, request(http.MethodGet, ordersPath+"/preview?"+c.query))
			if w.Code != http.StatusOK {
				t.Fatalf("answer %d:\n%s", w.Code, w.Body)
			}
			for _, want := range c.want {
				if want == "In one of these people or groups" {
					want = "One of these people or groups: Sales"
				}
				has(t, w, want)
			}
			if contains(w, "the-client-secret") {
				t.Error("the secret of the client is on the page")
			}
		})
	}
}

// The console's own page becomes a redirect URI of the app by a button, and goes again by one.
func TestTrialAllowedAndForbidden(t *testing.T) {
	fields := url.Values{"form_token": {"the-form-token"}, "client": {"shop"}, "person": {"ana"}, "grant": {"authorization_code"}, "scope": {"openid"}}
	o := &serverOrg{}
	f := o.fixture(t)
	has(t, f.ask(t, request(http.MethodGet, ordersPath+"/preview?client=shop&person=ana&scope=openid")), "Allow this page in Shop app")
	if w := f.ask(t, formRequest(ordersPath+"/try/allow", fields)); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "/preview?client=shop") {
		t.Fatalf("answer %d to %s", w.Code, w.Header().Get("Location"))
	}
	if got := textsAt(o.sent(t), "settings", "oauthClient", "redirect_uris"); strings.Join(got, " ") != "https://shop.example/cb http://console.example/try" {
		t.Errorf("redirect URIs %v", got)
	}
	o = &serverOrg{tried: true}
	if w := o.fixture(t).ask(t, formRequest(ordersPath+"/try/forbid", fields)); w.Code != http.StatusSeeOther {
		t.Fatalf("answer %d", w.Code)
	}
	if got := textsAt(o.sent(t), "settings", "oauthClient", "redirect_uris"); strings.Join(got, " ") != "https://shop.example/cb" {
		t.Errorf("redirect URIs %v", got)
	}
}

// A trial goes to the org and comes back once; the secret goes to the exchange and nowhere else.
func TestTrialFromBeginningToEnd(t *testing.T) {
	o := &serverOrg{tried: true}
	f := o.fixture(t)
	w := f.ask(t, formRequest(ordersPath+"/try", url.Values{"form_token": {"the-form-token"}, "client": {"shop"}, "person": {"ana"}, "grant": {"authorization_code"}, "scope": {"openid", "orders:read"}, "prompt": {"login"}}))
	if w.Code != http.StatusSeeOther || f.desk.trial == nil || f.desk.trial.Prompt != "login" || f.desk.trial.ClientID != "shop" || strings.Join(f.desk.trial.Scopes, " ") != "openid orders:read" {
		t.Fatalf("answer %d, trial %+v", w.Code, f.desk.trial)
	}
	claims := `{"iss":"http://org.example/oauth2/` + ordersID + `","aud":"api://orders","cid":"shop","uid":"` + anaID + `","scp":["openid","orders:read"],"city":"%s","iat":1,"exp":3601}`
	token := func(city string) auth.TrialTokens {
		return auth.TrialTokens{Access: auth.TrialToken{Raw: "a.b.c", KeyID: "k1", Verified: true, Claims: json.RawMessage(fmt.Sprintf(claims, city))}, Scope: "openid orders:read", ExpiresIn: 3600, Refresh: true, Revoked: true}
	}
	begun := *f.desk.trial
	f.desk.tokens = token("Lisbon")
	w = f.ask(t, request(http.MethodGet, "/try?state=trial&code=the-code&iss=i"))
	if w.Code != http.StatusOK {
		t.Fatalf("answer %d:\n%s", w.Code, w.Body)
	}
	has(t, w, "The tokens are what the preview says", "Signature verified", "has revoked it")
	header(t, w, "Referrer-Policy", "no-referrer")
	header(t, w, "Cache-Control", "no-store")
	if in := f.desk.redeemed; in.Code != "the-code" || in.Secret != "the-client-secret" || in.InForm {
		t.Errorf("redeemed with %+v", in)
	}
	if contains(w, "the-client-secret") || strings.Contains(f.log.String(), "the-client-secret") || strings.Contains(f.log.String(), "the-code") {
		t.Error("a secret or a code is on the page or in the log")
	}
	if w := f.ask(t, request(http.MethodGet, "/try?state=trial&code=the-code&iss=i")); w.Code != http.StatusBadRequest {
		t.Errorf("shown again: %d", w.Code)
	}
	f.desk.trial, f.desk.tokens = &begun, token("Porto")
	has(t, f.ask(t, request(http.MethodGet, "/try?state=trial&code=other&iss=i")), "The tokens differ from the preview", "Porto")
	f.desk.trial = &begun
	has(t, f.ask(t, request(http.MethodGet, "/try?state=trial&error=access_denied&error_description=No%20%3Cb%3E")), "The org gave no tokens: access_denied", "No &lt;b&gt;")
}
