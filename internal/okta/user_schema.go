package okta

// userSchemaOperations are the operations of the area UserSchema.
var userSchemaOperations = []Operation{
	{ID: "getApplicationUserSchema", Area: "UserSchema", Method: "GET", Path: "/api/v1/meta/schemas/apps/{appInstanceId}/default", Scope: "okta.schemas.read"},
	{ID: "updateApplicationUserProfile", Area: "UserSchema", Method: "POST", Path: "/api/v1/meta/schemas/apps/{appInstanceId}/default", Scope: "okta.schemas.manage"},
	{ID: "getUserSchema", Area: "UserSchema", Method: "GET", Path: "/api/v1/meta/schemas/user/{schemaId}", Scope: "okta.schemas.read"},
	{ID: "updateUserProfile", Area: "UserSchema", Method: "POST", Path: "/api/v1/meta/schemas/user/{schemaId}", Scope: "okta.schemas.manage"},
}
