package okta

// domainOperations are the operations of the area Domain.
var domainOperations = []Operation{
	{ID: "listDomains", Area: "Domain", Method: "GET", Path: "/api/v1/domains", Scope: "okta.domains.read"},
	{ID: "createDomain", Area: "Domain", Method: "POST", Path: "/api/v1/domains", Scope: "okta.domains.manage"},
	{ID: "deleteDomain", Area: "Domain", Method: "DELETE", Path: "/api/v1/domains/{domainId}", Scope: "okta.domains.manage"},
	{ID: "getDomain", Area: "Domain", Method: "GET", Path: "/api/v1/domains/{domainId}", Scope: "okta.domains.read"},
	{ID: "createCertificate", Area: "Domain", Method: "PUT", Path: "/api/v1/domains/{domainId}/certificate", Scope: "okta.domains.manage"},
	{ID: "verifyDomain", Area: "Domain", Method: "POST", Path: "/api/v1/domains/{domainId}/verify", Scope: "okta.domains.manage"},
}
