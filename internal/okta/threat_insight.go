package okta

// threatInsightOperations are the operations of the area ThreatInsight.
var threatInsightOperations = []Operation{
	{ID: "getCurrentConfiguration", Area: "ThreatInsight", Method: "GET", Path: "/api/v1/threats/configuration", Scope: "okta.threatInsights.read"},
	{ID: "updateConfiguration", Area: "ThreatInsight", Method: "POST", Path: "/api/v1/threats/configuration", Scope: "okta.threatInsights.manage"},
}
