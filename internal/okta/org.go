package okta

// orgOperations are the operations of the area Org.
var orgOperations = []Operation{
	{ID: "getOrgSettings", Area: "Org", Method: "GET", Path: "/api/v1/org", Scope: "okta.orgs.read"},
	{ID: "partialUpdateOrgSetting", Area: "Org", Method: "POST", Path: "/api/v1/org", Scope: "okta.orgs.manage"},
	{ID: "updateOrgSetting", Area: "Org", Method: "PUT", Path: "/api/v1/org", Scope: "okta.orgs.manage"},
	{ID: "getOrgContactTypes", Area: "Org", Method: "GET", Path: "/api/v1/org/contacts", Scope: "okta.orgs.read"},
	{ID: "getOrgContactUser", Area: "Org", Method: "GET", Path: "/api/v1/org/contacts/{contactType}", Scope: "okta.orgs.read"},
	{ID: "updateOrgContactUser", Area: "Org", Method: "PUT", Path: "/api/v1/org/contacts/{contactType}", Scope: "okta.orgs.manage"},
	{ID: "updateOrgLogo", Area: "Org", Method: "POST", Path: "/api/v1/org/logo", Scope: "okta.orgs.manage"},
	{ID: "getOrgPreferences", Area: "Org", Method: "GET", Path: "/api/v1/org/preferences", Scope: "okta.orgs.read"},
	{ID: "hideOktaUIFooter", Area: "Org", Method: "POST", Path: "/api/v1/org/preferences/hideEndUserFooter", Scope: "okta.orgs.manage"},
	{ID: "showOktaUIFooter", Area: "Org", Method: "POST", Path: "/api/v1/org/preferences/showEndUserFooter", Scope: "okta.orgs.manage"},
	{ID: "getOktaCommunicationSettings", Area: "Org", Method: "GET", Path: "/api/v1/org/privacy/oktaCommunication", Scope: "okta.orgs.read"},
	{ID: "optInUsersToOktaCommunicationEmails", Area: "Org", Method: "POST", Path: "/api/v1/org/privacy/oktaCommunication/optIn", Scope: "okta.orgs.manage"},
	{ID: "optOutUsersFromOktaCommunicationEmails", Area: "Org", Method: "POST", Path: "/api/v1/org/privacy/oktaCommunication/optOut", Scope: "okta.orgs.manage"},
	{ID: "getOrgOktaSupportSettings", Area: "Org", Method: "GET", Path: "/api/v1/org/privacy/oktaSupport", Scope: "okta.orgs.read"},
	{ID: "extendOktaSupport", Area: "Org", Method: "POST", Path: "/api/v1/org/privacy/oktaSupport/extend", Scope: "okta.orgs.manage"},
	{ID: "grantOktaSupport", Area: "Org", Method: "POST", Path: "/api/v1/org/privacy/oktaSupport/grant", Scope: "okta.orgs.manage"},
	{ID: "revokeOktaSupport", Area: "Org", Method: "POST", Path: "/api/v1/org/privacy/oktaSupport/revoke", Scope: "okta.orgs.manage"},
}
