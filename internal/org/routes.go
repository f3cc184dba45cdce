package org

import (
	"fmt"
	"slices"

	"gatehouse/internal/okta"
)

// answers binds each operation that this org answers to its function. An area's
// operations stand together, in the order of its rows.
var answers = map[string]handler{
	// Application
	"listApplications":                                      listApplications,
	"createApplication":                                     createApplication,
	"deleteApplication":                                     deleteApplication,
	"getApplication":                                        getApplication,
	"updateApplication":                                     updateApplication,
	"listApplicationGroupAssignments":                       listApplicationGroupAssignments,
	"deleteApplicationGroupAssignment":                      deleteApplicationGroupAssignment,
	"getApplicationGroupAssignment":                         getApplicationGroupAssignment,
	"createApplicationGroupAssignment":                      createApplicationGroupAssignment,
	"activateApplication":                                   activateApplication,
	"deactivateApplication":                                 deactivateApplication,
	"listApplicationUsers":                                  listApplicationUsers,
	"assignUserToApplication":                               assignUserToApplication,
	"deleteApplicationUser":                                 deleteApplicationUser,
	"getApplicationUser":                                    getApplicationUser,
	"updateApplicationUser":                                 updateApplicationUser,
	"listApplicationKeys":                                   listApplicationKeys,
	"getApplicationKey":                                     getApplicationKey,
	"generateApplicationKey":                                generateApplicationKey,
	"cloneApplicationKey":                                   cloneApplicationKey,
	"previewSAMLAppMetadata":                                previewSAMLAppMetadata,
	"uploadApplicationLogo":                                 uploadApplicationLogo,
	"updateApplicationPolicy":                               updateApplicationPolicy,
	"listClientSecretsForApplication":                       listClientSecretsForApplication,
	"createNewClientSecretForApplication":                   createNewClientSecretForApplication,
	"deleteClientSecretForApplication":                      deleteClientSecretForApplication,
	"getClientSecretForApplication":                         getClientSecretForApplication,
	"activateClientSecretForApplication":                    activateClientSecretForApplication,
	"deactivateClientSecretForApplication":                  deactivateClientSecretForApplication,
	"listScopeConsentGrants":                                listScopeConsentGrants,
	"grantConsentToScope":                                   grantConsentToScope,
	"revokeScopeConsentGrant":                               revokeScopeConsentGrant,
	"getScopeConsentGrant":                                  getScopeConsentGrant,
	"revokeOAuth2TokensForApplication":                      revokeOAuth2TokensForApplication,
	"listOAuth2TokensForApplication":                        listOAuth2TokensForApplication,
	"revokeOAuth2TokenForApplication":                       revokeOAuth2TokenForApplication,
	"getOAuth2TokenForApplication":                          getOAuth2TokenForApplication,
	"getDefaultProvisioningConnectionForApplication":        getDefaultProvisioningConnectionForApplication,
	"setDefaultProvisioningConnectionForApplication":        setDefaultProvisioningConnectionForApplication,
	"activateDefaultProvisioningConnectionForApplication":   activateDefaultProvisioningConnectionForApplication,
	"deactivateDefaultProvisioningConnectionForApplication": deactivateDefaultProvisioningConnectionForApplication,
	"listFeaturesForApplication":                            listFeaturesForApplication,
	"getFeatureForApplication":                              getFeatureForApplication,
	"updateFeatureForApplication":                           updateFeatureForApplication,
	"listCsrsForApplication":                                listCsrsForApplication,
	"generateCsrForApplication":                             generateCsrForApplication,
	"revokeCsrFromApplication":                              revokeCsrFromApplication,
	"getCsrForApplication":                                  getCsrForApplication,
	"publishCerCert+publishBinaryCerCert+publishDerCert+publishBinaryDerCert+publishBinaryPemCert": publishCsr,
	// AuthorizationServer
	"listAuthorizationServers":                           listAuthorizationServers,
	"createAuthorizationServer":                          createAuthorizationServer,
	"deleteAuthorizationServer":                          deleteAuthorizationServer,
	"getAuthorizationServer":                             getAuthorizationServer,
	"updateAuthorizationServer":                          updateAuthorizationServer,
	"listOAuth2Claims":                                   listOAuth2Claims,
	"createOAuth2Claim":                                  createOAuth2Claim,
	"deleteOAuth2Claim":                                  deleteOAuth2Claim,
	"getOAuth2Claim":                                     getOAuth2Claim,
	"updateOAuth2Claim":                                  updateOAuth2Claim,
	"listOAuth2ClientsForAuthorizationServer":            listOAuth2ClientsForAuthorizationServer,
	"revokeRefreshTokensForAuthorizationServerAndClient": revokeRefreshTokensForAuthorizationServerAndClient,
	"listRefreshTokensForAuthorizationServerAndClient":   listRefreshTokensForAuthorizationServerAndClient,
	"revokeRefreshTokenForAuthorizationServerAndClient":  revokeRefreshTokenForAuthorizationServerAndClient,
	"getRefreshTokenForAuthorizationServerAndClient":     getRefreshTokenForAuthorizationServerAndClient,
	"listAuthorizationServerKeys":                        listAuthorizationServerKeys,
	"rotateAuthorizationServerKeys":                      rotateAuthorizationServerKeys,
	"activateAuthorizationServer":                        activateAuthorizationServer,
	"deactivateAuthorizationServer":                      deactivateAuthorizationServer,
	"listAuthorizationServerPolicies":                    listAuthorizationServerPolicies,
	"createAuthorizationServerPolicy":                    createAuthorizationServerPolicy,
	"deleteAuthorizationServerPolicy":                    deleteAuthorizationServerPolicy,
	"getAuthorizationServerPolicy":                       getAuthorizationServerPolicy,
	"updateAuthorizationServerPolicy":                    updateAuthorizationServerPolicy,
	"activateAuthorizationServerPolicy":                  activateAuthorizationServerPolicy,
	"deactivateAuthorizationServerPolicy":                deactivateAuthorizationServerPolicy,
	"listAuthorizationServerPolicyRules":                 listAuthorizationServerPolicyRules,
	"createAuthorizationServerPolicyRule":                createAuthorizationServerPolicyRule,
	"deleteAuthorizationServerPolicyRule":                deleteAuthorizationServerPolicyRule,
	"getAuthorizationServerPolicyRule":                   getAuthorizationServerPolicyRule,
	"updateAuthorizationServerPolicyRule":                updateAuthorizationServerPolicyRule,
	"activateAuthorizationServerPolicyRule":              activateAuthorizationServerPolicyRule,
	"deactivateAuthorizationServerPolicyRule":            deactivateAuthorizationServerPolicyRule,
	"listOAuth2Scopes":                                   listOAuth2Scopes,
	"createOAuth2Scope":                                  createOAuth2Scope,
	"deleteOAuth2Scope":                                  deleteOAuth2Scope,
	"getOAuth2Scope":                                     getOAuth2Scope,
	"updateOAuth2Scope":                                  updateOAuth2Scope,
	// Group
	"listGroups": listGroups, "createGroup": createGroup, "deleteGroup": deleteGroup, "getGroup": getGroup,
	"updateGroup": updateGroup, "listGroupUsers": listGroupUsers, "removeUserFromGroup": removeUserFromGroup,
	"addUserToGroup": addUserToGroup, "listGroupRules": listGroupRules, "createGroupRule": createGroupRule,
	"deleteGroupRule": deleteGroupRule, "getGroupRule": getGroupRule, "updateGroupRule": updateGroupRule,
	"activateGroupRule": activateGroupRule, "deactivateGroupRule": deactivateGroupRule,
	"listGroupAssignedRoles": listGroupAssignedRoles, "assignRoleToGroup": assignRoleToGroup,
	"removeRoleFromGroup": removeRoleFromGroup, "getRole": getRole,
	"listGroupTargetsForGroupRole":                                        listGroupTargetsForGroupRole,
	"removeGroupTargetFromGroupAdministratorRoleGivenToGroup":             removeGroupTargetFromGroupAdministratorRoleGivenToGroup,
	"addGroupTargetToGroupAdministratorRoleForGroup":                      addGroupTargetToGroupAdministratorRoleForGroup,
	"listAssignedApplicationsForGroup":                                    listAssignedApplicationsForGroup,
	"listApplicationTargetsForApplicationAdministratorRoleForGroup":       listApplicationTargetsForApplicationAdministratorRoleForGroup,
	"removeApplicationTargetFromApplicationAdministratorRoleGivenToGroup": removeApplicationTargetFromApplicationAdministratorRoleGivenToGroup,
	"addApplicationTargetToAdminRoleGivenToGroup":                         addApplicationTargetToAdminRoleGivenToGroup,
	"removeApplicationTargetFromAdministratorRoleGivenToGroup":            removeApplicationTargetFromAdministratorRoleGivenToGroup,
	"addApplicationInstanceTargetToAppAdminRoleGivenToGroup":              addApplicationInstanceTargetToAppAdminRoleGivenToGroup,
	// GroupSchema
	"getGroupSchema": getGroupSchema, "updateGroupSchema": updateGroupSchema,
	// LinkedObject
	"listLinkedObjectDefinitions": listLinkedObjectDefinitions, "addLinkedObjectDefinition": addLinkedObjectDefinition,
	"deleteLinkedObjectDefinition": deleteLinkedObjectDefinition, "getLinkedObjectDefinition": getLinkedObjectDefinition,
	// Log
	"getLogs": getLogs,
	// NetworkZone
	"listNetworkZones":      listZones,
	"createNetworkZone":     createZone,
	"deleteNetworkZone":     deleteZone,
	"getNetworkZone":        getZone,
	"updateNetworkZone":     updateZone,
	"activateNetworkZone":   activateZone,
	"deactivateNetworkZone": deactivateZone,
	// Policy
	"listPolicies": listPolicies, "createPolicy": createPolicy, "deletePolicy": deletePolicy, "getPolicy": getPolicy,
	"updatePolicy": updatePolicy, "activatePolicy": activatePolicy, "deactivatePolicy": deactivatePolicy,
	"listPolicyRules": listPolicyRules, "createPolicyRule": createPolicyRule, "deletePolicyRule": deletePolicyRule,
	"getPolicyRule": getPolicyRule, "updatePolicyRule": updatePolicyRule, "activatePolicyRule": activatePolicyRule,
	"deactivatePolicyRule": deactivatePolicyRule,
	// Session
	"createSession": createSession, "endSession": endSession, "getSession": getSession, "refreshSession": refreshSession,
	// Subscription
	"listRoleSubscriptions":                         listRoleSubscriptions,
	"getRoleSubscriptionByNotificationType":         getRoleSubscriptionByNotificationType,
	"subscribeRoleSubscriptionByNotificationType":   subscribeRoleSubscriptionByNotificationType,
	"unsubscribeRoleSubscriptionByNotificationType": unsubscribeRoleSubscriptionByNotificationType,
	"subscribeUserSubscriptionByNotificationType":   subscribeUserSubscriptionByNotificationType,
	"unsubscribeUserSubscriptionByNotificationType": unsubscribeUserSubscriptionByNotificationType,
	// TrustedOrigin
	"listOrigins": listOrigins, "createOrigin": createOrigin, "deleteOrigin": deleteOrigin, "getOrigin": getOrigin,
	"updateOrigin": updateOrigin, "activateOrigin": activateOrigin, "deactivateOrigin": deactivateOrigin,
	// User
	"listUsers": listUsers, "createUser": createUser,
	"deactivateOrDeleteUser": deactivateOrDeleteUser, "getUser": getUser,
	"partialUpdateUser": partialUpdateUser, "updateUser": updateUser, "changePassword": changePassword,
	"changeRecoveryQuestion": changeRecoveryQuestion,
	"forgotPasswordGenerateOneTimeToken+forgotPasswordSetNewPassword": forgotPassword,
	"activateUser": activateUser, "deactivateUser": deactivateUser, "expirePassword": expirePassword,
	"expirePasswordAndGetTemporaryPassword": expirePasswordAndGetTemporaryPassword, "reactivateUser": reactivateUser,
	"resetFactors": resetFactors, "resetPassword": resetPassword, "suspendUser": suspendUser,
	"unlockUser": unlockUser, "unsuspendUser": unsuspendUser, "listAssignedRolesForUser": listAssignedRolesForUser,
	"assignRoleToUser": assignRoleToUser, "removeRoleFromUser": removeRoleFromUser, "getUserRole": getUserRole,
	"clearUserSessions": clearUserSessions, "listUserGroups": listUserGroups,
	"setLinkedObjectForUser": setLinkedObjectForUser, "getLinkedObjectsForUser": getLinkedObjectsForUser,
	"removeLinkedObjectForUser": removeLinkedObjectForUser,
	"listGroupTargetsForRole":   listGroupTargetsForRole, "removeGroupTargetFromRole": removeGroupTargetFromRole,
	"addGroupTargetToRole": addGroupTargetToRole,
	"listUserClients":      listUserClients, "revokeGrantsForUserAndClient": revokeGrantsForUserAndClient,
	"listGrantsForUserAndClient":        listGrantsForUserAndClient,
	"revokeTokensForUserAndClient":      revokeTokensForUserAndClient,
	"listRefreshTokensForUserAndClient": listRefreshTokensForUserAndClient,
	"revokeTokenForUserAndClient":       revokeTokenForUserAndClient,
	"getRefreshTokenForUserAndClient":   getRefreshTokenForUserAndClient, "revokeUserGrants": revokeUserGrants,
	"listUserGrants": listUserGrants, "revokeUserGrant": revokeUserGrant, "getUserGrant": getUserGrant,
	"listAppLinks": listAppLinks, "listUserIdentityProviders": noneOfUser,
	"listUserSubscriptions":                                          listUserSubscriptions,
	"getUserSubscriptionByNotificationType":                          getUserSubscriptionByNotificationType,
	"listApplicationTargetsForApplicationAdministratorRoleForUser":   listApplicationTargetsForApplicationAdministratorRoleForUser,
	"addAllAppsAsTargetToRole":                                       addAllAppsAsTargetToRole,
	"removeApplicationTargetFromApplicationAdministratorRoleForUser": removeApplicationTargetFromApplicationAdministratorRoleForUser,
	"addApplicationTargetToAdminRoleForUser":                         addApplicationTargetToAdminRoleForUser,
	"removeApplicationTargetFromAdministratorRoleForUser":            removeApplicationTargetFromAdministratorRoleForUser,
	"addApplicationTargetToAppAdminRoleForUser":                      addApplicationTargetToAppAdminRoleForUser,
	// UserFactor
	"listFactors": listFactors, "enrollFactor": enrollFactor, "listSupportedFactors": listSupportedFactors,
	"listSupportedSecurityQuestions": listSupportedSecurityQuestions, "deleteFactor": deleteFactor, "getFactor": getFactor,
	"activateFactor": activateFactor, "getFactorTransactionStatus": getFactorTransactionStatus, "verifyFactor": verifyFactor,
	// UserSchema
	"getUserSchema": getUserSchema, "updateUserProfile": updateUserProfile,
	"getApplicationUserSchema": getApplicationUserSchema, "updateApplicationUserProfile": updateApplicationUserProfile,
	// UserType
	"listUserTypes": listUserTypes, "createUserType": createUserType, "deleteUserType": deleteUserType,
	"getUserType": getUserType, "updateUserType": updateUserType, "replaceUserType": replaceUserType,
}

