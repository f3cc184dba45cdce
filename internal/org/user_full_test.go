package org

import (
	"fmt"
	"strings"
	"testing"

	"gatehouse/internal/db"
)

// fault 11: on a full disk changes are refused whole, reads go on, and it mends itself when there is room again.
func TestDiskFull(t *testing.T) {
	x := newTestOrg(t)
	id := x.newPerson("before@example.com", "", "")
	pages := func(limit string) {
		t.Helper()
		err := x.DB().Update(t.Context(), func(q db.Querier) error {
			var pages int
			if err := q.QueryRow(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
				return err
			}
			if limit == "" {
				limit = fmt.Sprint(pages)
			}
			return q.QueryRow(t.Context(), `PRAGMA max_page_count = `+limit).Scan(&pages)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pages("")
	login := ""
	var refused answer
	for n := 0; n < 500; n++ {
		login = fmt.Sprintf("filler%d@example.com", n)
		body := strings.Replace(personBody(login, ""), `"lastName"`, `"title":"`+strings.Repeat("x", 2000)+`","lastName"`, 1)
		if refused = x.call("POST", "/api/v1/users", body); refused.status != 200 {
			break
		}
	}
	refused.refused(503, "E0000010", "")
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	x.call("GET", "/api/v1/users/"+login, "").refused(404, "E0000007", "") // nothing half written
	x.call("GET", "/api/v1/users/"+id, "").want(200)
	x.call("GET", "/api/v1/users", "").want(200)
	told := x.events("user.lifecycle.create")
	pages("1000000")
	x.call("POST", "/api/v1/users", personBody(login, "")).want(200)
	if n := x.events("user.lifecycle.create"); n != told+1 {
		t.Errorf("%d creations told, want %d", n, told+1)
	}
}
