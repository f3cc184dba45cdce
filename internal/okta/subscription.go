package okta

// subscriptionOperations are the operations of the area Subscription.
var subscriptionOperations = []Operation{
	{ID: "listRoleSubscriptions", Area: "Subscription", Method: "GET", Path: "/api/v1/roles/{roleTypeOrRoleId}/subscriptions", Scope: "okta.roles.read"},
	{ID: "getRoleSubscriptionByNotificationType", Area: "Subscription", Method: "GET", Path: "/api/v1/roles/{roleTypeOrRoleId}/subscriptions/{notificationType}", Scope: "okta.roles.read"},
	{ID: "subscribeRoleSubscriptionByNotificationType", Area: "Subscription", Method: "POST", Path: "/api/v1/roles/{roleTypeOrRoleId}/subscriptions/{notificationType}/subscribe", Scope: "okta.roles.manage"},
	{ID: "unsubscribeRoleSubscriptionByNotificationType", Area: "Subscription", Method: "POST", Path: "/api/v1/roles/{roleTypeOrRoleId}/subscriptions/{notificationType}/unsubscribe", Scope: "okta.roles.manage"},
	{ID: "subscribeUserSubscriptionByNotificationType", Area: "Subscription", Method: "POST", Path: "/api/v1/users/{userId}/subscriptions/{notificationType}/subscribe", Scope: "okta.users.manage"},
	{ID: "unsubscribeUserSubscriptionByNotificationType", Area: "Subscription", Method: "POST", Path: "/api/v1/users/{userId}/subscriptions/{notificationType}/unsubscribe", Scope: "okta.users.manage"},
}
