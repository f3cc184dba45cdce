package handlers

import (
	"go/format"
	"os/exec"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

// clientApp is an OpenID Connect app with settings laid over usual ones.
func clientApp(t *testing.T, kind, auth string, more map[string]any) okta.Object {
	t.Helper()
	client := map[string]any{"application_type": kind, "grant_types": []string{codeGrant, refreshGrant}, "redirect_uris": []string{"http://localhost:3000/callback"}}
	for name, v := range more {
		client[name] = v
	}
	app, err := okta.NewObject(map[string]any{
		"id": "0oa1", "name": "oidc_client", "label": "Tickets", "status": "ACTIVE", "signOnMode": "OPENID_CONNECT",
		"credentials": map[string]any{"oauthClient": map[string]any{"client_id": "0oa1", "token_endpoint_auth_method": auth}},
		"settings":    map[string]any{"oauthClient": client},
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

// code is the code of an app by title.
func codeOf(t *testing.T, app okta.Object) map[string]string {
	t.Helper()
	all, err := snippetsOf(app, snippetValuesOf(app, "http://org.example", ""))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, s := range all {
		out[strings.SplitN(s.Title, ":", 2)[0]+" "+strings.Fields(s.Title)[len(strings.Fields(s.Title))-1]] = s.Code
	}
	return out
}

func TestTheCodeOfAnAppFitsItsGrants(t *testing.T) {
	for name, x := range map[string]struct {
		app  okta.Object
		want string
	}{
		"web":           {clientApp(t, "web", "client_secret_basic", nil), "API JSON, Go x/oauth2, Node.js openid-client, Terraform import"},
		"with a key":    {clientApp(t, "web", "private_key_jwt", nil), "API JSON, Node.js openid-client, Terraform import"},
		"with DPoP":     {clientApp(t, "web", "client_secret_post", map[string]any{"dpop_bound_access_tokens": true}), "API JSON, Node.js openid-client, Terraform import"},
		"single-page":   {clientApp(t, "browser", "none", nil), "API JSON, Browser oauth4webapi, Terraform import"},
		"native":        {clientApp(t, "native", "none", map[string]any{"grant_types": []string{codeGrant, deviceGrant}}), "API JSON, Command line code, Go x/oauth2, Node.js openid-client, Terraform import"},
		"own scheme":    {clientApp(t, "native", "none", map[string]any{"redirect_uris": []string{"com.example.app:/cb"}}), "API JSON, Terraform import"},
		"service":       {clientApp(t, "service", "client_secret_post", map[string]any{"grant_types": []string{clientGrant}}), "API JSON, Command line credentials, Terraform import"},
		"service, key":  {clientApp(t, "service", "private_key_jwt", map[string]any{"grant_types": []string{clientGrant}}), "API JSON, Node.js key, Terraform import"},
		"redirects far": {clientApp(t, "web", "none", map[string]any{"redirect_uris": []string{"https://tickets.example/cb"}}), "API JSON, Go x/oauth2, Node.js openid-client, Terraform import"},
	} {
		t.Run(name, func(t *testing.T) {
			code := codeOf(t, x.app)
			titles := map[string]string{}
			for title := range code {
				titles[title] = ""
			}
			if got := strings.Join(sortedKeys(titles), ", "); got != x.want {
				t.Errorf("%s", got)
			}
			if text := code["Go x/oauth2"]; text != "" {
				if out, err := format.Source([]byte(text)); err != nil || string(out) != text {
					t.Errorf("gofmt: %v\n%s", err, text)
				}
			}
		})
	}
}

// A label and an address are values in the code, whatever they hold.
func TestNothingOfAnAppEndsALiteralOfItsCode(t *testing.T) {
	const evil = `http://127.0.0.1:1/'; touch x #"${file("/etc/passwd")}` + "`id`$(id)\\"
	app := clientApp(t, "web", "client_secret_basic", map[string]any{"redirect_uris": []string{evil}, "grant_types": []string{codeGrant, clientGrant, deviceGrant}})
	app = app.WithPath(evil, "credentials", "oauthClient", "client_id").With("label", "\n}\n"+evil)
	for title, code := range codeOf(t, app) {
		if strings.Contains(title, "Command line") {
			sh := exec.CommandContext(t.Context(), "bash", "-n")
			sh.Stdin = strings.NewReader(code)
			if out, err := sh.CombinedOutput(); err != nil {
				t.Errorf("%s: %v %s\n%s", title, err, out, code)
			}
			if !strings.Contains(code, shellText(evil)) {
				t.Errorf("%s does not quote the client id:\n%s", title, code)
			}
		}
	}
	if got := hclText("${a}%{b}\"\n"); got != `"$${a}%%{b}\"\n"` {
		t.Error(got)
	}
}
