package auth

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// Verdict is what the console knows before it asks the org, which is always the last judge.
type Verdict int

// No hides an action; Unknown shows it and lets the org decide.
const (
	Unknown Verdict = iota
	Yes
	No
)

// Answer is a verdict with its reason.
type Answer struct {
	Verdict Verdict
	// Reason says in words what is missing and who can grant it; empty for a plain Yes.
	Reason string
	// MissingScope is the scope that the access token lacks, empty where it lacks none.
	MissingScope string
	// StepUp: the org was not asked for MissingScope yet, and the first try will ask. The
	// verdict is then what it will be once the scope is held.
	StepUp bool
}

// Can tells whether s may run op on target (an id at the org; "" for none in particular).
// The scopes of the token decide, then what the org itself refused on the same target a
// moment ago, then the admin roles and what they are narrowed to (okta.Covers), or, where
// the org does not tell them, what a read in each area came to.
func (a *Auth) Can(_ context.Context, s *Session, op *okta.Operation, target string) Answer {
	if s == nil {
		return Answer{Verdict: No, Reason: "Nobody is signed in."}
	}
	scope := lacking(s, op.Scope)
	if scope.Verdict == No {
		return scope
	}
	if answer, refused := a.refusals.find(s.ID, op.ID, target, a.now()); refused {
		return answer
	}
	switch {
	case op.Scope == "":
		return Answer{Verdict: Yes}
	case s.RolesKnown:
		scope.Verdict = s.covers(op, target)
	default:
		scope.Verdict = s.readable(op)
	}
	switch scope.Verdict {
	case No:
		return Answer{Verdict: No, Reason: notCovered(s, op)}
	case Unknown:
		scope.Reason = cmp.Or(scope.Reason, "The org decides by the admin roles of the person signed in.")
	}
	return scope
}

// notCovered says which roles would do.
func notCovered(s *Session, op *okta.Operation) string {
	var labels []string
	for _, r := range okta.Roles() {
		if okta.Covers(r.Type, op.ID) != okta.Nowhere {
			labels = append(labels, r.Label)
		}
	}
	mine := "None of your admin roles covers this."
	if len(labels) == 0 {
		return mine
	}
	if slices.ContainsFunc(s.Roles, func(r Role) bool { return r.Status != "INACTIVE" && okta.Covers(r.Type, op.ID) != okta.Nowhere }) {
		mine = "Your admin role covers this elsewhere, not here."
	}
	return mine + " Roles that do: " + strings.Join(labels, ", ") + ". A super admin can grant one."
}

// lacking tells whether s lacks scope, and whether a step-up can ask for it: for one that
// changes something and that the org has not already left out of what it granted.
func lacking(s *Session, scope string) Answer {
	switch {
	case s.HasScope(scope):
		return Answer{}
	case strings.HasSuffix(scope, ".manage") && !slices.Contains(s.Asked, scope):
		return Answer{MissingScope: scope, StepUp: true, Reason: "This sign-in does not hold the scope " + scope + " yet: the org is asked for it at the first change."}
	}
	return Answer{Verdict: No, MissingScope: scope, Reason: notGranted(scope)}
}

// notGranted says what to do about a scope that the org did not grant.
func notGranted(scope string) string {
	return "The org did not grant this sign-in the scope " + scope + ". A super admin can grant it to the console's application, under Okta API scopes; it counts from the next sign-in."
}

// manageOf is the scope that includes a read scope.
func manageOf(scope string) string {
	area, isRead := strings.CutSuffix(scope, ".read")
	if !isRead {
		return scope
	}
	return area + ".manage"
}
