package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

// offerTrial says how the previewed request can be made for real.
func (h *console) offerTrial(ctx context.Context, v *authserver.Preview, b *tokenBook, p tokenParty, q tokenQuery) {
	path := serverPath(b.doc)
	o := &authserver.TrialOffer{State: q.hidden(), App: p.app.Text("label")}
	v.Trial = o
	method := p.app.Text("credentials", "oauthClient", "token_endpoint_auth_method")
	switch {
	case q.ownGrant():
		o.Why = "This grant type needs no browser: run it from a shell. The secret stays in a variable of it."
		o.Command, o.CommandNote = ownCommand(b.doc, q, method), strings.TrimSpace(secretNote(method))
		return
	case q.Grant != "authorization_code":
		o.Why = "Only the authorization code flow can be run from here."
		return
	case p.app.IsZero():
		o.Why = "The app of this client is not among those that you may see."
		return
	}
	o.Command, o.CommandNote = codeCommand(b.doc, q, method, textsAt(p.app, "settings", "oauthClient", "redirect_uris")), "It stops for the sign-in in a browser, at a redirect URI that the app has."+secretNote(method)
	if o.Why = untryable(p.app, method); o.Why != "" {
		return
	}
	o.URI = h.config.SignIn.TrialURI()
	if !slices.Contains(textsAt(p.app, "settings", "oauthClient", "redirect_uris"), o.URI) {
		o.Why = "The org sends the browser back to addresses that the app has, and this page is not among its redirect URIs."
		if h.mayOn(ctx, "updateApplication", p.app.Text("id")) {
			o.Add = path + "/try/allow"
		}
		return
	}
	o.Action = path + "/try"
	o.Says = []string{
		"The browser goes through the org's sign-in as " + o.App + " and comes back with tokens, which are shown once.",
		"They are for whoever is signed in at the org, else for who signs in.",
	}
	if method != "none" {
		o.Says = append(o.Says, "The console reads the client's secret for this on its server; no page shows it.")
	}
	if h.mayOn(ctx, "updateApplication", p.app.Text("id")) {
		o.Remove = path + "/try/forbid"
	}
}

// untryable says why an app cannot be tried from the console; "" where it can.
func untryable(app okta.Object, method string) string {
	switch {
	case method != "none" && method != "client_secret_basic" && method != "client_secret_post":
		return "The client proves itself with a key (" + method + ") that only it has."
	case isTrue(app, "settings", "oauthClient", "dpop_bound_access_tokens"):
		return "The app wants tokens bound to a key of the client (DPoP)."
	case app.Text("status") != "ACTIVE":
		return "The app is inactive."
	}
	return ""
}

// hidden is the state of a preview as fields of a form.
func (q tokenQuery) hidden() []ui.Hidden {
	out := []ui.Hidden{{Name: "client", Value: q.Client}, {Name: "person", Value: q.Person}, {Name: "grant", Value: q.Grant}}
	for _, s := range q.Scopes {
		out = append(out, ui.Hidden{Name: "scope", Value: s})
	}
	return out
}

// trialOf reads what a form of a preview is about: the server and, where it may be seen, the app.
func (h *console) trialOf(c *gin.Context) (server, app okta.Object, q tokenQuery, err error) {
	q = queryOf(c.Request.PostForm)
	var apps []okta.Object
	err = together(c.Request.Context(), func(ctx context.Context) (err error) {
		server, err = h.readServer(ctx, c.Param("id"))
		return err
	}, func(ctx context.Context) (err error) {
		apps, err = h.clientApps(ctx)
		return err
	})
	for _, a := range apps {
		if clientID(a) == q.Client && q.Client != "" {
			app = a
		}
	}
	if err == nil && app.IsZero() {
		err = notFound("App")
	}
	return server, app, q, err
}

// beginTrial sends the browser through the real flow of the previewed client.
func (h *console) beginTrial(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	server, app, q, err := h.trialOf(c)
	if err != nil {
		return nil, err
	}
	if why := untryable(app, app.Text("credentials", "oauthClient", "token_endpoint_auth_method")); why != "" || q.Grant != "authorization_code" {
		return nil, problem{Status: http.StatusConflict, Code: "trial", Title: "This cannot be run from here", Message: why}
	}
	t := auth.Trial{Issuer: server.Text("issuer"), ClientID: q.Client, Scopes: q.Scopes, Login: q.Person, Back: serverPath(server) + "/preview?" + q.encode()}
	if c.PostForm("prompt") == "login" {
		t.Prompt = "login"
	}
	to, err := h.config.SignIn.BeginTrial(ctx, auth.From(ctx), t)
	if err != nil {
		return nil, trialError(err)
	}
	return seeOther(c, to)
}

// trialError puts into words why a trial went no further.
func trialError(err error) error {
	var refusal *auth.TrialRefused
	switch {
	case errors.Is(err, auth.ErrNoTrial):
		return problem{
			Status: http.StatusBadRequest, Code: "trial_over", Title: "There is nothing to show here",
			Message: "Tokens are shown once, to the session that asked for them, within ten minutes. Run it again from the token preview.",
		}
	case errors.As(err, &refusal):
		return problem{Status: http.StatusBadGateway, Code: "trial_refused", Title: "The org gave no tokens: " + refusal.Code, Message: refusal.Description, Err: err}
	case errors.Is(err, auth.ErrMetadata):
		return problem{
			Status: http.StatusBadGateway, Code: "metadata", Title: "The server's answer does not fit its issuer", Err: err,
			Message: "Nothing was exchanged. Look at the issuer on the server's settings and at its metadata.",
		}
	}
	return err
}

