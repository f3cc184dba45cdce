package handlers

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

const (
	tokensTab = "tokens"
	// tokenPage is how many refresh tokens a page of the tab holds.
	tokenPage = "50"
)

// appTokens is the tab of the refresh tokens that the app's client holds.
func (h *console) appTokens(c *gin.Context, app okta.Object) (View, error) {
	ctx, at := c.Request.Context(), *c.Request.URL
	if c.Request.Method != http.MethodGet {
		at = url.URL{Path: appTabPath(app, tokensTab)} // a write comes back to the first page
	}
	t := application.Tokens{App: appPath(app), Name: app.Text("label"), MayRevoke: h.mayOn(ctx, "revokeOAuth2TokensForApplication", app.Text("id"))}
	docs, next, err := h.further(ctx, okta.Call{Op: okta.Find("listOAuth2TokensForApplication"), Args: appArg(app.Text("id")), Query: url.Values{"limit": {tokenPage}}}, &at)
	if err != nil {
		return nil, err
	}
	t.Next = next
	for _, d := range docs {
		id := d.Text("userId")
		k := application.Token{
			ID: d.Text("id"), Scopes: textList(d, "scopes"), Server: h.serverWords(d.Text("issuer")), Created: d.Text("created"), Used: d.Text("lastUpdated"), Expires: d.Text("expiresAt"),
			Person: application.Link{Label: d.Text("_links", "user", "title"), Href: "/people/" + id},
		}
		if k.Person.Label == "" {
			k.Person.Label = id
		}
		t.Rows = append(t.Rows, k)
	}
	return tabList{
		rows: application.TokenRows(t), further: c.Request.Method == http.MethodGet && c.Query("after") != "", data: listOf(noneNil(docs), next),
	}.in(c, h.appScreen(c, app, tokensTab, application.TokensTab(t))), nil
}

// revokeAppTokens ends every token of the app's client, revokeAppToken one.
func (h *console) revokeAppTokens(c *gin.Context) (View, error) {
	app, err := h.changeOfApp(c, "revokeOAuth2TokensForApplication", nil, okta.Object{})
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, tokensTab, nil, ui.Message{Kind: "ok", Title: "All tokens of " + app.Text("label") + " are revoked."})
}

func (h *console) revokeAppToken(c *gin.Context) (View, error) {
	app, err := h.changeOfApp(c, "revokeOAuth2TokenForApplication", map[string]string{"tokenId": c.Param("token")}, okta.Object{})
	if err != nil {
		return nil, err
	}
	return h.appAfter(c, app, tokensTab, nil, ui.Message{Kind: "ok", Title: "The token is revoked."})
}
