package org

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkGetUser reads one person through the whole chain: token, scope, role, document.
func BenchmarkGetUser(b *testing.B) {
	x := newTestOrg(b)
	id := x.person("ada@org.example")
	r := httptest.NewRequest(http.MethodGet, "/api/v1/users/"+id, nil)
	r.Header.Set("Authorization", "SSWS "+x.token)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		x.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
}

// BenchmarkCreateUser creates people one after the other, each with its events in one commit.
func BenchmarkCreateUser(b *testing.B) {
	x := crowd(b, 10_000)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		n++
		login := fmt.Sprintf("made.%d@org.example", n)
		body := fmt.Sprintf(`{"profile":{"firstName":"Made","lastName":"Number %d","email":%q,"login":%q,"department":"Sales","city":"Oslo","title":"Account executive","employeeNumber":"M%d"}}`, n, login, login, n)
		r := httptest.NewRequest(http.MethodPost, "/api/v1/users?activate=true", strings.NewReader(body))
		r.Header.Set("Authorization", "SSWS "+x.token)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		x.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
	}
}
