package org

import (
	"context"

	"gatehouse/internal/okta"
)

// Assigned tells whether a person has an application, directly or through a group:
// without that nobody gets a token of its client.
func (o *Org) Assigned(ctx context.Context, client OAuthClient, user string) (bool, error) {
	return o.reads(ctx).assigned(client.AppID, user)
}

func (s store) assigned(app, user string) (bool, error) {
	direct, err := s.found(`SELECT app FROM app_user WHERE user_id = $1 AND direct = 1 AND app = $2`, user, app)
	if err != nil || direct {
		return direct, err
	}
	return s.assignedByGroup(app, user)
}

func (s store) assignedByGroup(app, user string) (bool, error) {
	return s.found(`SELECT g.grp FROM app_group g JOIN edge e ON e.kind = 'member' AND e.src = $2 AND e.dst = g.grp WHERE g.app = $1 LIMIT 1`, app, user)
}

// appsOf lists the applications that a person has, by id.
func (s store) appsOf(user string) ([]string, error) {
	return s.ids(`SELECT app FROM app_user WHERE user_id = $1 AND direct = 1
		UNION SELECT g.app FROM edge e JOIN app_group g ON g.grp = e.dst WHERE e.kind = 'member' AND e.src = $1 ORDER BY 1`, user)
}

// appsOfGroup lists the applications that are assigned to a group, by id.
func (s store) appsOfGroup(group string) ([]string, error) {
	return s.ids(`SELECT app FROM app_group WHERE grp = $1 ORDER BY app`, group)
}

// revokeTokensOfApp revokes every token of an application's client, and the consents to it:
// they end with the application, active or not (published).
func (tx *Tx) revokeTokensOfApp(doc okta.Object) error {
	if !isClient(doc) {
		return nil
	}
	client := doc.Text("credentials", "oauthClient", "client_id")
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM consent WHERE client_id = $1`, client); err != nil {
		return err
	}
	_, err := tx.revokeGrants(`UPDATE oauth_grant SET revoked = $2 WHERE client_id = $1 AND revoked = 0`, client)
	return err
}

// revokeUnassigned revokes the tokens of an application's client for those who have it no more.
func (tx *Tx) revokeUnassigned(doc okta.Object) error {
	if !isClient(doc) {
		return nil
	}
	client := doc.Text("credentials", "oauthClient", "client_id")
	holders, err := tx.ids(`SELECT DISTINCT user_id FROM oauth_grant WHERE client_id = $1 AND revoked = 0 AND expires > $2 ORDER BY user_id`, client, tx.now.UnixMilli())
	if err != nil {
		return err
	}
	for _, user := range holders {
		if err := tx.revokeIfUnassigned(doc.Text("id"), client, user); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) revokeIfUnassigned(app, client, user string) error {
	has, err := tx.assigned(app, user)
	if err != nil || has {
		return err
	}
	ids, err := tx.ids(`SELECT id FROM oauth_grant WHERE client_id = $1 AND user_id = $2 AND revoked = 0`, client, user)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := tx.revokeGrant(id); err != nil {
			return err
		}
	}
	return nil
}

// appsMoved follows a change of somebody's groups: it tells which applications they got
// or lost by it, and revokes what the lost ones had given.
func (tx *Tx) appsMoved(group, person okta.Object, joined bool) error {
	ids, err := tx.appsOfGroup(group.Text("id"))
	if err != nil {
		return err
	}
	user := person.Text("id")
	for _, id := range ids {
		others, err := tx.otherPaths(id, user, group.Text("id"))
		if err != nil {
			return err
		}
		if others { // nothing changes for the person
			continue
		}
		doc, err := tx.get(apps, id)
		if err != nil {
			return err
		}
		if joined {
			tx.log(appUserEvent(doc, person, "application.user_membership.add", "Add user to application membership"))
			continue
		}
		if err := tx.lostApp(doc, person); err != nil {
			return err
		}
	}
	return nil
}

// otherPaths tells whether a person has an application by more than one group.
func (s store) otherPaths(app, user, group string) (bool, error) {
	return s.found(`SELECT app FROM app_user WHERE user_id = $2 AND direct = 1 AND app = $1
		UNION ALL SELECT g.grp FROM app_group g JOIN edge e ON e.kind = 'member' AND e.src = $2 AND e.dst = g.grp WHERE g.app = $1 AND g.grp <> $3 LIMIT 1`, app, user, group)
}

// lostApp drops what was kept for a person who has an application no more.
func (tx *Tx) lostApp(doc, person okta.Object) error {
	user, app := person.Text("id"), doc.Text("id")
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM app_user WHERE app = $1 AND user_id = $2 AND direct = 0`, app, user); err != nil {
		return err
	}
	tx.log(appUserEvent(doc, person, "application.user_membership.remove", "Remove user's application membership"))
	if !isClient(doc) {
		return nil
	}
	return tx.revokeIfUnassigned(app, doc.Text("credentials", "oauthClient", "client_id"), user)
}

// dropLeftovers drops what was kept for people who have an application by no group any more.
func (tx *Tx) dropLeftovers(app string) error {
	kept, err := tx.ids(`SELECT user_id FROM app_user WHERE app = $1 AND direct = 0 ORDER BY user_id`, app)
	if err != nil {
		return err
	}
	for _, user := range kept {
		has, err := tx.assignedByGroup(app, user)
		if err != nil {
			return err
		}
		if has {
			continue
		}
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM app_user WHERE app = $1 AND user_id = $2 AND direct = 0`, app, user); err != nil {
			return err
		}
	}
	return nil
}

// leaveApps takes a person's own assignments away: a deactivation or a removal. Those
// by groups end with the memberships.
func (tx *Tx) leaveApps(person okta.Object) error {
	user := person.Text("id")
	ids, err := tx.ids(`SELECT app FROM app_user WHERE user_id = $1 AND direct = 1 ORDER BY app`, user)
	if err != nil {
		return err
	}
	for _, id := range ids {
		doc, err := tx.get(apps, id)
		if err != nil {
			return err
		}
		tx.log(appUserEvent(doc, person, "application.user_membership.remove", "Remove user's application membership"))
	}
	_, err = tx.q.Exec(tx.ctx, `DELETE FROM app_user WHERE user_id = $1`, user)
	return err
}
