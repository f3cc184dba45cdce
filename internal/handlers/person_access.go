package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

const (
	// mostClients bounds the apps whose tokens are read: the org lists tokens for one app
	// at a time only, so each costs a call. They are made at once.
	mostClients = 20
	// mostGrants bounds the grants of one person that are read for a page.
	mostGrants = 1000
)

// accessOf is what a person lets apps do.
type accessOf struct {
	clients, grants []okta.Object
	tokens          [][]okta.Object
	problems        []string
	partial         string
}

// readAccessTab reads the clients of a person with their grants, then the refresh tokens of each.
func readAccessTab(h *console, c *gin.Context, ctx context.Context, id string) (tabDrawer, error) {
	var a accessOf
	err := together(ctx, func(ctx context.Context) (err error) {
		a.clients, err = h.objects(ctx, okta.Call{Op: okta.Find("listUserClients"), Args: userArg(id)})
		return err
	}, func(ctx context.Context) (err error) {
		a.grants, err = h.upTo(ctx, mostGrants, okta.Call{Op: okta.Find("listUserGrants"), Args: userArg(id), Query: url.Values{"limit": {"200"}}})
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(a.grants) == mostGrants {
		a.partial = "More than " + ui.Number(mostGrants) + " grants: only the first are shown."
	}
	if len(a.clients) > mostClients {
		a.clients = a.clients[:mostClients]
		a.partial = "More than " + ui.Number(mostClients) + " apps hold grants: only the first are shown."
	}
	if err := h.readTokens(ctx, id, &a); err != nil {
		return nil, err
	}
	return func(p person) (Screen, error) { return h.accessScreen(c, p, a), nil }, nil
}

// readTokens reads the refresh tokens of each client, all at once. One that cannot be
// read leaves the others.
func (h *console) readTokens(ctx context.Context, id string, a *accessOf) error {
	a.tokens, a.problems = make([][]okta.Object, len(a.clients)), make([]string, len(a.clients))
	var reads []func(context.Context) error
	for i, client := range a.clients {
		reads = append(reads, func(ctx context.Context) error {
			args := map[string]string{"userId": id, "clientId": client.Text("client_id")}
			var err error
			a.tokens[i], err = h.objects(ctx, okta.Call{Op: okta.Find("listRefreshTokensForUserAndClient"), Args: args, Query: url.Values{"limit": {"200"}}})
			if refusal, is := asOrgProblem(err); is {
				a.problems[i] = "Its tokens cannot be read: " + refusal.Title + "."
				return nil
			}
			return err
		})
	}
	return together(ctx, reads...)
}

// upTo reads a list to its end, or to most documents.
func (h *console) upTo(ctx context.Context, most int, call okta.Call) ([]okta.Object, error) {
	var docs []okta.Object
	for d, err := range h.config.Org.All(ctx, call) {
		if err != nil {
			return nil, err
		}
		if docs = append(docs, d); len(docs) == most {
			break
		}
	}
	return docs, nil
}

// accessScreen is the tab Sessions and tokens.
func (h *console) accessScreen(c *gin.Context, p person, a accessOf) Screen {
	ctx := c.Request.Context()
	t := user.Access{
		Person: "/people/" + p.id(), Name: personName(p.doc), LastLogin: p.doc.Text("lastLogin"), Partial: a.partial,
		MayClear:  slices.ContainsFunc(h.offered(ctx, p), func(a personAction) bool { return a.op == "clearUserSessions" }),
		MayRevoke: h.mayOn(ctx, "revokeUserGrants", p.id()),
	}
	for i, d := range a.clients {
		client := user.Client{ID: d.Text("client_id"), Name: d.Text("client_name"), Problem: a.problems[i]}
		if client.Name == "" {
			client.Name = client.ID
		}
		for _, g := range a.grants {
			if g.Text("clientId") == client.ID {
				client.Grants = append(client.Grants, user.Grant{ID: g.Text("id"), Scope: g.Text("scopeId"), Server: h.serverWords(g.Text("issuer")), Created: g.Text("created")})
			}
		}
		slices.SortStableFunc(client.Grants, func(a, b user.Grant) int { return strings.Compare(a.Scope, b.Scope) })
		for _, k := range a.tokens[i] {
			client.Tokens = append(client.Tokens, user.Token{
				ID: k.Text("id"), Scopes: textList(k, "scopes"), Server: h.serverWords(k.Text("issuer")),
				Created: k.Text("created"), Used: k.Text("lastUpdated"), Expires: k.Text("expiresAt"),
			})
		}
		t.Clients = append(t.Clients, client)
	}
	v := h.personScreen(c, p, "sessions", user.AccessTab(t))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(noneNil(a.grants), "")
	}
	return v
}

// serverWords names an authorization server by its issuer.
func (h *console) serverWords(issuer string) string {
	u, err := url.Parse(issuer)
	if err != nil || u.Path == "" || u.Path == "/" {
		return "Org server"
	}
	return "Server " + strings.TrimPrefix(u.Path, "/oauth2/")
}

// textList is a list of texts in a document, on one line.
func textList(d okta.Object, name string) string {
	var list []string
	if json.Unmarshal(d.Get(name), &list) != nil {
		return ""
	}
	return strings.Join(list, " ")
}

// revocation takes something away from the apps of a person.
type revocation struct {
	op   string
	args []string
	// done follows the name of the person or of the app.
	done string
}

var revocations = map[string]revocation{
	"/people/:id/grants/revoke":                        {"revokeUserGrants", nil, "All grants are revoked."},
	"/people/:id/grants/:grant/revoke":                 {"revokeUserGrant", []string{"grant", "grantId"}, "The grant is revoked."},
	"/people/:id/clients/:client/grants/revoke":        {"revokeGrantsForUserAndClient", []string{"client", "clientId"}, "The grants of the app are revoked."},
	"/people/:id/clients/:client/tokens/revoke":        {"revokeTokensForUserAndClient", []string{"client", "clientId"}, "The tokens of the app are revoked."},
	"/people/:id/clients/:client/tokens/:token/revoke": {"revokeTokenForUserAndClient", []string{"client", "clientId", "token", "tokenId"}, "The token is revoked."},
}

// revoke does the revocation of its route and shows what is left.
func (h *console) revoke(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	r := revocations[c.FullPath()]
	p, err := h.readPerson(ctx, c.Param("id"))
	if err != nil {
		return nil, personError(err)
	}
	args := userArg(p.id())
	for i := 0; i < len(r.args); i += 2 {
		args[r.args[i+1]] = c.Param(r.args[i])
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(r.op), Args: args, Before: p.doc, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return h.tabAfter(c, p, "sessions", ui.Message{Kind: "ok", Title: r.done})
}

// tabAfter is a tab after a write that it offers, drawn anew; without script, its address.
func (h *console) tabAfter(c *gin.Context, p person, tab string, done ui.Message) (View, error) {
	if wanted(c.Request) != fragment {
		return redirect("/people/"+p.id()+"/"+tab, p.doc, done), nil
	}
	v, err := h.personTab(c, p, tab)
	v.Around.Messages = []ui.Message{done}
	return v, err
}
