package okta

// groupSchemaOperations are the operations of the area GroupSchema.
var groupSchemaOperations = []Operation{
	{ID: "getGroupSchema", Area: "GroupSchema", Method: "GET", Path: "/api/v1/meta/schemas/group/default", Scope: "okta.schemas.read"},
	{ID: "updateGroupSchema", Area: "GroupSchema", Method: "POST", Path: "/api/v1/meta/schemas/group/default", Scope: "okta.schemas.manage"},
}
