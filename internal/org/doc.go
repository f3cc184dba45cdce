// Package org is the embedded org: a local Okta that answers the management API.
//
// The engine keeps documents (bodies that Okta owns, stored as they are), their
// searched values (attr), the edges between them (edge) and values that must be
// unique (uniq). An area is a file prefix (user.go, user_lifecycle.go): it binds
// operations to functions in routes.go and writes through a Tx.
//
// A request goes: match -> authenticate -> authorize -> the operation's function ->
// transaction (documents and System Log events together) -> answer.
//
// Package oidc, the OAuth and sign-in side, stands on the exported functions here:
// sessions, factors, codes, tokens and keys are tables of this package.
package org
