package okta

// inlineHookOperations are the operations of the area InlineHook.
var inlineHookOperations = []Operation{
	{ID: "listInlineHooks", Area: "InlineHook", Method: "GET", Path: "/api/v1/inlineHooks", Scope: "okta.inlineHooks.read"},
	{ID: "createInlineHook", Area: "InlineHook", Method: "POST", Path: "/api/v1/inlineHooks", Scope: "okta.inlineHooks.manage"},
	{ID: "deleteInlineHook", Area: "InlineHook", Method: "DELETE", Path: "/api/v1/inlineHooks/{inlineHookId}", Scope: "okta.inlineHooks.manage"},
	{ID: "getInlineHook", Area: "InlineHook", Method: "GET", Path: "/api/v1/inlineHooks/{inlineHookId}", Scope: "okta.inlineHooks.read"},
	{ID: "updateInlineHook", Area: "InlineHook", Method: "PUT", Path: "/api/v1/inlineHooks/{inlineHookId}", Scope: "okta.inlineHooks.manage"},
	{ID: "executeInlineHook", Area: "InlineHook", Method: "POST", Path: "/api/v1/inlineHooks/{inlineHookId}/execute", Scope: "okta.inlineHooks.manage"},
	{ID: "activateInlineHook", Area: "InlineHook", Method: "POST", Path: "/api/v1/inlineHooks/{inlineHookId}/lifecycle/activate", Scope: "okta.inlineHooks.manage"},
	{ID: "deactivateInlineHook", Area: "InlineHook", Method: "POST", Path: "/api/v1/inlineHooks/{inlineHookId}/lifecycle/deactivate", Scope: "okta.inlineHooks.manage"},
}
