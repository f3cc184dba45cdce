package org

import "strings"

// The columns of the rows below.
var matrixRoles = strings.Fields("SUPER_ADMIN ORG_ADMIN USER_ADMIN APP_ADMIN READ_ONLY_ADMIN MOBILE_ADMIN HELP_DESK_ADMIN REPORT_ADMIN API_ACCESS_MANAGEMENT_ADMIN GROUP_MEMBERSHIP_ADMIN")

// matrixRow is a row of the comparison of the standard roles, typed from the help pages
// (okta-semantics C6) and not from the code: which roles have the capability, and which
// operations need it. ● is everything; g the target groups, a the target apps, o OpenID
// Connect apps; w everything, but only for who is not narrowed; s policies of apps.
type matrixRow struct{ capability, roles, operations string }

var matrixRows = []matrixRow{
	//                                     SU OR US AP RO MO HD RE AM GM
	{"view users", "                       ●  ●  g  ●  ●  ●  g  -  ●  ●", `listUsers getUser listUserGroups`},
	{"change the state of users", "        ●  ●  g  -  -  -  -  -  -  -", `activateUser deactivateUser reactivateUser suspendUser unsuspendUser`},
	{"create and delete users", "          ●  ●  g  -  -  -  -  -  -  -", `createUser deactivateOrDeleteUser`},
	{"edit profiles", "                    ●  ●  g  -  -  -  -  -  -  -", `updateUser partialUpdateUser`},
	{"password and MFA resets, unlock", "  ●  ●  g  -  -  -  g  -  -  -", `unlockUser resetPassword resetFactors expirePassword expirePasswordAndGetTemporaryPassword`},
	{"clear sessions", "                   ●  ●  g  -  -  -  g  -  -  -", `clearUserSessions`},
	{"view groups", "                      ●  ●  g  ●  ●  ●  g  -  ●  ●", `listGroups getGroup listGroupUsers`},
	{"add and remove members", "           ●  ●  g  -  -  -  -  -  -  g", `addUserToGroup removeUserFromGroup`},
	{"create and delete groups", "         ●  ●  -  -  -  -  -  -  -  -", `createGroup deleteGroup updateGroup`},
	{"view apps", "                        ●  -  -  a  ●  ●  -  -  o  -", `listApplications getApplication listApplicationUsers getApplicationUser
		listApplicationGroupAssignments getApplicationGroupAssignment listApplicationKeys getApplicationKey previewSAMLAppMetadata
		listScopeConsentGrants getScopeConsentGrant listOAuth2TokensForApplication getOAuth2TokenForApplication getIDTokenSettings
		getDefaultProvisioningConnectionForApplication listFeaturesForApplication getFeatureForApplication
		listCsrsForApplication getCsrForApplication`},
	{"configure apps, assign users", "     ●  -  -  a  -  -  -  -  o  -", `createApplication updateApplication deleteApplication activateApplication
		deactivateApplication assignUserToApplication updateApplicationUser deleteApplicationUser createApplicationGroupAssignment deleteApplicationGroupAssignment
		generateApplicationKey cloneApplicationKey uploadApplicationLogo updateApplicationPolicy revokeOAuth2TokensForApplication revokeOAuth2TokenForApplication setIDTokenSettings
		setDefaultProvisioningConnectionForApplication activateDefaultProvisioningConnectionForApplication
		deactivateDefaultProvisioningConnectionForApplication updateFeatureForApplication
		generateCsrForApplication revokeCsrFromApplication publishCerCert+publishBinaryCerCert+publishDerCert+publishBinaryDerCert+publishBinaryPemCert`},
	// [assumed]: who reads a secret can act as the client.
	{"secrets of clients", "               ●  -  -  a  -  -  -  -  o  -", `listClientSecretsForApplication getClientSecretForApplication
		createNewClientSecretForApplication deleteClientSecretForApplication activateClientSecretForApplication deactivateClientSecretForApplication`},
	{"grant scopes", "                     ●  -  -  -  -  -  -  -  -  -", `grantConsentToScope revokeScopeConsentGrant`},
	// [assumed]: x-okta-iam-admin-roles of the published description, within the apps of the role.
	{"view attributes of apps", "          ●  ●  -  a  ●  ●  -  -  o  -", `getApplicationUserSchema`},
	{"change attributes of apps", "        ●  -  -  a  -  -  -  -  o  -", `updateApplicationUserProfile`},
	{"view the System Log", "              ●  ●  -  ●  ●  ●  -  ●  ●  -", `getLogs`},
	{"view policies", "                    ●  ●  -  -  ●  ●  -  -  -  -", `listPolicies getPolicy listPolicyRules getPolicyRule`},
	{"change policies and rules", "        ●  ●  -  s  -  ●  -  -  -  -", `createPolicy updatePolicy deletePolicy activatePolicy deactivatePolicy
		createPolicyRule updatePolicyRule deletePolicyRule activatePolicyRule deactivatePolicyRule`},
	{"view authorization servers", "       ●  ●  -  -  ●  -  -  -  ●  -", `listAuthorizationServers getAuthorizationServer listOAuth2Claims getOAuth2Claim
		listOAuth2Scopes getOAuth2Scope listOAuth2ClientsForAuthorizationServer listRefreshTokensForAuthorizationServerAndClient
		getRefreshTokenForAuthorizationServerAndClient listAuthorizationServerKeys getAuthorizationServerKey listAuthorizationServerPolicies getAuthorizationServerPolicy
		listAuthorizationServerPolicyRules getAuthorizationServerPolicyRule`},
	{"manage authorization servers", "     ●  -  -  -  -  -  -  -  ●  -", `createAuthorizationServer updateAuthorizationServer deleteAuthorizationServer
		activateAuthorizationServer deactivateAuthorizationServer createOAuth2Claim updateOAuth2Claim deleteOAuth2Claim
		createOAuth2Scope updateOAuth2Scope deleteOAuth2Scope revokeRefreshTokensForAuthorizationServerAndClient
		revokeRefreshTokenForAuthorizationServerAndClient rotateAuthorizationServerKeys
		createAuthorizationServerPolicy updateAuthorizationServerPolicy deleteAuthorizationServerPolicy
		activateAuthorizationServerPolicy deactivateAuthorizationServerPolicy createAuthorizationServerPolicyRule updateAuthorizationServerPolicyRule
		deleteAuthorizationServerPolicyRule activateAuthorizationServerPolicyRule deactivateAuthorizationServerPolicyRule`},
	{"view network zones", "               ●  ●  -  -  ●  ●  -  -  -  -", `listNetworkZones getNetworkZone`},
	{"manage network zones", "             ●  ●  -  -  -  -  -  -  -  -", `createNetworkZone updateNetworkZone deleteNetworkZone activateNetworkZone deactivateNetworkZone`},
	{"administrators", "                   ●  -  -  -  -  -  -  -  -  -", `listAssignedRolesForUser assignRoleToUser removeRoleFromUser getUserRole
		listGroupTargetsForRole addGroupTargetToRole removeGroupTargetFromRole listGroupAssignedRoles assignRoleToGroup removeRoleFromGroup getRole
		listGroupTargetsForGroupRole addGroupTargetToGroupAdministratorRoleForGroup removeGroupTargetFromGroupAdministratorRoleGivenToGroup
		listApplicationTargetsForApplicationAdministratorRoleForUser addAllAppsAsTargetToRole addApplicationTargetToAdminRoleForUser
		removeApplicationTargetFromApplicationAdministratorRoleForUser addApplicationTargetToAppAdminRoleForUser removeApplicationTargetFromAdministratorRoleForUser
		listApplicationTargetsForApplicationAdministratorRoleForGroup addApplicationTargetToAdminRoleGivenToGroup
		removeApplicationTargetFromApplicationAdministratorRoleGivenToGroup addApplicationInstanceTargetToAppAdminRoleGivenToGroup
		removeApplicationTargetFromAdministratorRoleGivenToGroup`},
	{"profile editor", "                   ●  ●  -  ●  -  -  -  -  ●  -", `updateUserProfile updateGroupSchema`},

	// Rows that the help pages lack [assumed].
	{"see what profiles hold", "           ●  ●  ●  ●  ●  ●  ●  -  ●  ●", `getUserSchema getGroupSchema listLinkedObjectDefinitions getLinkedObjectDefinition listUserTypes getUserType`},
	{"say what profiles hold", "           ●  ●  -  ●  -  -  -  -  ●  -", `addLinkedObjectDefinition deleteLinkedObjectDefinition
		createUserType updateUserType replaceUserType deleteUserType`},
	{"view group rules", "                 ●  ●  w  ●  ●  ●  w  -  ●  ●", `listGroupRules getGroupRule`},
	{"write group rules, owners", "        ●  ●  -  -  -  -  -  -  -  -", `createGroupRule updateGroupRule deleteGroupRule activateGroupRule deactivateGroupRule
		assignGroupOwner deleteGroupOwner`},
	{"see owners and apps of groups", "    ●  ●  g  ●  ●  ●  g  -  ●  ●", `listGroupOwners listAssignedApplicationsForGroup`},
	{"see what users have", "              ●  ●  g  ●  ●  ●  g  -  ●  ●", `listAppLinks listUserIdentityProviders listUserClients listUserGrants getUserGrant
		listGrantsForUserAndClient listRefreshTokensForUserAndClient getRefreshTokenForUserAndClient getLinkedObjectsForUser
		listFactors getFactor listSupportedFactors listSupportedSecurityQuestions getFactorTransactionStatus`},
	{"link users", "                       ●  ●  g  -  -  -  -  -  -  -", `setLinkedObjectForUser removeLinkedObjectForUser`},
	{"revoke tokens and grants", "         ●  ●  g  -  -  -  g  -  -  -", `revokeUserGrants revokeUserGrant revokeGrantsForUserAndClient
		revokeTokensForUserAndClient revokeTokenForUserAndClient`},
	{"set what users prove themselves by", "●  ●  g  -  -  -  g  -  -  -", `changePassword changeRecoveryQuestion
		forgotPasswordGenerateOneTimeToken+forgotPasswordSetNewPassword enrollFactor activateFactor verifyFactor deleteFactor resendEnrollFactor pollFactorActivation
		cancelFactorTransaction`},
	{"sessions by their id", "             ●  ●  -  -  -  -  -  -  -  -", `createSession endSession getSession refreshSession`},
	{"what admins are told of", "          ●  ●  -  -  -  -  -  -  -  -", `listRoleSubscriptions getRoleSubscriptionByNotificationType
		subscribeRoleSubscriptionByNotificationType unsubscribeRoleSubscriptionByNotificationType`},
	{"view trusted origins", "             ●  ●  -  -  ●  ●  -  -  -  -", `listOrigins getOrigin`},
	{"change trusted origins", "           ●  ●  -  -  -  -  -  -  -  -", `createOrigin updateOrigin deleteOrigin activateOrigin deactivateOrigin`},
	{"what a user is told of, the user only", "-  -  -  -  -  -  -  -  -  -", `listUserSubscriptions getUserSubscriptionByNotificationType
		subscribeUserSubscriptionByNotificationType unsubscribeUserSubscriptionByNotificationType`},
}