// notBuilt lists the operations that answer 501 for now. A test prints it, and the
// console shows no entry for an area that is only here.
var notBuilt = []string{
	// Authenticator
	"listAuthenticators", "createAuthenticator", "getAuthenticator", "updateAuthenticator",
	"activateAuthenticator", "deactivateAuthenticator",
	// Brand
	"listBrands", "getBrand", "updateBrand", "listEmailTemplates", "getEmailTemplate",
	"deleteEmailTemplateCustomizations", "listEmailTemplateCustomizations", "createEmailTemplateCustomization",
	"deleteEmailTemplateCustomization", "getEmailTemplateCustomization", "updateEmailTemplateCustomization",
	"getEmailTemplateCustomizationPreview", "getEmailTemplateDefaultContent",
	"getEmailTemplateDefaultContentPreview", "sendTestEmail", "listBrandThemes", "getBrandTheme",
	"updateBrandTheme", "deleteBrandThemeBackgroundImage", "uploadBrandThemeBackgroundImage",
	"deleteBrandThemeFavicon", "uploadBrandThemeFavicon", "deleteBrandThemeLogo", "uploadBrandThemeLogo",
	// CAPTCHA
	"listCaptchaInstances", "createCaptchaInstance", "deleteCaptchaInstance", "getCaptchaInstance",
	"updateCaptchaInstance", "replaceCaptchaInstance",
	// Domain
	"listDomains", "createDomain", "deleteDomain", "getDomain", "createCertificate", "verifyDomain",
	// EventHook
	"listEventHooks", "createEventHook", "deleteEventHook", "getEventHook", "updateEventHook",
	"activateEventHook", "deactivateEventHook", "verifyEventHook",
	// Feature
	"listFeatures", "getFeature", "listFeatureDependencies", "listFeatureDependents", "updateFeatureLifecycle",
	// IdentityProvider
	"listIdentityProviders", "createIdentityProvider", "listIdentityProviderKeys", "createIdentityProviderKey",
	"deleteIdentityProviderKey", "getIdentityProviderKey", "deleteIdentityProvider", "getIdentityProvider",
	"updateIdentityProvider", "listCsrsForIdentityProvider", "generateCsrForIdentityProvider",
	"revokeCsrForIdentityProvider", "getCsrForIdentityProvider",
	"publishCerCertForIdentityProvider+publishBinaryCerCertForIdentityProvider+publishDerCertForIdentityProvider+publishBinaryDerCertForIdentityProvider+publishBinaryPemCertForIdentityProvider",
	"listIdentityProviderSigningKeys", "generateIdentityProviderSigningKey", "getIdentityProviderSigningKey",
	"cloneIdentityProviderKey", "activateIdentityProvider", "deactivateIdentityProvider",
	"listIdentityProviderApplicationUsers", "unlinkUserFromIdentityProvider",
	"getIdentityProviderApplicationUser", "linkUserToIdentityProvider", "listSocialAuthTokens",
	// InlineHook
	"listInlineHooks", "createInlineHook", "deleteInlineHook", "getInlineHook", "updateInlineHook",
	"executeInlineHook", "activateInlineHook", "deactivateInlineHook",
	// Org
	"getOrgSettings", "partialUpdateOrgSetting", "updateOrgSetting", "getOrgContactTypes", "getOrgContactUser",
	"updateOrgContactUser", "updateOrgLogo", "getOrgPreferences", "hideOktaUIFooter", "showOktaUIFooter",
	"getOktaCommunicationSettings", "optInUsersToOktaCommunicationEmails",
	"optOutUsersFromOktaCommunicationEmails", "getOrgOktaSupportSettings", "extendOktaSupport",
	"grantOktaSupport", "revokeOktaSupport",
	// ProfileMapping
	"listProfileMappings", "getProfileMapping", "updateProfileMapping",
	// Template
	"listSmsTemplates", "createSmsTemplate", "deleteSmsTemplate", "getSmsTemplate", "partialUpdateSmsTemplate",
	"updateSmsTemplate",
	// ThreatInsight
	"getCurrentConfiguration", "updateConfiguration",
}

