package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"gatehouse/internal/okta"
)

// Role is one admin role of a person, as GET /api/v1/users/{id}/roles answers.
type Role struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	Label string `json:"label"`
	// Status is ACTIVE or INACTIVE.
	Status string `json:"status"`
	// AssignmentType is USER or GROUP: held directly or through a group.
	AssignmentType string `json:"assignmentType"`
}

// RolesOf asks the org for the admin roles of a person: what Config.Roles calls once there is a client.
func RolesOf(ctx context.Context, c *okta.Client, userID string) ([]Role, error) {
	res, err := c.Do(ctx, okta.Call{Op: okta.Find("listAssignedRolesForUser"), Args: map[string]string{"userId": userID}})
	if err != nil {
		return nil, err
	}
	var roles []Role
	if err := res.Decode(&roles); err != nil {
		return nil, fmt.Errorf("read the admin roles: %w", err)
	}
	return roles, nil
}

// rolesLimit bounds how long a sign-in waits for the roles.
const rolesLimit = 10 * time.Second

// askRoles asks the org which admin roles s has. When the token may not ask, or the org
// does not answer, they stay unknown, and the org decides call by call (contracts.md section 7).
func (a *Auth) askRoles(ctx context.Context, s *Session) {
	if a.config.Roles == nil || !s.HasScope("okta.roles.read") {
		return
	}
	ctx, cancel := context.WithTimeout(With(ctx, s), rolesLimit)
	defer cancel()
	roles, err := a.config.Roles(ctx, s.UserID)
	var answered *okta.Error
	if errors.As(err, &answered) && answered.Status == http.StatusForbidden {
		return // the cloud answers only super admins
	}
	if err == nil {
		s.Roles, s.RolesKnown = roles, true
		err = a.store.setRoles(ctx, s)
	}
	if err != nil {
		a.config.Log.WarnContext(ctx, "admin roles stay unknown", "session", s.ID, "error", err)
	}
}

// IsAdmin tells whether the person has an admin role, or may have one that the org does not tell of.
func (s *Session) IsAdmin() bool {
	return !s.RolesKnown || slices.ContainsFunc(s.Roles, func(r Role) bool { return r.Status != "INACTIVE" })
}
