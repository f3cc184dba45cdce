package org

import (
	"net/http"
	"net/url"
	"testing"

	"gatehouse/internal/okta"
)

// FuzzLog: no filter, word, time or cursor of the System Log panics or is answered by
// anything but a page or an error of the caller.
func FuzzLog(f *testing.F) {
	x := newTestOrg(f)
	for _, filter := range []string{`eventType eq "user.session.start"`, `target.id eq "00u1" and outcome.result ne "SUCCESS"`, `actor.displayName co "a" or not (severity pr)`, `published gt "x"`, `"`} {
		f.Add(filter, "word", "2026-01-01T00:00:00Z", "")
	}
	f.Add("", "", "yesterday", "AAAA")
	f.Fuzz(func(t *testing.T, filter, word, when, after string) {
		for _, order := range []string{"ASCENDING", "DESCENDING"} {
			r := &Request{ctx: t.Context(), Now: x.now(), URI: "/", Op: okta.Find("getLogs"), Query: url.Values{
				"filter": {filter}, "q": {word}, "since": {when}, "after": {after}, "sortOrder": {order}, "limit": {"5"},
			}}
			_, err := getLogs(x.Org, r)
			if e, isError := err.(*okta.Error); err != nil && (!isError || e.Status != http.StatusBadRequest) {
				t.Errorf("%q %q %q %q: %v", filter, word, when, after, err)
			}
		}
	})
}

// FuzzRoute: whatever a path and a query hold, the matcher finds an operation with all
// its arguments, none of them empty, or none.
func FuzzRoute(f *testing.F) {
	x := newTestOrg(f)
	f.Add("POST", "/api/v1/users/00u1/lifecycle/expire_password", "tempPassword=true")
	f.Add("GET", "//api/v1/users/%2F%00/..", "")
	f.Add("GET", "/api/v1/groups/rules/", "%")
	f.Fuzz(func(t *testing.T, method, path, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		found, args, _ := x.routes.find(method, path, values)
		if found == nil {
			return
		}
		for _, name := range found.params {
			if args[name] == "" {
				t.Errorf("%s %q: %s without %s", method, path, found.op.ID, name)
			}
		}
	})
}

// FuzzImportedHash: a hash that was sent and accepted is kept so that it reads back the
// same, and trying a password on it neither panics nor works for ever.
func FuzzImportedHash(f *testing.F) {
	for _, text := range []string{
		`{"algorithm":"BCRYPT","workFactor":10,"salt":"rwh>3SplqpmaAgiWTKRGnO","value":"KRnVnMQxi5MpSLqsNpXzGe7sEbrrhXO"}`,
		`{"algorithm":"SHA-512","salt":"AAAA","saltOrder":"PREFIX","value":"AAAA"}`, `{"algorithm":"PBKDF2","iterationCount":10,"keySize":32,"digestAlgorithm":"SHA256_HMAC","salt":"AAAA","value":"AAAA"}`, `{}`,
	} {
		f.Add(text, "password")
	}
	f.Fuzz(func(t *testing.T, text, password string) {
		h, ok := parseImported(importedPrefix + text)
		if !ok || h.problem() != "" {
			return
		}
		again, ok := parseImported(h.stored())
		if !ok || again != h {
			t.Errorf("%s reads back as %+v", text, again)
		}
		if h.WorkFactor > 6 || h.IterationCount > 2000 {
			return // bounded, but slow here
		}
		h.matches(password)
	})
}
