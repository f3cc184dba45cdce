package okta

// profileMappingOperations are the operations of the area ProfileMapping.
var profileMappingOperations = []Operation{
	{ID: "listProfileMappings", Area: "ProfileMapping", Method: "GET", Path: "/api/v1/mappings", Scope: "okta.profileMappings.read"},
	{ID: "getProfileMapping", Area: "ProfileMapping", Method: "GET", Path: "/api/v1/mappings/{mappingId}", Scope: "okta.profileMappings.read"},
	{ID: "updateProfileMapping", Area: "ProfileMapping", Method: "POST", Path: "/api/v1/mappings/{mappingId}", Scope: "okta.profileMappings.manage"},
}
