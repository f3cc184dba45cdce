package auth

import (
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
	// Reason says in words what is missing and who can grant it; empty for Yes.
	Reason string
	// MissingScope is the scope that the access token lacks, empty where that is not the reason.
	MissingScope string
}

// Can tells whether s may run op on target (an id at the org; "" for none in particular).
// The scopes of the token decide; roles only turn unknown into yes for a super admin,
// whom every operation with its scope is open to (okta-semantics C6). What the org itself
// refused on the same target a moment ago is no.
func (a *Auth) Can(_ context.Context, s *Session, op *okta.Operation, target string) Answer {
	if s == nil {
		return Answer{Verdict: No, Reason: "Nobody is signed in."}
	}
	if !s.HasScope(op.Scope) {
		return lacking(op.Scope)
	}
	if answer, refused := a.refusals.find(s.ID, op.ID, target, a.now()); refused {
		return answer
	}
	switch {
	case op.Scope == "":
		return Answer{Verdict: Yes}
	case s.RolesKnown && slices.ContainsFunc(s.Roles, func(r Role) bool { return r.Type == "SUPER_ADMIN" && r.Status != "INACTIVE" }):
		return Answer{Verdict: Yes}
	}
	return Answer{Verdict: Unknown, Reason: "The org decides by the admin roles of the person signed in."}
}

// lacking is the answer to an operation whose scope the access token does not hold.
func lacking(scope string) Answer {
	return Answer{
		Verdict: No, MissingScope: scope,
		Reason: "This sign-in does not hold the scope " + scope + ". A super admin can grant it to the console's application; it counts from the next sign-in.",
	}
}

// manageOf is the scope that includes a read scope.
func manageOf(scope string) string {
	area, isRead := strings.CutSuffix(scope, ".read")
	if !isRead {
		return scope
	}
	return area + ".manage"
}
