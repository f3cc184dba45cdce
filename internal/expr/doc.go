// Package expr holds the expression languages of the management API. Today that is the
// filter and search language: the subset of SCIM filters (RFC 7644 section 3.4.2.2)
// that the API documents.
//
// Parse turns a text into a tree of And, Or, Not and Term, within bounds. It knows the
// language, not which attributes and operators an endpoint allows: that is for the
// caller, who walks the Terms. Match evaluates a tree, String prints it.
package expr
