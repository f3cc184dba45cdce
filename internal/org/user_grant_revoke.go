package org

import "gatehouse/internal/okta"

// A consent is the ground of tokens: to revoke it ends every token that carries its
// scope, access tokens too, from the next request on.

func revokeUserGrants(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, "app.oauth2.token.revoke.implicit.user", "Tokens revoked for user", every)
}

func revokeGrantsForUserAndClient(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, "app.oauth2.token.revoke.implicit.client", "Tokens revoked for client", every)
}

func revokeTokensForUserAndClient(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, "app.oauth2.token.revoke.implicit.client", "Tokens revoked for client", every)
}

func revokeUserGrant(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, "app.oauth2.token.revoke", "OIDC token revocation request", func(person okta.Object, grants []Grant) ([]string, error) {
		c, err := namedConsent(o.consents(person.Text("id"), grants), r.Args["grantId"])
		return c.grants, err
	})
}

func revokeTokenForUserAndClient(o *Org, r *Request) (Reply, error) {
	return o.revokeOf(r, "app.oauth2.token.revoke", "OIDC token revocation request", func(_ okta.Object, grants []Grant) ([]string, error) {
		g, err := namedToken(grants, r.Args["tokenId"])
		return []string{g.ID}, err
	})
}

func every(_ okta.Object, grants []Grant) ([]string, error) {
	ids := make([]string, len(grants))
	for i, g := range grants {
		ids[i] = g.ID
	}
	return ids, nil
}

// revokeOf revokes the authorizations that choose names of those that a request is
// about, and tells one event where there were any.
func (o *Org) revokeOf(r *Request, event, message string, choose func(okta.Object, []Grant) ([]string, error)) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		person, grants, err := o.subjectGrants(tx.store, r)
		if err != nil {
			return err
		}
		ids, err := choose(person, grants)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if _, err := tx.revokeGrant(id); err != nil {
				return err
			}
		}
		e := userEvent(person, event, message)
		if client, found, err := o.oauthClient(tx.store, r.Args["clientId"]); err != nil {
			return err
		} else if found {
			e.Targets = append(e.Targets, clientTarget(client))
		}
		tx.log(e)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
