package org

import "gatehouse/internal/policy"

// mayWritePolicies refuses an app admin the policies that are not of apps (okta-semantics C6).
func mayWritePolicies(r *Request, k *policyKind) error {
	if k.name != policy.TypeAccess && r.reach != nil {
		return fail("E0000006", "")
	}
	return nil
}
