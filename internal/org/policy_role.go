package org

import (
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// mayWritePolicies refuses an app admin the policies that are not of apps (okta-semantics C6).
func mayWritePolicies(r *Request, kind string) error {
	if kind != policy.TypeAccess && r.reach != nil {
		return fail("E0000006", "")
	}
	return nil
}

// mayWritePolicy is mayWritePolicies for a policy that is there. Who is narrowed to apps writes
// the policies that only those have, and not the default one, which every app gets [assumed].
func (s store) mayWritePolicy(r *Request, doc okta.Object) error {
	if err := mayWritePolicies(r, doc.Text("type")); err != nil || r.reach == nil || r.reach.signOn {
		return err
	}
	if isSystem(doc) {
		return fail("E0000006", "")
	}
	held, err := s.appsOfPolicy(doc.Text("id"))
	if err != nil {
		return err
	}
	for _, app := range held {
		if !r.reach.app(app) {
			return fail("E0000006", "")
		}
	}
	return nil
}
