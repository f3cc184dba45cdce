package org

import (
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// accessPolicy is the member of a stored application that names its sign-on policy, where
// that is not the default one. Answers tell it by a link.
const accessPolicy = "accessPolicy"

// hiddenMembers are those of a stored application that answers tell by links, and that a
// replacement keeps.
var hiddenMembers = []string{accessPolicy, logoMember}

// accessPolicyOf is the sign-on policy of an application.
func accessPolicyOf(o *Org, app okta.Object) string {
	if id := app.Text(accessPolicy); id != "" {
		return id
	}
	return o.ids.fixedID("rst", policy.TypeAccess)
}

// updateApplicationPolicy gives an application another sign-on policy.
func updateApplicationPolicy(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		app, err := tx.get(apps, r.Args["appId"])
		if err != nil {
			return err
		}
		doc, err := tx.get(policies, r.Args["policyId"])
		if err != nil {
			return err
		}
		if kind := doc.Text("type"); kind != policy.TypeAccess {
			return invalid("policyId", "policyId: An app sign-on policy (ACCESS_POLICY) is needed, this one is of the type "+kind)
		}
		if accessPolicyOf(o, app) == doc.Text("id") {
			return nil
		}
		if _, err := tx.putApp(app.With(accessPolicy, doc.Text("id"))); err != nil {
			return err
		}
		e := appEvent(app, "application.policy.sign_on.update", "Update application sign on policy")
		e.Targets = append(e.Targets, policyTarget(doc))
		tx.log(e)
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// dropAppPolicy gives the applications of a sign-on policy that is deleted the default one.
func (tx *Tx) dropAppPolicy(id string) error {
	held, err := tx.appsOfPolicy(id)
	if err != nil {
		return err
	}
	for _, doc := range held {
		if _, err := tx.putApp(doc.Without(accessPolicy)); err != nil {
			return err
		}
	}
	return nil
}

// appsOfPolicy lists the applications that name a sign-on policy.
func (s store) appsOfPolicy(id string) (held []okta.Object, err error) {
	ids, err := s.ids(`SELECT id FROM attr WHERE kind = $1 AND name = $2 AND value = $3 ORDER BY id`, apps.kind, accessPolicy, cut(fold(id)))
	if err != nil {
		return nil, err
	}
	for _, app := range ids {
		doc, err := s.get(apps, app)
		if err != nil {
			return nil, err
		}
		if doc.Text(accessPolicy) == id {
			held = append(held, doc)
		}
	}
	return held, nil
}
