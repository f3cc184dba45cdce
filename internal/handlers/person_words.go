package handlers

import (
	"errors"
	"net/http"
	"strings"

	"gatehouse/internal/okta"
)

// statusWords says what a status means for the person; "" where it goes without saying.
func statusWords(doc okta.Object) string {
	switch doc.Text("status") {
	case "STAGED":
		return "Not activated yet: cannot sign in."
	case "PROVISIONED":
		return "Activated, has not set a password yet."
	case "RECOVERY":
		return "Has to set a new password with the link that was made."
	case "PASSWORD_EXPIRED":
		return "Has to choose a new password at the next sign-in."
	case "LOCKED_OUT":
		return "Locked after too many wrong passwords. Unlocking keeps the password."
	case "SUSPENDED":
		return "Suspended: cannot sign in. Password, groups and apps are kept."
	case "DEPROVISIONED":
		return "Deactivated: cannot sign in, the profile cannot be edited. Activate or delete."
	}
	return ""
}

// stateWords is a status within a sentence.
func stateWords(status string) string {
	switch status {
	case "DEPROVISIONED":
		return "deactivated"
	case "PROVISIONED":
		return "activated without a password"
	case "RECOVERY":
		return "in recovery"
	case "PASSWORD_EXPIRED":
		return "active with an expired password"
	case "LOCKED_OUT":
		return "locked out"
	}
	return strings.ToLower(status)
}

// wrongState are the org's codes for an operation that the state of a person does not allow.
var wrongState = map[string]bool{
	"E0000016": true, "E0000017": true, "E0000032": true, "E0000034": true, "E0000035": true, "E0000036": true, "E0000038": true,
}

// asOrgProblem is the org's refusal in err, where there is one.
func asOrgProblem(err error) (problem, bool) {
	var answer *okta.Error
	if !errors.As(err, &answer) {
		return problem{}, false
	}
	return orgProblem(answer), true
}

// actionRefused says why the org did not do a to p, who is as read after the refusal.
// The second result is false where that is no matter of the person's state.
func actionRefused(a personAction, p person, err error) (problem, bool) {
	var answer *okta.Error
	if !errors.As(err, &answer) || answer.Status >= http.StatusInternalServerError {
		return problem{}, false
	}
	refusal := orgProblem(answer)
	if !wrongState[answer.Code] && !(answer.Code == "E0000001" && !a.fits(p.doc)) {
		return refusal, false
	}
	refusal.Title = "Not done: " + personName(p.doc) + " is " + stateWords(p.status()) + " now"
	refusal.Message = "The org refused to " + strings.ToLower(a.label) + " them in that state (" + answer.Code + "). " +
		"Somebody may have been faster. The page shows how things stand."
	return refusal, true
}
