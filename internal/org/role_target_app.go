package org

import (
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// The application targets of a role: all applications of a catalog app, or single
// applications of it, but not both for one app (okta-semantics C6).

func listApplicationTargetsForApplicationAdministratorRoleForUser(o *Org, r *Request) (Reply, error) {
	a, err := o.reads(r.ctx).listedRole(r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerAppTargets(r, a)
}

func listApplicationTargetsForApplicationAdministratorRoleForGroup(o *Org, r *Request) (Reply, error) {
	a, err := o.reads(r.ctx).groupsRole(r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerAppTargets(r, a)
}

func addApplicationTargetToAdminRoleForUser(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.usersRole, (*Tx).addAppTarget)
}

func addApplicationTargetToAppAdminRoleForUser(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.usersRole, (*Tx).addAppTarget)
}

func removeApplicationTargetFromApplicationAdministratorRoleForUser(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.usersRole, (*Tx).removeAppTarget)
}

func removeApplicationTargetFromAdministratorRoleForUser(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.usersRole, (*Tx).removeAppTarget)
}

func addApplicationTargetToAdminRoleGivenToGroup(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.groupsRole, (*Tx).addAppTarget)
}

func addApplicationInstanceTargetToAppAdminRoleGivenToGroup(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.groupsRole, (*Tx).addAppTarget)
}

func removeApplicationTargetFromApplicationAdministratorRoleGivenToGroup(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.groupsRole, (*Tx).removeAppTarget)
}

func removeApplicationTargetFromAdministratorRoleGivenToGroup(o *Org, r *Request) (Reply, error) {
	return o.changeAppTarget(r, store.groupsRole, (*Tx).removeAppTarget)
}

// addAllAppsAsTargetToRole widens a role to all applications again. It answers 200 with
// nothing, as the published description has it.
func addAllAppsAsTargetToRole(o *Org, r *Request) (Reply, error) {
	reply, err := o.changeAppTarget(r, store.usersRole, func(tx *Tx, a assignment, _ appTargetRow) error {
		_, err := tx.q.Exec(tx.ctx, `DELETE FROM role_target WHERE owner = $1 AND role = $2 AND kind IN ($3, $4)`, a.owner, a.id, appTargetKind, catalogTargetKind)
		return err
	})
	if err == nil {
		reply.Status = 200
	}
	return reply, err
}

// appTargetRow is a target as role_target holds it; name is the catalog app of both kinds.
type appTargetRow struct{ kind, target, name string }

// argumentAppTarget reads the target that the path names. A catalog app must be known,
// by the catalog or by an application that was made of it.
func (s store) argumentAppTarget(r *Request) (t appTargetRow, err error) {
	name, named := r.Args["appName"]
	if !named {
		return t, nil
	}
	if id, single := r.Args["applicationId"]; single {
		doc, err := s.get(apps, id)
		if err == nil && doc.Text("name") != name {
			err = notFound(printable(id), apps.noun)
		}
		return appTargetRow{appTargetKind, id, name}, err
	}
	if _, known := catalogNamed(name); !known {
		made, err := s.found(`SELECT id FROM attr WHERE kind = $1 AND name = 'name' AND value = $2 LIMIT 1`, apps.kind, cut(fold(name)))
		if err != nil {
			return t, err
		}
		if !made {
			return t, notFound(printable(name), "CatalogApplication")
		}
	}
	return appTargetRow{catalogTargetKind, name, name}, nil
}

func (o *Org) changeAppTarget(r *Request, holds func(store, *Request) (assignment, error), change func(*Tx, assignment, appTargetRow) error) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		a, err := holds(tx.store, r)
		if err != nil {
			return err
		}
		if a.kind != okta.AppAdmin {
			return fail("E0000091", "")
		}
		t, err := tx.argumentAppTarget(r)
		if err != nil {
			return err
		}
		tx.changed = true
		return change(tx, a, t)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// addAppTarget narrows a role to one more target; the first one narrows it from all
