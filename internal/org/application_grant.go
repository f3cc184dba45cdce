package org

import (
	"crypto/sha256"
	"net/http"
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// appGrant is an okta.* scope that an admin granted to an application's client.
type appGrant struct {
	scope, by string
	created   int64
}

// appGrants lists the scopes of an application's client by name.
func (s store) appGrants(app string) ([]appGrant, error) {
	rows, err := s.q.Query(s.ctx, `SELECT scope, granted_by, created FROM app_scope WHERE app = $1 ORDER BY scope`, app)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []appGrant
	for rows.Next() {
		var g appGrant
		if err := rows.Scan(&g.scope, &g.by, &g.created); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, rows.Err()
}

// grantID is the id of a grant: made from what it grants, so that it needs no row.
func (o *Org) grantID(app, scope string) string {
	h := sha256.Sum256([]byte("app grant " + app + " " + scope))
	return "oag" + spell(h[:], 17-len(o.ids.cell)) + o.ids.cell
}

// renderGrant is a grant as the API answers it (API reference).
func (o *Org) renderGrant(app okta.Object, g appGrant, expand bool) (okta.Object, error) {
	type actor struct {
		ID   string `json:"id"`
		Type string `json:"type"`
	}
	id, client := o.grantID(app.Text("id"), g.scope), app.Text("credentials", "oauthClient", "client_id")
	created := stamp(fromMillis(g.created))
	doc, err := encodeDocument(struct {
		ID          string         `json:"id"`
		Status      string         `json:"status"`
		Created     string         `json:"created"`
		CreatedBy   actor          `json:"createdBy"`
		LastUpdated string         `json:"lastUpdated"`
		Issuer      string         `json:"issuer"`
		ClientID    string         `json:"clientId"`
		ScopeID     string         `json:"scopeId"`
		Source      string         `json:"source"`
		Links       map[string]any `json:"_links"`
	}{
		id, "ACTIVE", created,
		actor{g.by, "User"},
		created, o.Issuer(OrgServer), client, g.scope, "ADMIN",
		map[string]any{
			"app":    mediaLink{Href: o.appURL(app.Text("id")), Title: app.Text("label")},
			"self":   sessionLink(o.appURL(app.Text("id"))+"/grants/"+id, "GET", "DELETE"),
			"client": mediaLink{Href: o.baseURL + "/oauth2/v1/clients/" + client, Title: app.Text("label")},
		},
	})
	if err != nil || !expand {
		return doc, err
	}
	return doc.With("_embedded", map[string]map[string]string{"scope": {"id": g.scope}}), nil
}

// clientApp reads the application of a request that is about its client.
func (s store) clientApp(r *Request) (okta.Object, error) {
	app, err := s.get(apps, r.Args["appId"])
	if err == nil && !isClient(app) {
		err = notFound(printable(r.Args["appId"]), "OAuth2AppInstance")
	}
	return app, err
}

func listScopeConsentGrants(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.clientApp(r)
	if err != nil {
		return Reply{}, err
	}
	grants, err := s.appGrants(app.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	docs := make([]okta.Object, len(grants))
	for i, g := range grants {
		if docs[i], err = o.renderGrant(app, g, expands(r, "scope")); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

// namedGrant finds the grant that a request names.
func (o *Org) namedGrant(s store, r *Request, app string) (appGrant, error) {
	grants, err := s.appGrants(app)
	if err != nil {
		return appGrant{}, err
	}
	i := slices.IndexFunc(grants, func(g appGrant) bool { return o.grantID(app, g.scope) == r.Args["grantId"] })
	if i < 0 {
		return appGrant{}, notFound(printable(r.Args["grantId"]), nounOf("grantId"))
	}
	return grants[i], nil
}

func getScopeConsentGrant(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.clientApp(r)
	if err != nil {
		return Reply{}, err
	}
	g, err := o.namedGrant(s, r, app.Text("id"))
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderGrant(app, g, expands(r, "scope"))
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// knownScope tells whether some operation asks for a scope, to read or to manage.
func knownScope(scope string) bool {
	area := strings.TrimSuffix(strings.TrimSuffix(scope, ".read"), ".manage")
	return area != scope && slices.ContainsFunc(okta.Operations(), func(op okta.Operation) bool {
		return op.Scope == area+".read" || op.Scope == area+".manage"
	})
}

// grantConsentToScope lets a client ask for a scope of the org server. One that it has
// already stays as it is [assumed].
func grantConsentToScope(o *Org, r *Request) (Reply, error) {
	var in struct {
		Issuer string `json:"issuer"`
		Scope  string `json:"scopeId"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if !knownScope(in.Scope) {
		return Reply{}, invalid("scopeId", "scopeId: '"+printable(in.Scope)+"' is no scope of the management API")
	}
	if in.Issuer != "" && in.Issuer != o.Issuer(OrgServer) {
		return Reply{}, invalid("issuer", "issuer: The value must be "+o.Issuer(OrgServer))
	}
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.clientApp(r)
		if err != nil {
			return err
		}
		if err := tx.grantScope(app.Text("id"), in.Scope, r.Actor.UserID); err != nil {
			return err
		}
		e := appEvent(app, "app.oauth2.admin.consent.grant", "Administrator consent granted for scope")
		e.Debug = map[string]string{"scope": in.Scope}
		tx.log(e)
		grants, err := tx.appGrants(app.Text("id"))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(grants, func(g appGrant) bool { return g.scope == in.Scope })
		doc, err = o.renderGrant(app, grants[i], expands(r, "scope"))
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return created(doc)
}

func (tx *Tx) grantScope(app, scope, by string) error {
	tx.changed = true
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO app_scope (app, scope, granted_by, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		app, scope, by, tx.now.UnixMilli())
	return err
}

func revokeScopeConsentGrant(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.clientApp(r)
		if err != nil {
			return err
		}
		g, err := o.namedGrant(tx.store, r, app.Text("id"))
		if err != nil {
			return err
		}
		tx.changed = true
		e := appEvent(app, "app.oauth2.admin.consent.revoke", "Administrator consent revoked for scope")
		e.Debug = map[string]string{"scope": g.scope}
		tx.log(e)
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM app_scope WHERE app = $1 AND scope = $2`, app.Text("id"), g.scope)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
