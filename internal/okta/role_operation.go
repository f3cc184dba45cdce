package okta

// access is what is needed to read and to write an area whose operations are alike.
type access struct{ read, write capability }

// areaCapability are the areas whose operations need one capability to read and one to
// write, but for those in operationCapability. Areas that the help pages have no row for
// are [assumed] to be like the settings next to them in the console.
var areaCapability = map[string]access{
	"Application":         {viewApps, configureApps},
	"Authenticator":       {viewPolicies, manageSecurity},
	"AuthorizationServer": {viewServers, manageServers},
	"Brand":               {viewSettings, editSettings},
	"CAPTCHA":             {viewSettings, editSettings},
	"Domain":              {viewSettings, editSettings},
	"EventHook":           {manageHooks, manageHooks},
	"Feature":             {viewSettings, editSettings},
	"GroupSchema":         {viewSchema, editSchema},
	"IdentityProvider":    {viewPolicies, manageSecurity},
	"InlineHook":          {manageHooks, manageHooks},
	"LinkedObject":        {viewSchema, editSchema},
	"Log":                 {viewLog, viewLog},
	"NetworkZone":         {viewPolicies, manageSecurity},
	"Org":                 {viewSettings, editSettings},
	"Policy":              {viewPolicies, managePolicies},
	"ProfileMapping":      {editMappings, editMappings},
	"Session":             {manageSessions, manageSessions},
	"Subscription":        {adminSubscriptions, adminSubscriptions},
	"Template":            {viewSettings, editSettings},
	"ThreatInsight":       {viewPolicies, manageSecurity},
	"TrustedOrigin":       {viewPolicies, manageSecurity},
	"UserSchema":          {viewSchema, editSchema},
	"UserType":            {viewSchema, editSchema},
}

