package org

import (
	"slices"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// groupAssignment is an application that a group has.
type groupAssignment struct {
	app, group string
	priority   int
	profile    okta.Object
	updated    int64
}

func (s store) groupAssignment(app, group string) (groupAssignment, error) {
	a := groupAssignment{app: app, group: group}
	var profile string
	err := s.q.QueryRow(s.ctx, `SELECT priority, profile, updated FROM app_group WHERE app = $1 AND grp = $2`, app, group).Scan(&a.priority, &profile, &a.updated)
	if db.IsNone(err) {
		return a, notFound(printable(group), "ApplicationGroupAssignment")
	}
	if err == nil {
		a.profile, err = okta.Trusted([]byte(profile))
	}
	return a, err
}

// renderGroupAssignment is an assignment as the API answers it, keys in the recorded order.
func (o *Org) renderGroupAssignment(s store, r *Request, a groupAssignment) (okta.Object, error) {
	doc, err := encodeDocument(struct {
		ID          string          `json:"id"`
		LastUpdated string          `json:"lastUpdated"`
		Priority    int             `json:"priority"`
		Profile     okta.Object     `json:"profile"`
		Links       map[string]link `json:"_links"`
	}{a.group, stamp(time.UnixMilli(a.updated)), a.priority, a.profile, map[string]link{
		"app": {Href: o.appURL(a.app)}, "self": {Href: o.appURL(a.app) + "/groups/" + a.group}, "group": {Href: o.baseURL + "/api/v1/groups/" + a.group},
	}})
	if err != nil || !expands(r, "group") {
		return doc, err
	}
	group, err := s.get(groups, a.group)
	if err != nil {
		return doc, err
	}
	return doc.With("_embedded", map[string]okta.Object{"group": o.renderGroup(group)}), nil
}

func listApplicationGroupAssignments(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	app, err := s.argumentApp(r)
	if err != nil {
		return Reply{}, err
	}
	keep, err := s.groupNameFilter(r.Query.Get("q"))
	if err != nil {
		return Reply{}, err
	}
	return o.answerPages(r, pages{
		limits: listing{defaultLimit: 20, maxLimit: 200}, of: "groups of " + app.Text("id"),
		ids: func(after string, n int) ([]string, error) {
			return s.ids(`SELECT grp FROM app_group WHERE app = $1 AND grp > $2 ORDER BY grp LIMIT $3`, app.Text("id"), after, n)
		},
		keep: keep,
		render: func(id string) (okta.Object, error) {
			a, err := s.groupAssignment(app.Text("id"), id)
			if err != nil {
				return okta.Object{}, err
			}
			return o.renderGroupAssignment(s, r, a)
		},
	})
}

// groupNameFilter keeps the groups whose name begins with q; nil keeps all.
func (s store) groupNameFilter(q string) (func(id string) (bool, error), error) {
	if q == "" {
		return nil, nil
	}
	if len(q) > maxQuery {
		return nil, fail("E0000031", "", "q: at most 256 bytes")
	}
	return func(id string) (bool, error) {
		doc, err := s.get(groups, id)
		return begins(doc.Text("profile", "name"), q), err
	}, nil
}

func getApplicationGroupAssignment(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	if _, err := s.argumentApp(r); err != nil {
		return Reply{}, err
	}
	a, err := s.groupAssignment(r.Args["appId"], r.Args["groupId"])
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderGroupAssignment(s, r, a)
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// groupGrant is what a request says of a group's assignment.
type groupGrant struct {
	// Priority is a place from 0; nil is the last for a new assignment, the same for one that is there.
	Priority *int        `json:"priority"`
	Profile  okta.Object `json:"profile"`
}

// createApplicationGroupAssignment assigns an application to a group, or changes the assignment.
func createApplicationGroupAssignment(o *Org, r *Request) (Reply, error) {
	var in groupGrant
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if in.Priority != nil && (*in.Priority < 0 || *in.Priority > 100) {
		return Reply{}, invalid("priority", "priority: The value must be from 0 to 100")
	}
	var answer okta.Object
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.argumentApp(r)
		if err != nil {
			return err
		}
		group, err := tx.get(groups, r.Args["groupId"])
		if err != nil {
			return err
		}
		added, err := tx.assignGroup(app.Text("id"), group.Text("id"), in)
		if err != nil {
			return err
		}
		e := Event{Type: "group.application_assignment.update", Message: "Update assigned application in group", Targets: []Target{groupTarget(group), applicationTarget(app)}}
		if added {
			e.Type, e.Message = "group.application_assignment.add", "Add assigned application to group"
		}
		tx.log(e)
		if added {
			if err := tx.tellMembers(app, group, true); err != nil {
				return err
			}
		}
		a, err := tx.groupAssignment(app.Text("id"), group.Text("id"))
		if err != nil {
			return err
		}
		answer, err = o.renderGroupAssignment(tx.store, r, a)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(answer)
}

// assignGroup stores an assignment and tells whether it is new. Priorities stay without
// gaps: one that is put into a place moves those behind it.
func (tx *Tx) assignGroup(app, group string, g groupGrant) (added bool, err error) {
	order, err := tx.ids(`SELECT grp FROM app_group WHERE app = $1 ORDER BY priority, grp`, app)
	if err != nil {
		return false, err
	}
	before, err := tx.groupAssignment(app, group)
	if added = isCode(err, "E0000007"); err != nil && !added {
		return false, err
	}
	place, profile := len(order), okta.Object{}
	if !added {
		place, profile = before.priority, before.profile
		order = slices.DeleteFunc(order, func(g string) bool { return g == group })
	}
	if g.Priority != nil {
		place = *g.Priority
	}
	if !g.Profile.IsZero() {
		profile = g.Profile
	}
	if profile.IsZero() {
		profile = literal("{}")
	}
	place = min(place, len(order))
	order = slices.Insert(order, place, group)
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO app_group (app, grp, priority, profile, updated) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (app, grp) DO UPDATE SET profile = excluded.profile, updated = excluded.updated`, app, group, place, string(profile.Bytes()), tx.now.UnixMilli())
	if err != nil {
		return added, err
	}
	return added, tx.orderGroups(app, order)
}

func (tx *Tx) orderGroups(app string, order []string) error {
	for i, group := range order {
		if _, err := tx.q.Exec(tx.ctx, `UPDATE app_group SET priority = $3 WHERE app = $1 AND grp = $2 AND priority <> $3`, app, group, i); err != nil {
			return err
		}
	}
	return nil
}

func deleteApplicationGroupAssignment(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.argumentApp(r)
		if err != nil {
			return err
		}
		if _, err := tx.groupAssignment(app.Text("id"), r.Args["groupId"]); err != nil {
			return err
		}
		group, err := tx.get(groups, r.Args["groupId"])
		if err != nil {
			return err
		}
		return tx.unassignGroup(app, group)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// unassignGroup takes an application away from a group and from those who had it by the group alone.
func (tx *Tx) unassignGroup(app, group okta.Object) error {
	id := app.Text("id")
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM app_group WHERE app = $1 AND grp = $2`, id, group.Text("id")); err != nil {
		return err
	}
	order, err := tx.ids(`SELECT grp FROM app_group WHERE app = $1 ORDER BY priority, grp`, id)
	if err != nil {
		return err
	}
	if err := tx.orderGroups(id, order); err != nil {
		return err
	}
	tx.log(Event{Type: "group.application_assignment.remove", Message: "Remove assigned application from group", Targets: []Target{groupTarget(group), applicationTarget(app)}})
	if err := tx.tellMembers(app, group, false); err != nil {
		return err
	}
	if err := tx.dropLeftovers(id); err != nil {
		return err
	}
	return tx.revokeUnassigned(app)
}

// membersTold bounds the members that the log names one by one when their group gets or
// loses an application: of a larger group the event of the group stands alone [assumed].
const membersTold = 500

// tellMembers tells the log who got an application by a group, or lost it: those who have
// it another way, too, did neither.
func (tx *Tx) tellMembers(app, group okta.Object, got bool) error {
	id := app.Text("id")
	members, err := tx.ids(`SELECT src FROM edge WHERE kind = 'member' AND dst = $1 ORDER BY src LIMIT $2`, group.Text("id"), membersTold+1)
	if err != nil || len(members) > membersTold {
		return err
	}
	kind, message := "application.user_membership.add", "Add user to application membership"
	if !got {
		kind, message = "application.user_membership.remove", "Remove user's application membership"
	}
	for _, user := range members {
		others, err := tx.otherPaths(id, user, group.Text("id"))
		if err != nil {
			return err
		}
		if others {
			continue
		}
		person, err := tx.get(users, user)
		if err != nil {
			return err
		}
		tx.log(appUserEvent(app, person, kind, message))
	}
	return nil
}

// dropAppsOfGroup takes every application away from a group that is deleted.
func (tx *Tx) dropAppsOfGroup(group okta.Object) error {
	ids, err := tx.appsOfGroup(group.Text("id"))
	if err != nil {
		return err
	}
	for _, id := range ids {
		app, err := tx.get(apps, id)
		if err != nil {
			return err
		}
		if err := tx.unassignGroup(app, group); err != nil {
			return err
		}
	}
	return nil
}

// listAssignedApplicationsForGroup answers the applications of a group, 20 unless asked for up to 200.
func listAssignedApplicationsForGroup(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	if _, err := s.get(groups, r.Args["groupId"]); err != nil {
		return Reply{}, err
	}
	ids, err := s.appsOfGroup(r.Args["groupId"])
	if err != nil {
		return Reply{}, err
	}
	seen, _ := reachOf(r.Actor.held, "getApplication") // who sees the group need not see every application
	return o.answerChosen(r, s, chosenApps{ids: ids, keep: seen.app, render: func(doc okta.Object) (okta.Object, error) { return o.renderApp(doc), nil }})
}
