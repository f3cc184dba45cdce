package okta

// networkZoneOperations are the operations of the area NetworkZone.
var networkZoneOperations = []Operation{
	{ID: "listNetworkZones", Area: "NetworkZone", Method: "GET", Path: "/api/v1/zones", Scope: "okta.networkZones.read"},
	{ID: "createNetworkZone", Area: "NetworkZone", Method: "POST", Path: "/api/v1/zones", Scope: "okta.networkZones.manage"},
	{ID: "deleteNetworkZone", Area: "NetworkZone", Method: "DELETE", Path: "/api/v1/zones/{zoneId}", Scope: "okta.networkZones.manage"},
	{ID: "getNetworkZone", Area: "NetworkZone", Method: "GET", Path: "/api/v1/zones/{zoneId}", Scope: "okta.networkZones.read"},
	{ID: "updateNetworkZone", Area: "NetworkZone", Method: "PUT", Path: "/api/v1/zones/{zoneId}", Scope: "okta.networkZones.manage"},
	{ID: "activateNetworkZone", Area: "NetworkZone", Method: "POST", Path: "/api/v1/zones/{zoneId}/lifecycle/activate", Scope: "okta.networkZones.manage"},
	{ID: "deactivateNetworkZone", Area: "NetworkZone", Method: "POST", Path: "/api/v1/zones/{zoneId}/lifecycle/deactivate", Scope: "okta.networkZones.manage"},
}
