package okta

// linkedObjectOperations are the operations of the area LinkedObject.
var linkedObjectOperations = []Operation{
	{ID: "listLinkedObjectDefinitions", Area: "LinkedObject", Method: "GET", Path: "/api/v1/meta/schemas/user/linkedObjects", Scope: "okta.linkedObjects.read"},
	{ID: "addLinkedObjectDefinition", Area: "LinkedObject", Method: "POST", Path: "/api/v1/meta/schemas/user/linkedObjects", Scope: "okta.linkedObjects.manage"},
	{ID: "deleteLinkedObjectDefinition", Area: "LinkedObject", Method: "DELETE", Path: "/api/v1/meta/schemas/user/linkedObjects/{linkedObjectName}", Scope: "okta.linkedObjects.manage"},
	{ID: "getLinkedObjectDefinition", Area: "LinkedObject", Method: "GET", Path: "/api/v1/meta/schemas/user/linkedObjects/{linkedObjectName}", Scope: "okta.linkedObjects.read"},
}
