package okta

// trustedOriginOperations are the operations of the area TrustedOrigin.
var trustedOriginOperations = []Operation{
	{ID: "listOrigins", Area: "TrustedOrigin", Method: "GET", Path: "/api/v1/trustedOrigins", Scope: "okta.trustedOrigins.read"},
	{ID: "createOrigin", Area: "TrustedOrigin", Method: "POST", Path: "/api/v1/trustedOrigins", Scope: "okta.trustedOrigins.manage"},
	{ID: "deleteOrigin", Area: "TrustedOrigin", Method: "DELETE", Path: "/api/v1/trustedOrigins/{trustedOriginId}", Scope: "okta.trustedOrigins.manage"},
	{ID: "getOrigin", Area: "TrustedOrigin", Method: "GET", Path: "/api/v1/trustedOrigins/{trustedOriginId}", Scope: "okta.trustedOrigins.read"},
	{ID: "updateOrigin", Area: "TrustedOrigin", Method: "PUT", Path: "/api/v1/trustedOrigins/{trustedOriginId}", Scope: "okta.trustedOrigins.manage"},
	{ID: "activateOrigin", Area: "TrustedOrigin", Method: "POST", Path: "/api/v1/trustedOrigins/{trustedOriginId}/lifecycle/activate", Scope: "okta.trustedOrigins.manage"},
	{ID: "deactivateOrigin", Area: "TrustedOrigin", Method: "POST", Path: "/api/v1/trustedOrigins/{trustedOriginId}/lifecycle/deactivate", Scope: "okta.trustedOrigins.manage"},
}
