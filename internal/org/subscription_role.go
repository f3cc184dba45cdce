package org

import "gatehouse/internal/okta"

// subscribedRole is the standard role that a request names.
func subscribedRole(r *Request) (string, error) {
	name := r.Args["roleTypeOrRoleId"]
	if okta.FindRole(name) == nil {
		return "", notFound(printable(name), nounOf("roleTypeOrRoleId"))
	}
	return name, nil
}

func (o *Org) roleURL(role string) string { return o.baseURL + "/api/v1/roles/" + role }

func listRoleSubscriptions(o *Org, r *Request) (Reply, error) {
	role, err := subscribedRole(r)
	if err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	return o.answerSubscriptions(o.roleURL(role), func(n string) (string, error) { return s.roleSubscription(role, n) })
}

func getRoleSubscriptionByNotificationType(o *Org, r *Request) (Reply, error) {
	role, err := subscribedRole(r)
	if err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	return o.answerSubscription(r, o.roleURL(role), func(n string) (string, error) { return s.roleSubscription(role, n) })
}

func subscribeRoleSubscriptionByNotificationType(o *Org, r *Request) (Reply, error) {
	return o.chooseForRole(r, subscribed)
}

func unsubscribeRoleSubscriptionByNotificationType(o *Org, r *Request) (Reply, error) {
	return o.chooseForRole(r, unsubscribed)
}

// chooseForRole subscribes a role, in place of what everybody who holds it chose for themselves (API reference).
func (o *Org) chooseForRole(r *Request, status string) (Reply, error) {
	role, err := subscribedRole(r)
	if err != nil {
		return Reply{}, err
	}
	notification, err := namedNotification(r)
	if err != nil {
		return Reply{}, err
	}
	err = o.update(r, func(tx *Tx) error {
		holders, err := tx.ids(`SELECT owner FROM role_assignment WHERE type = $1
			UNION SELECT e.src FROM role_assignment r JOIN edge e ON e.kind = 'member' AND e.dst = r.owner WHERE r.type = $1 ORDER BY 1`, role)
		if err != nil {
			return err
		}
		for _, holder := range holders {
			for _, kind := range []string{subscribed, unsubscribed} {
				if _, err := tx.unlink(kind, holder, notification); err != nil {
					return err
				}
			}
		}
		return tx.choose(role, notification, status)
	})
	if err != nil {
		return Reply{}, err
	}
	return empty()
}
