package org

import (
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/okta"
)

// catalogue holds the codes that this org answers with: status and summary ("recorded", else the published catalogue).
var catalogue = map[string]struct {
	status  int
	summary string
}{
	"E0000001": {400, "Api validation failed: %s"},
	"E0000002": {400, "The request was not valid: %s"},
	"E0000003": {400, "The request body was not well-formed."},
	"E0000004": {401, "Authentication failed"},
	"E0000005": {403, "Invalid session"},
	"E0000006": {403, "You do not have permission to perform the requested action"},
	"E0000007": {404, "Not found: %s"},
	"E0000008": {404, "The requested path was not found"},
	"E0000009": {500, "Internal Server Error"},
	"E0000010": {503, "Service is in read only mode"},
	"E0000011": {401, "Invalid token provided"},
	"E0000014": {403, "Update of credentials failed"},
	"E0000016": {403, "Activation failed because the user is already active"},
	"E0000017": {403, "Password reset failed"},
	"E0000019": {400, "Bad request. Accept and/or Content-Type headers likely do not match supported values."},
	"E0000022": {405, "The endpoint does not support the provided HTTP method"},
	"E0000028": {400, "The request is missing a required parameter."},
	"E0000029": {400, "Invalid paging request."},
	"E0000024": {400, "Bad request. This operation on app metadata is not yet supported."},
	"E0000030": {400, "Invalid date. Dates must be of the form yyyy-MM-dd'T'HH:mm:ss.SSSZZ, e.g. 2013-01-01T12:00:00.000-07:00."},
	"E0000031": {400, "Invalid search criteria."},
	"E0000032": {403, "Unlock is not allowed for this user."},
	"E0000033": {400, "Bad request. Can't specify a search query and filter in the same request."},
	"E0000034": {403, "Forgot password not allowed on specified user."},
	"E0000035": {403, "Change password not allowed on specified user."},
	"E0000036": {403, "Change recovery question not allowed on specified user."},
	"E0000037": {400, "Type mismatch exception."},
	"E0000038": {403, "This operation is not allowed in the user's current status."},
	"E0000046": {403, "Deactivate application for user forbidden."},
	"E0000047": {429, "API call exceeded rate limit due to too many requests."},
	"E0000053": {400, "Invalid filter '%s'"},
	"E0000055": {409, "Duplicate group."},
	"E0000056": {403, "Delete application forbidden."},
	"E0000060": {501, "Unsupported operation."},
	"E0000063": {400, "Invalid combination of parameters specified."},
	"E0000064": {401, "Password is expired and must be changed."},
	"E0000068": {403, "Invalid Passcode/Answer"},
	"E0000069": {403, "User Locked"},
	"E0000079": {403, "This operation is not allowed in the current authentication state."},
	"E0000077": {403, "Cannot modify the %s attribute because it is read-only."},
	"E0000078": {403, "Cannot modify the %s attribute because it is immutable."},
	"E0000080": {403, "The password does not meet the complexity requirements of the current password policy."},
	"E0000082": {403, "Each code can only be used once. Please wait for a new code and try again."},
	"E0000083": {403, "PassCode is valid but exceeded time window."},
	"E0000085": {403, "You do not have permission to access your account at this time."},
	"E0000087": {403, "The recovery question answer did not match our records."},
	"E0000093": {400, "Target count limit exceeded"},
	"E0000090": {409, "Duplicate role assignment exception."},
	"E0000091": {400, "The provided role type was not the same as required role type."},
	"E0000095": {403, "Recovery not allowed for unknown user."},
	"E0000098": {400, "This phone number is invalid."},
	"E0000105": {403, "You have accessed an account recovery link that has expired or been previously used."},
	"E0000109": {429, "An SMS message was recently sent. Please wait 30 seconds before trying again."},
	"E0000111": {403, "Cannot modify the %s object because it is read-only."},
	"E0000112": {409, "Cannot update this user because they are still being activated. Please try again later."},
	"E0000118": {429, "An email was recently sent. Please wait 5 seconds before trying again."},
	"E0000124": {400, "Could not create user. To create a user and expire their password immediately, a password must be specified"},
	"E0000125": {400, "Could not create user. To create a user and expire their password immediately, \"activate\" must be true"},
	"E0000127": {409, "Invalid linked objection definition. %s"},
	"E0000133": {429, "A phone call was recently made. Please wait 30 seconds before trying again."},
	"E0000142": {403, "This User Type cannot be deleted."},
	"E0000154": {410, "Invalid factor id, it is not currently active."},
	"E0000192": {400, "Roles cannot be granted to groups with group membership rules. %s"},
	"E0000193": {400, "Roles can only be granted to groups with 5000 or less users. %s"},
	"E0000194": {400, "Roles can only be granted to Okta groups, AD groups and LDAP groups. %s"},
	"E0000211": {400, "Roles cannot be granted to built-in groups: %s"},
	"E0000231": {412, "The resource has been modified since it was last read."},
	"E0000242": {400, "The If-Match header is not a valid ETag."},
	"E0000256": {414, "The URL is too long."},
}

// fail is an error of this code. about fills the summary of codes that name their
// object; causes go to errorCauses. It panics on a code that the catalogue lacks.
func fail(code, about string, causes ...string) *okta.Error {
	c, ok := catalogue[code]
	if !ok {
		panic("org: no such error code: " + code)
	}
	summary := c.summary
	if strings.Contains(summary, "%s") {
		summary = fmt.Sprintf(summary, about)
	}
	e := &okta.Error{Status: c.status, Code: code, Summary: summary, Link: code, Causes: []okta.Cause{}}
	for _, cause := range causes {
		e.Causes = append(e.Causes, okta.Cause{Summary: cause})
	}
	return e
}

// invalid is E0000001 for an object ("newUser") with a cause a field ("login: The field cannot be left blank").
func invalid(object string, causes ...string) *okta.Error { return fail("E0000001", object, causes...) }

// notFound is E0000007, worded as recorded: "Not found: Resource not found: 00u1 (User)".
func notFound(id, noun string) *okta.Error {
	return fail("E0000007", fmt.Sprintf("Resource not found: %s (%s)", id, noun))
}

// isCode tells whether err is an API error of this code.
func isCode(err error, code string) bool {
	var e *okta.Error
	return errors.As(err, &e) && e.Code == code
}
