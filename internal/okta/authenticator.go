package okta

// authenticatorOperations are the operations of the area Authenticator.
var authenticatorOperations = []Operation{
	{ID: "listAuthenticators", Area: "Authenticator", Method: "GET", Path: "/api/v1/authenticators", Scope: "okta.authenticators.read"},
	{ID: "createAuthenticator", Area: "Authenticator", Method: "POST", Path: "/api/v1/authenticators", Scope: "okta.authenticators.manage"},
	{ID: "getAuthenticator", Area: "Authenticator", Method: "GET", Path: "/api/v1/authenticators/{authenticatorId}", Scope: "okta.authenticators.read"},
	{ID: "updateAuthenticator", Area: "Authenticator", Method: "PUT", Path: "/api/v1/authenticators/{authenticatorId}", Scope: "okta.authenticators.manage"},
	{ID: "activateAuthenticator", Area: "Authenticator", Method: "POST", Path: "/api/v1/authenticators/{authenticatorId}/lifecycle/activate", Scope: "okta.authenticators.manage"},
	{ID: "deactivateAuthenticator", Area: "Authenticator", Method: "POST", Path: "/api/v1/authenticators/{authenticatorId}/lifecycle/deactivate", Scope: "okta.authenticators.manage"},
}
