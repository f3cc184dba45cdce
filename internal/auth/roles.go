package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

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
	// Narrowed: it covers Targets only, the ids of groups or apps, or names of apps of the
	// catalog. Open: there may be more of them than these.
	Narrowed bool     `json:"narrowed,omitempty"`
	Targets  []string `json:"targets,omitempty"`
	Open     bool     `json:"open,omitempty"`
}

// RolesOf asks the org for the admin roles of a person and what they are narrowed to:
// what Config.Roles calls once there is a client.
func RolesOf(ctx context.Context, c *okta.Client, userID string) ([]Role, error) {
	res, err := c.Do(ctx, okta.Call{Op: okta.Find("listAssignedRolesForUser"), Args: map[string]string{"userId": userID}})
	if err != nil {
		return nil, err
	}
	var roles []Role
	if err := res.Decode(&roles); err != nil {
		return nil, fmt.Errorf("read the admin roles: %w", err)
	}
	g, ctx := errgroup.WithContext(ctx)
	for i := range roles {
		g.Go(func() error { return askTargets(ctx, c, userID, &roles[i]) })
	}
	return roles, g.Wait()
}

// maxTargets is how many targets of a role are kept.
const maxTargets = 1000

// askTargets asks what r is narrowed to. An org that does not tell leaves that open.
func askTargets(ctx context.Context, c *okta.Client, userID string, r *Role) error {
	standard := okta.FindRole(r.Type)
	if standard == nil || standard.Narrows == okta.NoTargets {
		return nil
	}
	op := "listGroupTargetsForRole"
	if standard.Narrows == okta.AppTargets {
		op = "listApplicationTargetsForApplicationAdministratorRoleForUser"
	}
	call := okta.Call{Op: okta.Find(op), Args: map[string]string{"userId": userID, "roleId": r.ID}, Query: url.Values{"limit": {"200"}}}
	for target, err := range c.All(ctx, call) {
		var refusal *okta.Error
		if errors.As(err, &refusal) && refusal.Status < http.StatusInternalServerError {
			r.Narrowed, r.Open = true, true
			return nil
		}
		if err != nil {
			return err
		}
		r.Narrowed = true
		if len(r.Targets) == maxTargets {
			r.Open = true
			return nil
		}
		r.Targets = append(r.Targets, cmp.Or(target.Text("id"), target.Text("name")))
	}
	return nil
}

// IsAdmin tells whether the person has an admin role, or may have one that the org does not tell of.
func (s *Session) IsAdmin() bool {
	if s.RolesKnown {
		return slices.ContainsFunc(s.Roles, func(r Role) bool { return r.Status != "INACTIVE" })
	}
	return len(s.areas) == 0 || slices.ContainsFunc(slices.Collect(maps.Values(s.areas)), func(v Verdict) bool { return v != No })
}

// covers tells how the roles of s answer for op on target.
func (s *Session) covers(op *okta.Operation, target string) Verdict {
	if okta.Self(op.ID) && (target == s.UserID || target == "me") {
		return Yes
	}
	best := No
	for _, r := range s.Roles {
		if r.Status == "INACTIVE" {
			continue
		}
		switch r.covers(op, target) {
		case Yes:
			return Yes
		case Unknown:
			best = Unknown
		}
	}
	return best
}

// covers tells how one role answers for op on target.
func (r Role) covers(op *okta.Operation, target string) Verdict {
	if okta.FindRole(r.Type) == nil {
		return Unknown // a custom role
	}
	switch okta.Covers(r.Type, op.ID) {
	case okta.Nowhere:
		return No
	case okta.Everywhere:
		return Yes
	case okta.WholeOrg:
		switch {
		case !r.Narrowed:
			return Yes
		case len(r.Targets) > 0:
			return No
		} // whether it is narrowed the org did not tell
	case okta.InGroups:
		return r.reaches(op, target, "00g")
	case okta.InApps:
		return r.reaches(op, target, "0oa")
	}
	return Unknown
}

// reaches tells whether a role that can be narrowed to objects with the id prefix reaches
// target. A list comes narrowed from the org itself; whom a group holds is the org's to say.
func (r Role) reaches(op *okta.Operation, target, prefix string) Verdict {
	switch {
	case !r.Narrowed, target == "" && op.Safe(), slices.Contains(r.Targets, target):
		return Yes
	case r.Open || prefix == "0oa" && slices.ContainsFunc(r.Targets, func(t string) bool { return !strings.HasPrefix(t, prefix) }): // apps of the catalog, by name
		return Unknown
	case strings.HasPrefix(target, prefix), op.ID == "createApplication": // what is new is none of the targets
		return No
	}
	return Unknown
}