// operationCapability are the operations that stand apart from their area, and all of
// the areas of people and groups, where nearly each is its own case.
var operationCapability = map[string]capability{
	// Application
	// Who reads a secret can act as the client.
	"listClientSecretsForApplication": configureApps, "getClientSecretForApplication": configureApps,
	"getIDTokenSettings": viewApps, "setIDTokenSettings": configureApps,
	"grantConsentToScope": grantScopes, "revokeScopeConsentGrant": grantScopes,
	"getAuthorizationServerKey": viewServers,
	// Brand: a test message is sent from an editor, though its scope is one to read.
	"sendTestEmail": editSettings,
	// Group
	"listGroups": viewGroups, "getGroup": viewGroups, "listGroupUsers": viewGroups, "listGroupOwners": viewGroups,
	"listAssignedApplicationsForGroup": viewGroups,
	"createGroup":                      manageGroups, "updateGroup": manageGroups, "deleteGroup": manageGroups,
	"assignGroupOwner": manageGroups, "deleteGroupOwner": manageGroups,
	"addUserToGroup": manageMembers, "removeUserFromGroup": manageMembers,
	// [assumed]: a rule adds members, and makes and unmakes them at large.
	"listGroupRules": viewGroupRules, "getGroupRule": viewGroupRules,
	"createGroupRule": manageGroups, "updateGroupRule": manageGroups, "deleteGroupRule": manageGroups,
	"activateGroupRule": manageGroups, "deactivateGroupRule": manageGroups,
	"listGroupAssignedRoles": manageAdmins, "assignRoleToGroup": manageAdmins, "removeRoleFromGroup": manageAdmins, "getRole": manageAdmins,
	"listApplicationTargetsForApplicationAdministratorRoleForGroup":       manageAdmins,
	"removeApplicationTargetFromApplicationAdministratorRoleGivenToGroup": manageAdmins,
	"addApplicationTargetToAdminRoleGivenToGroup":                         manageAdmins,
	"removeApplicationTargetFromAdministratorRoleGivenToGroup":            manageAdmins,
	"addApplicationInstanceTargetToAppAdminRoleGivenToGroup":              manageAdmins,
	"listGroupTargetsForGroupRole":                                        manageAdmins,
	"removeGroupTargetFromGroupAdministratorRoleGivenToGroup":             manageAdmins,
	"addGroupTargetToGroupAdministratorRoleForGroup":                      manageAdmins,
	// IdentityProvider: whom a person at a provider is [assumed] to be is part of the profile.
	"linkUserToIdentityProvider": editProfiles,
	// Org
	"getOrgOktaSupportSettings": manageAdmins, "extendOktaSupport": manageAdmins, "grantOktaSupport": manageAdmins, "revokeOktaSupport": manageAdmins,
	// User
	"listUsers": viewUsers, "getUser": viewUsers, "listUserGroups": viewUsers, "getLinkedObjectsForUser": viewUsers,
	"listAppLinks": viewUsers, "listUserIdentityProviders": viewUsers, // [assumed]
	"createUser": createUsers, "deactivateOrDeleteUser": createUsers,
	"partialUpdateUser": editProfiles, "updateUser": editProfiles,
	"setLinkedObjectForUser": editProfiles, "removeLinkedObjectForUser": editProfiles, // [assumed]
	"activateUser": userLifecycle, "deactivateUser": userLifecycle, "reactivateUser": userLifecycle,
	"suspendUser": userLifecycle, "unsuspendUser": userLifecycle,
	"unlockUser": resetCredentials, "resetPassword": resetCredentials, "resetFactors": resetCredentials,
	"expirePassword": resetCredentials, "expirePasswordAndGetTemporaryPassword": resetCredentials,
	// [assumed]: these set a password or a question, as a reset does in the end.
	"changePassword": resetCredentials, "changeRecoveryQuestion": resetCredentials,
	"forgotPasswordGenerateOneTimeToken+forgotPasswordSetNewPassword": resetCredentials,
	"clearUserSessions": clearSessions,
	// [assumed]: to end tokens is to end sessions.
	"listUserClients": viewUsers, "listUserGrants": viewUsers, "getUserGrant": viewUsers, "listGrantsForUserAndClient": viewUsers,
	"listRefreshTokensForUserAndClient": viewUsers, "getRefreshTokenForUserAndClient": viewUsers,
	"revokeUserGrants": clearSessions, "revokeUserGrant": clearSessions, "revokeGrantsForUserAndClient": clearSessions,
	"revokeTokensForUserAndClient": clearSessions, "revokeTokenForUserAndClient": clearSessions,
	"listAssignedRolesForUser": manageAdmins, "assignRoleToUser": manageAdmins, "removeRoleFromUser": manageAdmins, "getUserRole": manageAdmins,
	"listApplicationTargetsForApplicationAdministratorRoleForUser":   manageAdmins,
	"addAllAppsAsTargetToRole":                                       manageAdmins,
	"removeApplicationTargetFromApplicationAdministratorRoleForUser": manageAdmins,
	"addApplicationTargetToAdminRoleForUser":                         manageAdmins,
	"removeApplicationTargetFromAdministratorRoleForUser":            manageAdmins,
	"addApplicationTargetToAppAdminRoleForUser":                      manageAdmins,
	"listGroupTargetsForRole":                                        manageAdmins, "removeGroupTargetFromRole": manageAdmins, "addGroupTargetToRole": manageAdmins,
	"listUserSubscriptions": ownSubscriptions, "getUserSubscriptionByNotificationType": ownSubscriptions,
	"subscribeUserSubscriptionByNotificationType": ownSubscriptions, "unsubscribeUserSubscriptionByNotificationType": ownSubscriptions,
	// UserFactor [assumed]: enrolment and proof for somebody else are like a reset.
	"listFactors": viewUsers, "getFactor": viewUsers, "listSupportedFactors": viewUsers, "listSupportedSecurityQuestions": viewUsers,
	"getFactorTransactionStatus": viewUsers,
	"enrollFactor":               resetCredentials, "activateFactor": resetCredentials, "verifyFactor": resetCredentials, "deleteFactor": resetCredentials,
	"resendEnrollFactor": resetCredentials, "pollFactorActivation": resetCredentials, "cancelFactorTransaction": resetCredentials,
	// UserSchema
	"getApplicationUserSchema": viewAppSchema, "updateApplicationUserProfile": editAppSchema,
}

// self are what everybody may do about themselves: read their document, their groups and
// [assumed] their roles with the targets, and choose what they are told of.
var self = map[string]bool{
	"getUser": true, "listUserGroups": true, "listAssignedRolesForUser": true, "listGroupTargetsForRole": true,
	"listApplicationTargetsForApplicationAdministratorRoleForUser": true,
	"listUserSubscriptions": true, "getUserSubscriptionByNotificationType": true,
	"subscribeUserSubscriptionByNotificationType": true, "unsubscribeUserSubscriptionByNotificationType": true,
}

// capabilityOf is what an operation needs: its own row's, else its area's.
func capabilityOf(op string) (capability, bool) {
	if c, known := operationCapability[op]; known {
		return c, true
	}
	o := Find(op)
	if o == nil {
		return 0, false
	}
	a, known := areaCapability[o.Area]
	if o.Safe() {
		return a.read, known
	}
	return a.write, known
}
