package okta

// featureOperations are the operations of the area Feature.
var featureOperations = []Operation{
	{ID: "listFeatures", Area: "Feature", Method: "GET", Path: "/api/v1/features", Scope: "okta.features.read"},
	{ID: "getFeature", Area: "Feature", Method: "GET", Path: "/api/v1/features/{featureId}", Scope: "okta.features.read"},
	{ID: "listFeatureDependencies", Area: "Feature", Method: "GET", Path: "/api/v1/features/{featureId}/dependencies", Scope: "okta.features.read"},
	{ID: "listFeatureDependents", Area: "Feature", Method: "GET", Path: "/api/v1/features/{featureId}/dependents", Scope: "okta.features.read"},
	{ID: "updateFeatureLifecycle", Area: "Feature", Method: "POST", Path: "/api/v1/features/{featureId}/{lifecycle}", Scope: "okta.features.manage"},
}
