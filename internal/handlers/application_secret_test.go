package handlers

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/user"
)

const (
	clientAppID  = "0oa1shop00000000001a"
	clientSecret = "EGsecretOfTheShop0123456789"
)

// secretOrg is an org with a client, whose answers to writes hold the client's secret, as
// those of an org do; its reads never do.
func secretOrg(auth string) http.HandlerFunc {
	doc := strings.Replace(strings.Replace(shopApp, "%s", "", 1), "client_secret_basic", auth, 1)
	return func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/api/v1/apps")
		switch {
		case r.Method == http.MethodGet && path == "/"+clientAppID:
			answerJSON(w, doc)
		case r.Method == http.MethodGet && strings.HasPrefix(path, "/"+clientAppID+"/credentials/keys/"):
			answerJSON(w, `{"kid":"k2"}`)
		case r.Method == http.MethodGet:
			answerJSON(w, "[]")
		default:
			b, _ := io.ReadAll(r.Body)
			app, _ := okta.Parse(b)
			if app.Text("id") == "" {
				app = app.With("id", clientAppID)
			}
			answerJSON(w, string(app.WithPath(clientSecret, "credentials", "oauthClient", "client_secret").Bytes()))
		}
	}
}

// The answer to every write of a client holds its secret. It is shown where it was made, once,
// and nowhere else: no page, part, document, header or log has it (security 45).
func TestASecretIsShownWhereItWasMadeAndNowhereElse(t *testing.T) {
	var panel bytes.Buffer
	if err := user.Once(*secretOnce(clientSecret)).Render(t.Context(), &panel); err != nil {
		t.Fatal(err)
	}
	shapes := []struct {
		name    string
		headers []string
		// once is how often an answer that shows the secret has it.
		once int
	}{
		{"page", nil, strings.Count(panel.String(), clientSecret)},
		{"part", []string{"HX-Request: true", "HX-Request-Type: partial"}, strings.Count(panel.String(), clientSecret)},
		{"document", []string{"Accept: application/json", "Gatehouse-Request: 1"}, 1},
	}
	for _, c := range []struct {
		name, auth, path string
		form             url.Values
		made             bool
	}{
		{"a save of the tab General", "client_secret_basic", "/apps/" + clientAppID, url.Values{"base": {`{"label":"Shop app"}`}, "label": {"Shop"}}, false},
		{"a save of the tab Credentials", "client_secret_basic", "/apps/" + clientAppID + "/credentials", authChange("client_secret_basic", "client_secret_post"), false},
		{"another signing key", "client_secret_basic", "/apps/" + clientAppID + "/keys/k2/use", url.Values{}, false},
		{"a client that gets its first secret", "none", "/apps/" + clientAppID + "/credentials", authChange("none", "client_secret_basic"), true},
		{"a new client", "", "/apps/new/web", url.Values{"label": {"Shop"}, "settings.oauthClient.redirect_uris": {"https://shop.example/cb"}}, true},
	} {
		for _, shape := range shapes {
			t.Run(c.name+" "+shape.name, func(t *testing.T) {
				f := newFixture(t, secretOrg(c.auth))
				f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.apps.read", "okta.apps.manage")
				c.form.Set("form_token", "the-form-token")
				w := f.ask(t, formRequest(c.path, c.form, shape.headers...))
				if w.Code != http.StatusOK && w.Code != http.StatusSeeOther {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
				want := 0
				if c.made {
					want = shape.once
				}
				if n := strings.Count(w.Body.String(), clientSecret); n != want {
					t.Errorf("the answer has the secret %d times, want %d:\n%s", n, want, w.Body)
				}
				if c.made && shape.name == "document" {
					has(t, w, `"once":{"label":"Client secret","value":"`+clientSecret)
				}
				for name, values := range w.Header() {
					if strings.Contains(strings.Join(values, " "), clientSecret) {
						t.Errorf("the header %s has the secret", name)
					}
				}
				if strings.Contains(f.log.String(), clientSecret) {
					t.Errorf("the log has the secret: %s", f.log)
				}
			})
		}
	}
}

// authChange is the form that changes how a client proves itself.
func authChange(from, to string) url.Values {
	const path = "credentials.oauthClient.token_endpoint_auth_method"
	return url.Values{"base": {`{"` + path + `":"` + from + `"}`}, path: {to}}
}
