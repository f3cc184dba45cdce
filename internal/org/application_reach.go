package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// The kinds of role target that narrow to applications.
const (
	appTargetKind     = "app"
	catalogTargetKind = "catalog"
)

// appTargets lists what narrows an assignment: applications and catalog apps.
func (s store) appTargets(a assignment) (ids, names []string, err error) {
	const query = `SELECT target FROM role_target WHERE owner = $1 AND role = $2 AND kind = $3 ORDER BY target`
	if ids, err = s.ids(query, a.owner, a.id, appTargetKind); err != nil {
		return nil, nil, err
	}
	names, err = s.ids(query, a.owner, a.id, catalogTargetKind)
	return ids, names, err
}

// app tells whether an application is within the reach.
func (r *reach) app(doc okta.Object) bool {
	if r == nil || r.oidc && doc.Text("signOnMode") == modeOIDC {
		return true
	}
	return slices.ContainsFunc(r.apps, func(h holding) bool {
		return slices.Contains(h.apps, doc.Text("id")) || slices.Contains(h.catalog, doc.Text("name"))
	})
}

// appIDs lists the ids of the applications within a reach that is not the whole org, in order.
func (s store) appIDs(r *reach) (ids []string, err error) {
	const query = `SELECT id FROM attr WHERE kind = $1 AND name = $2 AND value = $3`
	if r.oidc {
		if ids, err = s.ids(query, apps.kind, "signOnMode", fold(modeOIDC)); err != nil {
			return nil, err
		}
	}
	for _, h := range r.apps {
		ids = append(ids, h.apps...)
		for _, name := range h.catalog {
			more, err := s.ids(query, apps.kind, "name", cut(fold(name)))
			if err != nil {
				return nil, err
			}
			ids = append(ids, more...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// appWithin tells whether the application that a path parameter names is within the reach.
func (s store) appWithin(r *Request, name string) (bool, error) {
	doc, err := s.get(apps, r.Args[name])
	if isCode(err, "E0000007") {
		return false, nil
	}
	return err == nil && r.reach.app(doc), err
}

// actingAsClient are the operations after which one can act as a client: they tell or set
// its secret or its keys, or where its codes are sent.
var actingAsClient = []string{
	"updateApplication", "listClientSecretsForApplication", "getClientSecretForApplication", "createNewClientSecretForApplication",
	"activateClientSecretForApplication", "deactivateClientSecretForApplication", "deleteClientSecretForApplication",
}

// guardClient leaves an application that acts with admin roles to super admins [assumed]:
// who could change its keys would act with them (security 37). So would who acts as a
// client with scopes of the management API, with the roles of whoever signs in there.
func (s store) guardClient(r *Request) error {
	app, named := r.Args["appId"]
	if !named || r.Actor.holds(superAdmin) {
		return nil
	}
	query := `SELECT app FROM app_client WHERE app = $1 AND roles <> '[]'`
	switch {
	case slices.Contains(actingAsClient, r.Op.ID):
		query += ` UNION SELECT app FROM app_scope WHERE app = $1 LIMIT 1`
	case r.Op.Safe():
		return nil
	}
	acts, err := s.found(query, app)
	if err == nil && acts {
		err = fail("E0000006", "")
	}
	return err
}

// mayCreateApp refuses to create what the caller could not see afterwards: who is
// narrowed to applications creates none, who is narrowed to catalog apps one of those.
func (r *reach) mayCreateApp(name, mode string) error {
	if r == nil || r.oidc && mode == modeOIDC || slices.ContainsFunc(r.apps, func(h holding) bool { return slices.Contains(h.catalog, name) }) {
		return nil
	}
	return fail("E0000006", "")
}
