package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestGrantsAndTokensByApp(t *testing.T) {
	o := &tabOrg{answers: map[string]string{
		"GET /clients":            `[{"client_id":"web","client_name":"The <b>web"},{"client_id":"spa","client_name":""}]`,
		"GET /grants":             `[{"id":"oag1","clientId":"web","scopeId":"openid","issuer":"http://org.example","created":"2026-03-01T00:00:00.000Z"},{"id":"oag2","clientId":"spa","scopeId":"api","issuer":"http://org.example/oauth2/default"}]`,
		"GET /clients/web/tokens": `[{"id":"oar1","scopes":["openid","offline_access"],"issuer":"http://org.example","expiresAt":"2026-05-01T00:00:00.000Z"}]`,
		"GET /clients/spa/tokens": `refuse 403 {"errorCode":"E0000006","errorSummary":"no"}`,
	}}
	w := o.fixture(t).ask(t, request(http.MethodGet, anaPath+"/sessions"))
	has(t, w, "never signed in", "The &lt;b&gt;web", "Org server", "Server default", "openid offline_access", anaPath+"/clients/web/tokens/oar1/revoke", anaPath+"/grants/oag2/revoke", "Its tokens cannot be read")
}

// The org tells the tokens of one app at a time: a page asks for those of 20 at most.
func TestTokensAreReadForTwentyAppsAtMost(t *testing.T) {
	var clients []string
	for i := range 30 {
		clients = append(clients, fmt.Sprintf(`{"client_id":"c%d","client_name":"C%d"}`, i, i))
	}
	o := &tabOrg{answers: map[string]string{"GET /clients": "[" + strings.Join(clients, ",") + "]"}}
	w := o.fixture(t).ask(t, request(http.MethodGet, anaPath+"/sessions"))
	has(t, w, "More than 20 apps hold grants")
	if calls := o.asked(); len(calls) != 22 {
		t.Errorf("%d calls: %v", len(calls), calls)
	}
}

func TestWhatIsRevoked(t *testing.T) {
	for path, call := range map[string]string{
		"/grants/revoke": "DELETE /grants", "/grants/oag1/revoke": "DELETE /grants/oag1", "/clients/web/grants/revoke": "DELETE /clients/web/grants",
		"/clients/web/tokens/revoke": "DELETE /clients/web/tokens", "/clients/web/tokens/oar1/revoke": "DELETE /clients/web/tokens/oar1",
	} {
		o := &tabOrg{answers: map[string]string{call: ""}}
		w := o.fixture(t).ask(t, formRequest(anaPath+path, postForm("reason=HR-1")))
		if calls := o.asked(); w.Code != http.StatusSeeOther || w.Header().Get("Location") != anaPath+"/sessions" || len(calls) != 1 || calls[0] != call {
			t.Errorf("%s: %d %v", path, w.Code, calls)
		}
	}
	o := &tabOrg{answers: map[string]string{"DELETE /sessions": ""}}
	f := o.fixture(t)
	for sent, want := range map[string]string{"": "oauthTokens=false", "oauthTokens=true": "oauthTokens=true"} {
		a, _ := findPersonAction("clear-sessions")
		call := a.call(person{}, sent != "", "")
		if call.Query.Encode() != want {
			t.Errorf("clear sessions with %q: %s", sent, call.Query.Encode())
		}
	}
	if w := f.ask(t, formRequest(anaPath+"/clear-sessions", postForm("oauthTokens=true"))); w.Code != http.StatusSeeOther {
		t.Errorf("cleared: %d", w.Code)
	}
}
