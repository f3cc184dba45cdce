package okta

// logOperations are the operations of the area Log.
var logOperations = []Operation{
	{ID: "getLogs", Area: "Log", Method: "GET", Path: "/api/v1/logs", Scope: "okta.logs.read"},
}
