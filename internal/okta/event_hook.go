package okta

// eventHookOperations are the operations of the area EventHook.
var eventHookOperations = []Operation{
	{ID: "listEventHooks", Area: "EventHook", Method: "GET", Path: "/api/v1/eventHooks", Scope: "okta.eventHooks.read"},
	{ID: "createEventHook", Area: "EventHook", Method: "POST", Path: "/api/v1/eventHooks", Scope: "okta.eventHooks.manage"},
	{ID: "deleteEventHook", Area: "EventHook", Method: "DELETE", Path: "/api/v1/eventHooks/{eventHookId}", Scope: "okta.eventHooks.manage"},
	{ID: "getEventHook", Area: "EventHook", Method: "GET", Path: "/api/v1/eventHooks/{eventHookId}", Scope: "okta.eventHooks.read"},
	{ID: "updateEventHook", Area: "EventHook", Method: "PUT", Path: "/api/v1/eventHooks/{eventHookId}", Scope: "okta.eventHooks.manage"},
	{ID: "activateEventHook", Area: "EventHook", Method: "POST", Path: "/api/v1/eventHooks/{eventHookId}/lifecycle/activate", Scope: "okta.eventHooks.manage"},
	{ID: "deactivateEventHook", Area: "EventHook", Method: "POST", Path: "/api/v1/eventHooks/{eventHookId}/lifecycle/deactivate", Scope: "okta.eventHooks.manage"},
	{ID: "verifyEventHook", Area: "EventHook", Method: "POST", Path: "/api/v1/eventHooks/{eventHookId}/lifecycle/verify", Scope: "okta.eventHooks.manage"},
}