// applications. A catalog app takes the place of its single applications ("An assigned
// app target overrides any existing app instance targets", API reference), and a single
// one that of its catalog app [assumed].
func (tx *Tx) addAppTarget(a assignment, t appTargetRow) error {
	ids, names, err := tx.appTargets(a)
	if err != nil {
		return err
	}
	if t.kind == appTargetKind {
		if err := tx.dropTargetRow(a, catalogTargetKind, t.name); err != nil {
			return err
		}
	}
	for _, id := range ids {
		doc, err := tx.get(apps, id)
		if err != nil {
			return err
		}
		if t.kind == catalogTargetKind && doc.Text("name") == t.name {
			if err := tx.dropTargetRow(a, appTargetKind, id); err != nil {
				return err
			}
		}
	}
	if len(ids)+len(names) >= maxAppTargets {
		return fail("E0000093", "")
	}
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO role_target (owner, role, kind, target) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, a.owner, a.id, t.kind, t.target)
	return err
}

// maxAppTargets bounds the targets of a role (E0000093; the number is [assumed]).
const maxAppTargets = 1000

// removeAppTarget takes a target away from a role, but not the last one: without
// targets the role would cover every application (okta-semantics C6; the code is [assumed]).
func (tx *Tx) removeAppTarget(a assignment, t appTargetRow) error {
	ids, names, err := tx.appTargets(a)
	if err != nil {
		return err
	}
	if !slices.Contains(map[string][]string{appTargetKind: ids, catalogTargetKind: names}[t.kind], t.target) {
		return notFound(printable(t.target), "ApplicationTarget")
	}
	if len(ids)+len(names) == 1 {
		return lastTarget()
	}
	return tx.dropTargetRow(a, t.kind, t.target)
}

func (tx *Tx) dropTargetRow(a assignment, kind, target string) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM role_target WHERE owner = $1 AND role = $2 AND kind = $3 AND target = $4`, a.owner, a.id, kind, target)
	return err
}

// answerAppTargets answers a page of what a role is narrowed to, 20 unless asked for up to 200.
func (o *Org) answerAppTargets(r *Request, a assignment) (Reply, error) {
	if a.kind != okta.AppAdmin {
		return Reply{}, fail("E0000091", "")
	}
	s := o.reads(r.ctx)
	ids, names, err := s.appTargets(a)
	if err != nil {
		return Reply{}, err
	}
	all := append(ids, names...)
	slices.Sort(all)
	return o.answerIDs(r, all, func(i int) (okta.Object, error) {
		if slices.Contains(names, all[i]) {
			return o.renderCatalogApp(all[i], okta.Object{})
		}
		doc, err := s.get(apps, all[i])
		if err != nil {
			return okta.Object{}, err
		}
		return o.renderCatalogApp(doc.Text("name"), doc)
	})
}

// renderCatalogApp is a target as the API answers it: a catalog app, or one application
// of it with its id (API reference).
func (o *Org) renderCatalogApp(name string, app okta.Object) (okta.Object, error) {
	c, known := catalogNamed(name)
	verified, description, updated := "", "", app.Text("lastUpdated")
	if known {
		verified, description = "OKTA_VERIFIED", c.title+" in the integration catalog"
	}
	if app.IsZero() {
		updated = catalogUpdated
	}
	title, status := c.title, appActive
	if !app.IsZero() {
		title, status = app.Text("label"), app.Text("status")
		c.modes = []string{app.Text("signOnMode")}
	}
	self := o.baseURL + "/api/v1/catalog/apps/" + name
	if !app.IsZero() {
		self = o.appURL(app.Text("id"))
	}
	return encodeDocument(struct {
		Name        string         `json:"name"`
		DisplayName string         `json:"displayName"`
		Description string         `json:"description,omitempty"`
		Status      string         `json:"status"`
		LastUpdated string         `json:"lastUpdated,omitempty"`
		Category    string         `json:"category,omitempty"`
		Verified    string         `json:"verificationStatus,omitempty"`
		Website     string         `json:"website,omitempty"`
		Modes       []string       `json:"signOnModes"`
		ID          string         `json:"id,omitempty"`
		Links       map[string]any `json:"_links"`
	}{
		Name: name, DisplayName: title, Description: description, Status: status, LastUpdated: updated, Category: strings.ToUpper(c.category), Verified: verified,
		Website: c.website, Modes: c.modes, ID: app.Text("id"),
		Links: map[string]any{
			"logo": []mediaLink{{Name: "medium", Href: o.baseURL + "/assets/img/logos/default.png", Type: "image/png"}},
			"self": link{Href: self},
		},
	})
}
