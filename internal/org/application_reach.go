package org

import (
	"slices"

	"gatehouse/internal/okta"
)

// appReach is which applications the caller's roles cover for an operation.
type appReach struct {
	// all is every application, oidc every OpenID Connect application.
	all, oidc bool
	// ids are applications, names the catalog apps whose applications are all covered.
	ids, names []string
}

// The kinds of role target that narrow to applications.
const (
	appTargetKind     = "app"
	catalogTargetKind = "catalog"
)

// appReach adds up what the roles of the caller cover.
func (s store) appReach(r *Request, op string) (reach appReach, err error) {
	for _, role := range r.Actor.Roles {
		switch okta.Covers(role, op) {
		case okta.Everywhere:
			return appReach{all: true}, nil
		case okta.OIDCApps:
			reach.oidc = true
		case okta.InApps:
			if r.Actor.UserID == "" { // the roles of a client that acts for itself have no targets
				return appReach{all: true}, nil
			}
		}
	}
	if r.Actor.UserID == "" {
		return reach, nil
	}
	held, err := s.assignmentsOf(r.Actor.UserID)
	if err != nil {
		return reach, err
	}
	for _, a := range held {
		if okta.Covers(a.kind, op) != okta.InApps {
			continue
		}
		ids, names, err := s.appTargets(a)
		if err != nil {
			return reach, err
		}
		if len(ids)+len(names) == 0 {
			return appReach{all: true}, nil
		}
		reach.ids, reach.names = append(reach.ids, ids...), append(reach.names, names...)
	}
	return reach, nil
}

// appTargets lists what narrows an assignment: applications and catalog apps.
func (s store) appTargets(a assignment) (ids, names []string, err error) {
	const query = `SELECT target FROM role_target WHERE owner = $1 AND role = $2 AND kind = $3 ORDER BY target`
	if ids, err = s.ids(query, a.owner, a.id, appTargetKind); err != nil {
		return nil, nil, err
	}
	names, err = s.ids(query, a.owner, a.id, catalogTargetKind)
	return ids, names, err
}

// covers tells whether an application is within the reach.
func (a appReach) covers(doc okta.Object) bool {
	return a.all || a.oidc && doc.Text("signOnMode") == modeOIDC ||
		slices.Contains(a.ids, doc.Text("id")) || slices.Contains(a.names, doc.Text("name"))
}

// reached lists the ids of the applications within a reach that is not all, in order.
func (s store) reached(a appReach) ([]string, error) {
	ids := slices.Clone(a.ids)
	type match struct{ name, value string }
	var matches []match
	if a.oidc {
		matches = append(matches, match{"signOnMode", fold(modeOIDC)})
	}
	for _, name := range a.names {
		matches = append(matches, match{"name", cut(fold(name))})
	}
	for _, m := range matches {
		more, err := s.ids(`SELECT id FROM attr WHERE kind = $1 AND name = $2 AND value = $3`, apps.kind, m.name, m.value)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// argumentApp reads the application that the path names. One outside of the caller's
// reach is not found, like one that is not there.
func (s store) argumentApp(r *Request) (okta.Object, error) {
	doc, err := s.get(apps, r.Args["appId"])
	if err != nil {
		return doc, err
	}
	reach, err := s.appReach(r, r.Op.ID)
	if err == nil && !reach.covers(doc) {
		err = notFound(printable(r.Args["appId"]), apps.noun)
	}
	return doc, err
}

// mayCreateApp refuses to create what the caller could not see afterwards: who is
// narrowed to applications creates none, who is narrowed to catalog apps one of those.
func (tx *Tx) mayCreateApp(name, mode string) error {
	reach, err := tx.appReach(tx.req, tx.req.Op.ID)
	if err != nil || reach.all || reach.oidc && mode == modeOIDC || slices.Contains(reach.names, name) {
		return err
	}
	return fail("E0000006", "")
}
