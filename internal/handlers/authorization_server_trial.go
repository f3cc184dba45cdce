package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
)

// endTrial takes the browser back from a trial, exchanges its code, and shows the tokens
// next to what the preview says of the same request. They are in this answer only.
func (h *console) endTrial(c *gin.Context) (View, error) {
	ctx, s, in := c.Request.Context(), auth.From(c.Request.Context()), c.Request.URL.Query()
	t, err := h.config.SignIn.TakeTrial(ctx, s, in.Get("state"))
	if err != nil {
		return nil, trialError(err)
	}
	back, err := url.Parse(t.Back)
	if err != nil {
		return nil, err
	}
	q := queryOf(back.Query())
	server, app, err := h.triedOf(ctx, strings.TrimSuffix(strings.TrimPrefix(back.Path, serversPath+"/"), "/preview"), t.ClientID)
	if err != nil {
		return nil, err
	}
	v := authserver.Trial{Server: authserver.Link{Name: server.Text("name"), Href: serverPath(server)}, Back: t.Back, App: app.Text("label")}
	var tokens auth.TrialTokens
	refusal := &auth.TrialRefused{Code: in.Get("error"), Description: in.Get("error_description")}
	if refusal.Code == "" {
		tokens, err = h.redeem(ctx, s, t, app, in)
		if err != nil && !errors.As(err, &refusal) {
			return nil, trialError(err)
		}
	}
	if tokens.Access.Raw == "" {
		v.Refused, v.RefusedWhy = refusal.Code, refusal.Description
		return h.trialScreen(ctx, v, server, q, auth.TrialTokens{})
	}
	if who := tokens.Access.Text("uid"); who != "" {
		q.Person = who
	}
	return h.trialScreen(ctx, v, server, q, tokens)
}

func (h *console) triedOf(ctx context.Context, id, client string) (server, app okta.Object, err error) {
	var apps []okta.Object
	err = together(ctx, func(ctx context.Context) (err error) {
		server, err = h.readServer(ctx, id)
		return err
	}, func(ctx context.Context) (err error) {
		apps, err = h.clientApps(ctx)
		return err
	})
	for _, a := range apps {
		if clientID(a) == client {
			app = a
		}
	}
	if err == nil && app.IsZero() {
		err = notFound("App")
	}
	return server, app, err
}

func (h *console) redeem(ctx context.Context, s *auth.Session, t auth.Trial, app okta.Object, in url.Values) (auth.TrialTokens, error) {
	secret, err := h.clientSecret(ctx, app)
	if err != nil {
		return auth.TrialTokens{}, err
	}
	return h.config.SignIn.RedeemTrial(ctx, s, t, auth.TrialAnswer{
		Code: in.Get("code"), Issuer: in.Get("iss"), Secret: secret,
		InForm: app.Text("credentials", "oauthClient", "token_endpoint_auth_method") == "client_secret_post",
	})
}

// trialScreen compares what came with what the preview says for whom the tokens are.
func (h *console) trialScreen(ctx context.Context, v authserver.Trial, server okta.Object, q tokenQuery, tokens auth.TrialTokens) (View, error) {
	book, err := h.readTokenBook(ctx, server)
	if err != nil {
		return nil, err
	}
	apps, err := h.clientApps(ctx)
	if err != nil {
		return nil, err
	}
	party, err := h.readTokenParty(ctx, apps, q.Client, q.Person)
	if err != nil {
		return nil, err
	}
	outcome, err := h.decideTokens(book, party, q)
	if err != nil {
		return nil, err
	}
	previewed := outcome.Refused == nil
	if !previewed {
		v.Preview = outcome.Refused.Code + ": " + outcome.Refused.Description
	} else {
		v.Preview = "The rule " + outcome.Rule + " of " + outcome.Policy + " gives tokens."
	}
	names, err := h.bookNames(ctx, book, apps, party)
	if err != nil {
		return nil, err
	}
	v.Steps = decisionSteps(outcome.decision.Decision, names)
	if !party.person.IsZero() {
		v.Who = personName(party.person)
	}
	if tokens.Access.Raw != "" {
		expected := map[string]json.RawMessage{}
		if previewed {
			expected = maps.Clone(outcome.Access)
			for _, c := range h.alwaysInAccess(book, party, outcome) {
				expected[c.Name] = json.RawMessage(c.Value)
			}
		}
		v.Tokens = append(v.Tokens, triedToken("Access token", tokens.Access, expected))
		if tokens.ID.Raw != "" {
			expected := maps.Clone(outcome.ID)
			if expected == nil {
				expected = map[string]json.RawMessage{}
			}
			for _, c := range h.alwaysInID(book, party, outcome) {
				expected[c.Name] = json.RawMessage(c.Value)
			}
			v.Tokens = append(v.Tokens, triedToken("ID token", tokens.ID, expected))
		}
		v.Facts = append(v.Facts,
			compared("Scopes", strings.Join(outcome.Scopes, " "), tokens.Scope),
			compared("Access token lives", lifeWords(outcome.decision.Lives.Access), lifeWords(time.Duration(tokens.ExpiresIn)*time.Second)))
		if tokens.Refresh {
			v.Refresh = "A refresh token came along. The console could not revoke it: revoke it under Clients and tokens."
			if tokens.Revoked {
				v.Refresh = "A refresh token came along. The console needs none and has revoked it."
			}
		}
	}
	v.Agrees = previewed == (tokens.Access.Raw != "") && !slices.ContainsFunc(v.Facts, func(r authserver.Compared) bool { return !r.Same })
	for _, t := range v.Tokens {
		v.Agrees = v.Agrees && t.Agrees
	}
	return Screen{Around: About{Title: "Tokens of a real flow", Section: serversSection}, Body: authserver.TrialPage(v), Data: itemOf(v, nil)}, nil
}

func compared(name, preview, real string) authserver.Compared {
	return authserver.Compared{Name: name, Preview: preview, Real: real, Same: preview == real}
}

// atIssue are the claims that are made when a token is: no preview has them.
var atIssue = []string{"ver", "jti", "iat", "exp", "auth_time", "nonce", "at_hash", "amr", "idp", "sid", "cnf"}

// triedToken compares the claims of a token with those expected.
func triedToken(title string, t auth.TrialToken, expected map[string]json.RawMessage) authserver.TriedToken {
	out := authserver.TriedToken{Title: title, Raw: t.Raw, KeyID: t.KeyID, Verified: t.Verified, Agrees: t.Verified}
	var claims map[string]json.RawMessage
	if json.Unmarshal(t.Claims, &claims) != nil {
		return out
	}
	names := map[string]bool{}
	for name := range claims {
		names[name] = true
	}
	for name := range expected {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		row := authserver.Compared{Name: name, Preview: compact(expected[name]), Real: compact(claims[name])}
		if row.Same = row.Preview == row.Real; row.Preview == "" && slices.Contains(atIssue, name) {
			row.Same, row.AtIssue = true, true
		}
		out.Agrees = out.Agrees && row.Same
		out.Claims = append(out.Claims, row)
	}
	return out
}

// compact is a JSON value without spaces; "" for none.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if len(raw) == 0 || json.Compact(&b, raw) != nil {
		return ""
	}
	return b.String()
}
