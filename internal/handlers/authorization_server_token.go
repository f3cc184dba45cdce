package handlers

import (
	"context"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/authserver"
	"gatehouse/web/templates/ui"
)

func clientArgs(c *gin.Context) map[string]string {
	args := serverArg(c.Param("id"))
	args["clientId"] = c.Param("client")
	return args
}

// getServerClient is the refresh tokens of one client at a server.
func (h *console) getServerClient(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	var server okta.Object
	var clients, tokens []okta.Object
	var next string
	err := together(ctx, func(ctx context.Context) (err error) {
		server, err = h.readServer(ctx, c.Param("id"))
		return err
	}, func(ctx context.Context) (err error) {
		clients, err = h.objects(ctx, okta.Call{Op: okta.Find("listOAuth2ClientsForAuthorizationServer"), Args: serverArg(c.Param("id"))})
		return err
	}, func(ctx context.Context) (err error) {
		tokens, next, err = h.further(ctx, okta.Call{Op: okta.Find("listRefreshTokensForAuthorizationServerAndClient"), Args: clientArgs(c), Query: url.Values{}}, c.Request.URL)
		return err
	})
	if err != nil {
		return nil, err
	}
	t := authserver.Tokens{
		Client: clientOf(server, c.Param("client"), ""), Server: server.Text("name"), Path: serverPath(server), Next: next,
		MayRevoke: h.may(ctx, "revokeRefreshTokenForAuthorizationServerAndClient"),
	}
	for _, d := range clients {
		if d.Text("client_id") == t.Client.ID {
			t.Client = clientOf(server, t.Client.ID, d.Text("client_name"))
		}
	}
	people, err := h.peopleOf(ctx, tokens)
	if err != nil {
		return nil, err
	}
	for _, d := range tokens {
		id := d.Text("userId")
		row := authserver.Token{
			ID: d.Text("id"), Scopes: strings.Join(textsAt(d, "scopes"), " "), Created: d.Text("created"), Used: d.Text("lastUpdated"), Expires: d.Text("expiresAt"),
			Person: authserver.Link{Name: id, Href: "/people/" + url.PathEscape(id)},
		}
		if p := people[id]; !p.IsZero() {
			row.Person.Name = personName(p)
		}
		t.Rows = append(t.Rows, row)
	}
	v := Screen{
		Around: About{Title: t.Client.Name, Section: serversSection}, Body: authserver.TokensPage(t), Data: listOf(noneNil(tokens), next),
	}
	if c.Query("after") != "" {
		v.Part = authserver.TokenRows(t)
	}
	return v, nil
}

// peopleOf are the people of tokens by id, where the reader may see them.
func (h *console) peopleOf(ctx context.Context, tokens []okta.Object) (map[string]okta.Object, error) {
	var ids []string
	for _, d := range tokens {
		ids = append(ids, d.Text("userId"))
	}
	if ids = idsIn(ids, userID.MatchString); len(ids) == 0 || !h.may(ctx, "listUsers") {
		return nil, nil
	}
	return h.byID(ctx, "listUsers", ids)
}

// revokeServerTokens ends one refresh token of a client, or all of them.
func (h *console) revokeServerTokens(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	server, err := h.readServer(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	op, args, said := "revokeRefreshTokensForAuthorizationServerAndClient", clientArgs(c), "All refresh tokens of this client are revoked."
	if token := c.Param("token"); token != "" {
		op, said = "revokeRefreshTokenForAuthorizationServerAndClient", "The refresh token is revoked."
		args["tokenId"] = token
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: args, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return redirect(clientOf(server, c.Param("client"), "").Href, server, ui.Message{Kind: "ok", Title: said}), nil
}
