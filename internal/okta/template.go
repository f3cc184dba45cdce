package okta

// templateOperations are the operations of the area Template.
var templateOperations = []Operation{
	{ID: "listSmsTemplates", Area: "Template", Method: "GET", Path: "/api/v1/templates/sms", Scope: "okta.templates.read"},
	{ID: "createSmsTemplate", Area: "Template", Method: "POST", Path: "/api/v1/templates/sms", Scope: "okta.templates.manage"},
	{ID: "deleteSmsTemplate", Area: "Template", Method: "DELETE", Path: "/api/v1/templates/sms/{templateId}", Scope: "okta.templates.manage"},
	{ID: "getSmsTemplate", Area: "Template", Method: "GET", Path: "/api/v1/templates/sms/{templateId}", Scope: "okta.templates.read"},
	{ID: "partialUpdateSmsTemplate", Area: "Template", Method: "POST", Path: "/api/v1/templates/sms/{templateId}", Scope: "okta.templates.manage"},
	{ID: "updateSmsTemplate", Area: "Template", Method: "PUT", Path: "/api/v1/templates/sms/{templateId}", Scope: "okta.templates.manage"},
}
