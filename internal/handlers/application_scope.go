package handlers

import (
	"context"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const scopesTab = "scopes"

// hasClient tells whether an app is an OAuth client.
func hasClient(app okta.Object) bool {
	return app.Text("credentials", "oauthClient", "client_id") != ""
}

// appScopes is the tab of the scopes of the management API that the app's client holds.
func (h *console) appScopes(c *gin.Context, app okta.Object) (View, error) {
	ctx, id := c.Request.Context(), app.Text("id")
	docs, err := h.objects(ctx, okta.Call{Op: okta.Find("listScopeConsentGrants"), Args: appArg(id)})
	if err != nil {
		return nil, err
	}
	t := application.Scopes{App: appPath(app), Name: app.Text("label"), MayRevoke: h.mayOn(ctx, "revokeScopeConsentGrant", id)}
	names, err := h.grantedBy(ctx, docs)
	if err != nil {
		return nil, err
	}
	var held []string
	for _, d := range docs {
		g := application.Granted{ID: d.Text("id"), Scope: d.Text("scopeId"), Created: d.Text("created"), Says: scopeAllows(d.Text("scopeId"))}
		if by := d.Text("createdBy", "id"); by != "" {
			g.By = application.Link{Label: by}
			if who := names[by]; !who.IsZero() {
				g.By = application.Link{Label: personName(who), Href: "/people/" + by}
			}
		}
		held = append(held, g.Scope)
		t.Granted = append(t.Granted, g)
	}
	slices.SortFunc(t.Granted, func(a, b application.Granted) int { return strings.Compare(a.Scope, b.Scope) })
	if h.mayOn(ctx, "grantConsentToScope", id) {
		for _, scope := range apiScopes() {
			if !slices.Contains(held, scope) {
				t.Choices = append(t.Choices, ui.Option{Value: scope, Label: scope})
			}
		}
		t.MayGrant = len(t.Choices) > 0
	}
	s := h.appScreen(c, app, scopesTab, application.ScopesTab(t))
	s.Data = listOf(noneNil(docs), "")
	return s, nil
}

// grantedBy are the people who granted, by id, as far as the reader may see people.
func (h *console) grantedBy(ctx context.Context, grants []okta.Object) (map[string]okta.Object, error) {
	var ids []string
	for _, d := range grants {
		if by := d.Text("createdBy", "id"); userID.MatchString(by) && !slices.Contains(ids, by) {
			ids = append(ids, by)
		}
	}
	if len(ids) == 0 || !h.may(ctx, "listUsers") {
		return nil, nil
	}
	return h.byID(ctx, "listUsers", ids)
}

// apiScopes are the scopes that some operation needs, by name.
func apiScopes() []string {
	var out []string
	for _, op := range okta.Operations() {
		if op.Scope != "" && !slices.Contains(out, op.Scope) {
			out = append(out, op.Scope)
		}
	}
	slices.Sort(out)
	return out
}

// scopeAllows says what a scope allows: "okta.users.read" reads users.
func scopeAllows(scope string) string {
	parts := strings.Split(scope, ".")
	if len(parts) != 3 {
		return "–"
	}
	area := strings.ToLower(strings.Join(splitCamel(parts[1]), " "))
	switch parts[2] {
	case "read":
		return "Read " + area
	case "manage":
		return "Read and change " + area
	case "self":
		return "The own " + area
	}
	return upper(parts[2]) + " " + area
}

// splitCamel splits "authorizationServers" into its words.
func splitCamel(s string) (words []string) {
	start := 0
	for i, r := range s {
		if i > 0 && r >= 'A' && r <= 'Z' {
			words, start = append(words, s[start:i]), i
		}
	}
	return append(words, s[start:])
}

// grantAppScope and revokeAppScope change what the app's client may do.
func (h *console) grantAppScope(c *gin.Context) (View, error) {
	scope := c.PostForm("scope")
	return h.changeAppScope(c, "grantConsentToScope", nil, okta.Object{}.With("scopeId", scope).With("issuer", strings.TrimSuffix(h.org.String(), "/")), "Granted: "+scope+". It is in tokens from the next one on.")
}

func (h *console) revokeAppScope(c *gin.Context) (View, error) {
	return h.changeAppScope(c, "revokeScopeConsentGrant", map[string]string{"grantId": c.Param("grant")}, okta.Object{}, "Taken back.")
}

func (h *console) changeAppScope(c *gin.Context, op string, args map[string]string, body okta.Object, done string) (View, error) {
	app, err := h.changeOfApp(c, op, args, body)
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, scopesTab, nil, ui.Message{Kind: "ok", Title: done})
}

// changeOfApp makes a call about the app of the address, and returns the app as it was read before.
func (h *console) changeOfApp(c *gin.Context, op string, args map[string]string, body okta.Object) (okta.Object, error) {
	app, err := h.readApp(c.Request.Context(), c.Param("id"))
	if err != nil {
		return app, err
	}
	all := appArg(app.Text("id"))
	for name, value := range args {
		all[name] = value
	}
	_, err = h.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find(op), Args: all, Body: body, Before: app, Reason: reason(c)})
	return app, err
}
