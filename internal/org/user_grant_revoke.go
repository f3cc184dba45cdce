package org

import "gatehouse/internal/okta"

// A consent is the ground of tokens: to revoke it ends every token that carries its
// scope, access tokens too, from the next request on, and the person is asked again. It
// outlasts tokens: to revoke them leaves it (published).

// revocation is what a request takes away.
type revocation struct {
	// grants are the ids of authorizations; forgot is how many answers of the consent page.
	grants []string
	forgot int
}

func revokeUserGrants(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, revokedOfUser, everything)
}

func revokeGrantsForUserAndClient(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, revokedOfClient, everything)
}

func revokeTokensForUserAndClient(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, revokedOfClient, func(_ *Tx, _ okta.Object, grants []Grant) (revocation, error) {
		return revocation{grants: grantIDs(grants)}, nil
	})
}

func revokeUserGrant(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, revokedOne, func(tx *Tx, person okta.Object, grants []Grant) (revocation, error) {
		user := person.Text("id")
		held, err := tx.consentsOf(user, "")
		if err != nil {
			return revocation{}, err
		}
		c, err := namedConsent(o.consents(user, held, grants), r.Args["grantId"])
		if err != nil {
			return revocation{}, err
		}
		res, err := tx.q.Exec(tx.ctx, `DELETE FROM consent WHERE user_id = $1 AND client_id = $2 AND server = $3 AND scope = $4`, user, c.client, c.server, c.scope)
		if err != nil {
			return revocation{}, err
		}
		n, err := res.RowsAffected()
		return revocation{c.grants, int(n)}, err
	})
}

func revokeTokenForUserAndClient(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, revokedOne, func(_ *Tx, _ okta.Object, grants []Grant) (revocation, error) {
		g, err := namedToken(grants, r.Args["tokenId"])
		return revocation{grants: []string{g.ID}}, err
	})
}

// everything are all authorizations and consents that a request is about.
func everything(tx *Tx, person okta.Object, grants []Grant) (revocation, error) {
	n, err := tx.dropConsents(person.Text("id"), tx.req.Args["clientId"])
	return revocation{grantIDs(grants), n}, err
}

func grantIDs(grants []Grant) []string {
	ids := make([]string, len(grants))
	for i, g := range grants {
		ids[i] = g.ID
	}
	return ids
}

// revokedEvents are what the System Log tells of tokens and of consents that are revoked.
type revokedEvents struct{ tokens, message, consents, consentMessage string }

var (
	revokedOne      = revokedEvents{"app.oauth2.token.revoke", "OIDC token revocation request", "app.oauth2.as.consent.revoke", "Consent revoked"}
	revokedOfClient = revokedEvents{"app.oauth2.token.revoke.implicit.client", "Tokens revoked for client", "app.oauth2.as.consent.revoke.user.client", "User consent revoked for client"}
	revokedOfUser   = revokedEvents{"app.oauth2.token.revoke.implicit.user", "Tokens revoked for user", "app.oauth2.as.consent.revoke.user", "All consent revoked for user"}
)

// revokeOf revokes what choose names of what a request is about, and tells an event for
// tokens and one for consents where there were any.
func (o *Org) revokeOf(r *Request, events revokedEvents, choose func(*Tx, okta.Object, []Grant) (revocation, error)) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		person, grants, err := o.subjectGrants(tx.store, r)
		if err != nil {
			return err
		}
		chosen, err := choose(tx, person, grants)
		if err != nil {
			return err
		}
		for _, id := range chosen.grants {
			if _, err := tx.revokeGrant(id); err != nil {
				return err
			}
		}
		client, found, err := o.oauthClient(tx.store, r.Args["clientId"])
		if err != nil {
			return err
		}
		tell := func(kind, message string, n int) {
			if n == 0 {
				return
			}
			e := userEvent(person, kind, message)
			if found {
				e.Targets = append(e.Targets, clientTarget(client))
			}
			tx.log(e)
		}
		tell(events.tokens, events.message, len(chosen.grants))
		tell(events.consents, events.consentMessage, chosen.forgot)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
