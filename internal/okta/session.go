package okta

// sessionOperations are the operations of the area Session.
var sessionOperations = []Operation{
	{ID: "createSession", Area: "Session", Method: "POST", Path: "/api/v1/sessions", Scope: "okta.sessions.manage"},
	{ID: "endSession", Area: "Session", Method: "DELETE", Path: "/api/v1/sessions/{sessionId}", Scope: "okta.sessions.manage"},
	{ID: "getSession", Area: "Session", Method: "GET", Path: "/api/v1/sessions/{sessionId}", Scope: "okta.sessions.read"},
	{ID: "refreshSession", Area: "Session", Method: "POST", Path: "/api/v1/sessions/{sessionId}/lifecycle/refresh", Scope: "okta.sessions.manage"},
}
