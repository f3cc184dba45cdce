package okta

// groupOwnerOperations are newer than the published list, but clients call them, and
// every group links to them ("recorded").
var groupOwnerOperations = []Operation{
	{ID: "listGroupOwners", Area: "Group", Method: "GET", Path: "/api/v1/groups/{groupId}/owners", Scope: "okta.groups.read"},
	{ID: "assignGroupOwner", Area: "Group", Method: "POST", Path: "/api/v1/groups/{groupId}/owners", Scope: "okta.groups.manage"},
	{ID: "deleteGroupOwner", Area: "Group", Method: "DELETE", Path: "/api/v1/groups/{groupId}/owners/{ownerId}", Scope: "okta.groups.manage"},
}
