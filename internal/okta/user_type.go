package okta

// userTypeOperations are the operations of the area UserType.
var userTypeOperations = []Operation{
	{ID: "listUserTypes", Area: "UserType", Method: "GET", Path: "/api/v1/meta/types/user", Scope: "okta.userTypes.read"},
	{ID: "createUserType", Area: "UserType", Method: "POST", Path: "/api/v1/meta/types/user", Scope: "okta.userTypes.manage"},
	{ID: "deleteUserType", Area: "UserType", Method: "DELETE", Path: "/api/v1/meta/types/user/{typeId}", Scope: "okta.userTypes.manage"},
	{ID: "getUserType", Area: "UserType", Method: "GET", Path: "/api/v1/meta/types/user/{typeId}", Scope: "okta.userTypes.read"},
	{ID: "updateUserType", Area: "UserType", Method: "POST", Path: "/api/v1/meta/types/user/{typeId}", Scope: "okta.userTypes.manage"},
	{ID: "replaceUserType", Area: "UserType", Method: "PUT", Path: "/api/v1/meta/types/user/{typeId}", Scope: "okta.userTypes.manage"},
}
