package okta

// policyOperations are the operations of the area Policy.
var policyOperations = []Operation{
	{ID: "listPolicies", Area: "Policy", Method: "GET", Path: "/api/v1/policies", Scope: "okta.policies.read"},
	{ID: "createPolicy", Area: "Policy", Method: "POST", Path: "/api/v1/policies", Scope: "okta.policies.manage"},
	{ID: "deletePolicy", Area: "Policy", Method: "DELETE", Path: "/api/v1/policies/{policyId}", Scope: "okta.policies.manage"},
	{ID: "getPolicy", Area: "Policy", Method: "GET", Path: "/api/v1/policies/{policyId}", Scope: "okta.policies.read"},
	{ID: "updatePolicy", Area: "Policy", Method: "PUT", Path: "/api/v1/policies/{policyId}", Scope: "okta.policies.manage"},
	{ID: "activatePolicy", Area: "Policy", Method: "POST", Path: "/api/v1/policies/{policyId}/lifecycle/activate", Scope: "okta.policies.manage"},
	{ID: "deactivatePolicy", Area: "Policy", Method: "POST", Path: "/api/v1/policies/{policyId}/lifecycle/deactivate", Scope: "okta.policies.manage"},
	{ID: "listPolicyRules", Area: "Policy", Method: "GET", Path: "/api/v1/policies/{policyId}/rules", Scope: "okta.policies.read"},
	{ID: "createPolicyRule", Area: "Policy", Method: "POST", Path: "/api/v1/policies/{policyId}/rules", Scope: "okta.policies.manage"},
	{ID: "deletePolicyRule", Area: "Policy", Method: "DELETE", Path: "/api/v1/policies/{policyId}/rules/{ruleId}", Scope: "okta.policies.manage"},
	{ID: "getPolicyRule", Area: "Policy", Method: "GET", Path: "/api/v1/policies/{policyId}/rules/{ruleId}", Scope: "okta.policies.read"},
	{ID: "updatePolicyRule", Area: "Policy", Method: "PUT", Path: "/api/v1/policies/{policyId}/rules/{ruleId}", Scope: "okta.policies.manage"},
	{ID: "activatePolicyRule", Area: "Policy", Method: "POST", Path: "/api/v1/policies/{policyId}/rules/{ruleId}/lifecycle/activate", Scope: "okta.policies.manage"},
	{ID: "deactivatePolicyRule", Area: "Policy", Method: "POST", Path: "/api/v1/policies/{policyId}/rules/{ruleId}/lifecycle/deactivate", Scope: "okta.policies.manage"},
}