// extraRoute is an operation beyond the 347 that real clients need.
type extraRoute struct {
	op     okta.Operation
	answer handler
}

// bind fills the matcher. Every operation is either answered or in notBuilt, never both.
func (o *Org) bind() error {
	for i := range okta.Operations() {
		op := &okta.Operations()[i]
		answer, built := answers[op.ID]
		missing := slices.Contains(notBuilt, op.ID)
		switch {
		case built && missing:
			return fmt.Errorf("org: %s is answered and in notBuilt", op.ID)
		case !built && !missing:
			return fmt.Errorf("org: %s is neither answered nor in notBuilt", op.ID)
		case !okta.Governed(op.ID):
			return fmt.Errorf("org: no role is said to cover %s (internal/okta/role_operation.go)", op.ID)
		case missing:
			answer = notAvailable
		}
		o.routes.add(&route{op: op, params: op.Parameters(), answer: answer})
	}
	for _, extra := range slices.Concat(idTokenRoutes, groupOwnerRoutes, userFactorRoutes, authServerRoutes, userResetRoutes) {
		if !okta.Governed(extra.op.ID) {
			return fmt.Errorf("org: no role is said to cover %s (internal/okta/role_operation.go)", extra.op.ID)
		}
		o.routes.add(&route{op: &extra.op, params: extra.op.Parameters(), answer: extra.answer})
	}
	return nil
}

// notAvailable answers an operation of notBuilt.
func notAvailable(*Org, *Request) (Reply, error) {
	e := fail("E0000060", "", "This operation is not available yet")
	e.Summary = "This operation is not available yet"
	return Reply{}, e
}
