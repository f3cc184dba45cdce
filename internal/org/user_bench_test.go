package org

import (
	"net/http"
	"net/http/httptest"
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
