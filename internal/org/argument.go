package org

import (
	"regexp"
	"strings"
	"unicode"
)

var idPattern = regexp.MustCompile(`^[0-9A-Za-z_.:-]{1,128}$`)

// nouns are what E0000007 calls the object that a path parameter names ("recorded").
var nouns = map[string]string{
	"userId": "User", "groupId": "UserGroup", "roleId": "RoleAssignment", "typeId": "UserType",
	"schemaId": "Schema", "sessionId": "Session", "appId": "AppInstance", "ruleId": "GroupRule",
	"associatedUserId": "User", "primaryUserId": "User", "targetGroupId": "UserGroup", "linkedObjectName": "LinkedObject",
	"primaryRelationshipName": "LinkedObject", "relationshipName": "LinkedObject", "clientId": "OAuth2AppInstance",
	"tokenId": "OAuth2RefreshToken", "grantId": "OAuth2ScopeConsentGrant", "notificationType": "NotificationType",
	"roleTypeOrRoleId": "Role",
	"policyId":         "Policy",
	"authServerId":     "AuthorizationServer", "scopeId": "OAuth2Scope", "claimId": "OAuth2Claim",
	"factorId": "UserFactor", "transactionId": "FactorTransaction", "trustedOriginId": "TrustedOrigin", "zoneId": "NetworkZone",
}

func nounOf(parameter string) string {
	if n := nouns[parameter]; n != "" {
		return n
	}
	return strings.TrimSuffix(parameter, "Id")
}

// validArgument refuses what can be no id (faults 25). A user is also named by login, which may hold almost anything but a slash.
func validArgument(name, value string) bool {
	if name == "userId" || name == "associatedUserId" || name == "primaryUserId" {
		return len(value) <= 400 && !strings.ContainsAny(value, "/\x00") && strings.IndexFunc(value, unicode.IsControl) < 0
	}
	return idPattern.MatchString(value)
}

// printable cuts a hostile value to what may be repeated in an answer.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return -1
	}, s)
	if len(s) > 100 {
		s = strings.ToValidUTF8(s[:100], "") + "..."
	}
	return s
}
