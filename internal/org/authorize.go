package org

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// authorize checks the scope of the token and the role of its owner. The two are
// refused differently, so that a client can tell which one is missing.
func (o *Org) authorize(h http.Header, r *Request) error {
	if !r.Actor.SSWS && !holds(r.Actor.Scopes, r.Op.Scope) {
		h.Set("WWW-Authenticate", fmt.Sprintf(
			`Bearer authorization_uri="%s/oauth2/v1/authorize", realm="%s", scope="%s", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="%s"`,
			o.baseURL, o.baseURL, r.Op.Scope, r.Op.Path))
		return fail("E0000006", "")
	}
	allowed, err := o.roleAllows(r)
	if err == nil && !allowed {
		err = fail("E0000006", "")
	}
	return err
}

// holds tells whether the scopes contain want; manage includes read (okta-semantics C7).
func holds(scopes []string, want string) bool {
	if want == "" || slices.Contains(scopes, want) {
		return true
	}
	area, read := strings.CutSuffix(want, ".read")
	return read && slices.Contains(scopes, area+".manage")
}
