// Package expr holds the expression languages of the management API: the filter and
// search language, and the language of group rules and claims.
//
// The first is the subset of SCIM filters (RFC 7644 section 3.4.2.2) that the API
// documents. Parse turns a text into a tree of And, Or, Not and Term, within bounds. It
// knows the language, not which attributes and operators an endpoint allows: that is for
// the caller, who walks the Terms. Match evaluates a tree, String prints it.
//
// The second (files rule*.go) is the part of the Okta expression language that
// conditions of group rules may use. ParseRule reads one within bounds, Evaluate says
// what it makes of a person: true, false or unknown, with the conditions that decided
// and the values they read. ParseClaim (files claim*.go) reads an expression of a claim, in
// the same language with more functions and objects; it gives any value.
package expr
