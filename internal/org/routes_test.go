package org

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/internal/okta"
)

var pathParameter = regexp.MustCompile(`\{\w+\}`)

// Every operation is either answered or in notBuilt, which this test prints; what is in
// notBuilt says so, to whoever may call it, and changes nothing.
func TestEveryOperationIsAnsweredOrSaysThatItIsNot(t *testing.T) {
	x := newTestOrg(t)
	built := 0
	for _, op := range okta.Operations() {
		missing := slices.Contains(notBuilt, op.ID)
		if _, answered := answers[op.ID]; answered == missing {
			t.Errorf("%s: answered %v, in notBuilt %v", op.ID, answered, missing)
		}
		if !missing {
			built++
			continue
		}
		t.Logf("501 %-8s %-60s %s", op.Method, op.Path, op.ID)
		path := pathParameter.ReplaceAllString(op.Path, "00u00000000000000000")
		if op.Query != "" {
			path += "?" + op.Query
		}
		body := ""
		if op.Method != http.MethodGet && op.Method != http.MethodDelete {
			body = "{}"
		}
		a := x.call(op.Method, path, body).want(http.StatusNotImplemented)
		if !strings.Contains(string(a.body), "This operation is not available yet") {
			t.Errorf("%s answers %s", op.ID, a.body)
		}
	}
	t.Logf("%d of %d operations are answered", built, len(okta.Operations()))
}

// A path that is none is 404, a method that a path does not take is 405, and nobody
// without a token learns which operations there are.
func TestUnknownPathsAndMethods(t *testing.T) {
	x := newTestOrg(t)
	x.call("GET", "/api/v1/nothing", "").refused(404, "E0000008", "")
	x.call("PATCH", "/api/v1/users", "{}").refused(405, "E0000022", "")
	x.token = ""
	x.call("GET", "/api/v1/users", "").refused(401, "E0000011", "")
	x.call("PATCH", "/api/v1/users", "{}").refused(401, "E0000011", "")
}
