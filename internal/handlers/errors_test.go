package handlers

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

func TestRefusalsSayWhy(t *testing.T) {
	for name, c := range map[string]struct {
		refusal *okta.Error
		title   string
		message string
	}{
		"a role that is missing": {
			&okta.Error{Status: http.StatusForbidden, Code: "E0000006", Summary: "You do not have permission"},
			"Your admin role does not cover this", "A super admin can give you a role",
		},
		"a reason of the org's own": {
			&okta.Error{Status: http.StatusForbidden, Code: "E0000006", Summary: "You do not have permission", Causes: []okta.Cause{{Summary: "This is the last super administrator."}}},
			"The org refused it", "This is the last super administrator.",
		},
		"a wrong state": {
			&okta.Error{Status: http.StatusBadRequest, Code: "E0000001", Summary: "Api validation failed: suspendUser", Causes: []okta.Cause{{Summary: "suspendUser: Cannot suspend a user that is not active"}}},
			"Api validation failed: suspendUser", "Cannot suspend a user that is not active",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := orgProblem(c.refusal)
			if p.Title != c.title || !strings.Contains(p.Message, c.message) {
				t.Errorf("title %q, message %q", p.Title, p.Message)
			}
		})
	}
}
