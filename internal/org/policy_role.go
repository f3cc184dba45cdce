package org

import (
	"slices"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// mayWritePolicies refuses an app admin the policies that are not of apps (okta-semantics C6).
func mayWritePolicies(r *Request, k *policyKind) error {
	if k.name == policy.TypeAccess || r.Actor.UserID == "" {
		return nil
	}
	for _, role := range r.Actor.Roles {
		if !slices.Contains([]okta.Coverage{okta.Nowhere, okta.SignOnPolicies}, okta.Covers(role, r.Op.ID)) {
			return nil
		}
	}
	return fail("E0000006", "")
}
