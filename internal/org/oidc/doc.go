// Package oidc is the org's side of signing in: the OAuth 2.0 and OpenID Connect
// provider (org server and custom servers), the authentication API (/api/v1/authn)
// and the sign-in pages.
//
// It is protocol and pages only. Sessions, factors, codes, grants, keys and clients
// are tables and functions of package org, which knows nothing of this package.
//
// A sign-in goes: authorize (checks the request) -> page (password, code, new
// password) -> session -> code -> token. One protocol step is one file.
package oidc