// allowTrial adds the console's page to the redirect URIs of an app, forbidTrial takes it out again.
func (h *console) allowTrial(c *gin.Context) (View, error) {
	return h.setTrialURI(c, func(uris []string, own string) []string {
		if slices.Contains(uris, own) {
			return uris
		}
		return append(uris, own)
	}, " takes this console's page as a redirect URI now. Remove it when you are done.")
}

func (h *console) forbidTrial(c *gin.Context) (View, error) {
	return h.setTrialURI(c, func(uris []string, own string) []string {
		return slices.DeleteFunc(uris, func(uri string) bool { return uri == own })
	}, " no longer takes this console's page as a redirect URI.")
}

func (h *console) setTrialURI(c *gin.Context, change func(uris []string, own string) []string, done string) (View, error) {
	ctx := c.Request.Context()
	server, app, q, err := h.trialOf(c)
	if err != nil {
		return nil, err
	}
	if app, err = h.readApp(ctx, app.Text("id")); err != nil {
		return nil, err
	}
	uris := change(textsAt(app, "settings", "oauthClient", "redirect_uris"), h.config.SignIn.TrialURI())
	body := app.Without("_links", "_embedded", "created", "lastUpdated").WithPath(uris, "settings", "oauthClient", "redirect_uris")
	if _, err = h.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateApplication"), Args: appArg(app.Text("id")), Body: body, Before: app, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return redirect(serverPath(server)+"/preview?"+q.encode(), app, ui.Message{Kind: "ok", Title: app.Text("label") + done}), nil
}

// clientSecret reads a secret of a client for one exchange, as the admin may; "" for a public client.
func (h *console) clientSecret(ctx context.Context, app okta.Object) (string, error) {
	if app.Text("credentials", "oauthClient", "token_endpoint_auth_method") == "none" {
		return "", nil
	}
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listClientSecretsForApplication"), Args: appArg(app.Text("id"))})
	if err != nil {
		return "", err
	}
	for _, d := range docs {
		if d.Text("status") == "ACTIVE" && d.Text("client_secret") != "" {
			return d.Text("client_secret"), nil
		}
	}
	return "", problem{Status: http.StatusConflict, Code: "secret", Title: "The client has no secret to use", Message: "Add one on the app's page, under Credentials."}
}

// quoted is a text as one word of a shell.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// secretNote says which variable a command reads; "" for a public client.
func secretNote(method string) string {
	switch method {
	case "none":
		return ""
	case "private_key_jwt", "client_secret_jwt":
		return " CLIENT_ASSERTION is a JWT that the client has signed."
	}
	return " Set CLIENT_SECRET first, as with: read -rs CLIENT_SECRET"
}

// commandAuth proves the client in a command, with a variable of the shell.
func commandAuth(client, method string) string {
	switch method {
	case "none":
		return "  -d client_id=" + quoted(client)
	case "private_key_jwt", "client_secret_jwt":
		return "  -d client_id=" + quoted(client) + " \\\n  -d client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \\\n  --data-urlencode \"client_assertion=$CLIENT_ASSERTION\""
	case "client_secret_post":
		return "  -d client_id=" + quoted(client) + " \\\n  --data-urlencode \"client_secret=$CLIENT_SECRET\""
	}
	return "  -u " + quoted(url.QueryEscape(client)) + ":\"$CLIENT_SECRET\""
}

// ownCommand asks for a token of the client itself.
func ownCommand(server okta.Object, q tokenQuery, method string) string {
	lines := []string{"curl -s " + quoted(server.Text("issuer")+"/v1/token"), commandAuth(q.Client, method), "  -d grant_type=client_credentials"}
	if len(q.Scopes) > 0 {
		lines = append(lines, "  --data-urlencode "+quoted("scope="+strings.Join(q.Scopes, " ")))
	}
	return strings.Join(lines, " \\\n")
}

// codeCommand runs the authorization code flow with PKCE by hand.
func codeCommand(server okta.Object, q tokenQuery, method string, uris []string) string {
	if len(uris) == 0 {
		return ""
	}
	ask := url.Values{"client_id": {q.Client}, "response_type": {"code"}, "redirect_uri": {uris[0]}, "code_challenge_method": {"S256"}}
	if len(q.Scopes) > 0 {
		ask.Set("scope", strings.Join(q.Scopes, " "))
	}
	if q.Person != "" {
		ask.Set("login_hint", q.Person)
	}
	return strings.Join([]string{
		"verifier=$(openssl rand -hex 32)",
		"challenge=$(printf %s \"$verifier\" | openssl dgst -sha256 -binary | basenc --base64url | tr -d =)",
		"echo " + quoted(server.Text("issuer")+"/v1/authorize?"+ask.Encode()) + "\"&state=$(openssl rand -hex 8)&code_challenge=$challenge\"",
		"read -r -p 'Open it, sign in, and paste the code: ' code",
		"curl -s " + quoted(server.Text("issuer")+"/v1/token") + " \\",
		commandAuth(q.Client, method) + " \\",
		"  -d grant_type=authorization_code -d code_verifier=\"$verifier\" \\",
		"  --data-urlencode \"code=$code\" --data-urlencode " + quoted("redirect_uri="+uris[0]),
	}, "\n")
}
