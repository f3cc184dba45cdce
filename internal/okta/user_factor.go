package okta

// userFactorOperations are the operations of the area UserFactor.
var userFactorOperations = []Operation{
	{ID: "listFactors", Area: "UserFactor", Method: "GET", Path: "/api/v1/users/{userId}/factors", Scope: "okta.users.read"},
	{ID: "enrollFactor", Area: "UserFactor", Method: "POST", Path: "/api/v1/users/{userId}/factors", Scope: "okta.users.manage"},
	{ID: "listSupportedFactors", Area: "UserFactor", Method: "GET", Path: "/api/v1/users/{userId}/factors/catalog", Scope: "okta.users.read"},
	{ID: "listSupportedSecurityQuestions", Area: "UserFactor", Method: "GET", Path: "/api/v1/users/{userId}/factors/questions"},
	{ID: "deleteFactor", Area: "UserFactor", Method: "DELETE", Path: "/api/v1/users/{userId}/factors/{factorId}", Scope: "okta.users.manage"},
	{ID: "getFactor", Area: "UserFactor", Method: "GET", Path: "/api/v1/users/{userId}/factors/{factorId}", Scope: "okta.users.read"},
	{ID: "activateFactor", Area: "UserFactor", Method: "POST", Path: "/api/v1/users/{userId}/factors/{factorId}/lifecycle/activate", Scope: "okta.users.manage"},
	{ID: "getFactorTransactionStatus", Area: "UserFactor", Method: "GET", Path: "/api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}", Scope: "okta.users.read"},
	{ID: "verifyFactor", Area: "UserFactor", Method: "POST", Path: "/api/v1/users/{userId}/factors/{factorId}/verify", Scope: "okta.users.manage"},
}

// userFactorLinks are operations beyond the published list to which a factor's own links lead.
var userFactorLinks = []Operation{
	{ID: "resendEnrollFactor", Area: "UserFactor", Method: "POST", Path: "/api/v1/users/{userId}/factors/{factorId}/resend", Scope: "okta.users.manage"},
	{ID: "pollFactorActivation", Area: "UserFactor", Method: "POST", Path: "/api/v1/users/{userId}/factors/{factorId}/lifecycle/activate/poll", Scope: "okta.users.manage"},
	{ID: "cancelFactorTransaction", Area: "UserFactor", Method: "DELETE", Path: "/api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}", Scope: "okta.users.manage"},
}
