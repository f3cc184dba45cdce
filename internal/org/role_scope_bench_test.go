package org

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/okta"
)

// layout is how the groups lie that an admin is narrowed to (contracts.md section 10).
type layout struct {
	name                 string
	people, groups, size int
}

var layouts = []layout{
	{"100 groups of 5,000 with 20,000 people", 20_000, 100, 5_000},
	{"one group of 50 of 100,000", 100_000, 1, 50},
	{"1,000 groups of 20 of 20,000", 20_000, 1_000, 20},
	{"1,000 groups of 20 of 100,000", 100_000, 1_000, 20},
}

// narrowed is an org with a help desk admin who is narrowed to the groups of a layout.
func narrowed(b *testing.B, l layout) (x, desk *testOrg) {
	b.Helper()
	x = crowd(b, l.people)
	desk = x.as("desk@bench.example", okta.HelpDeskAdmin)
	random := rand.New(rand.NewPCG(1, 2))
	ids, err := x.reads(b.Context()).ids(`SELECT id FROM document WHERE kind = 'user' ORDER BY id`)
	if err != nil {
		b.Fatal(err)
	}
	targets := make([]string, l.groups)
	err = x.bulk(context.Background(), func(w *bulkWriter) error {
		for i := range targets {
			name := fmt.Sprintf("Target %04d", i)
			targets[i] = x.ids.fixedID(groups.prefix, name)
			doc := okta.Object{}.With("id", targets[i]).With("type", oktaGroup).With("profile", map[string]string{"name": name})
			if err := w.Document(groups, targets[i], doc); err != nil {
				return err
			}
			for _, n := range random.Perm(len(ids))[:l.size] {
				if err := w.Edge(member, ids[n], targets[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	x.write(func(tx *Tx) error {
		tx.changed = true
		for _, g := range targets {
			if err := tx.addTarget(assignment{owner: desk.admin, id: x.roleID(desk.admin, okta.HelpDeskAdmin)}, g); err != nil {
				return err
			}
		}
		return nil
	})
	return x, desk
}

// BenchmarkNarrowedLists compares the pages of an admin who is narrowed to groups with
// those of a super admin, turn by turn: x is how many times as long the middle one of a
// narrowed admin's answers takes.
func BenchmarkNarrowedLists(b *testing.B) {
	for _, l := range layouts {
		b.Run(l.name, func(b *testing.B) {
			x, desk := narrowed(b, l)
			for _, path := range []string{
				"/api/v1/users?limit=200",
				"/api/v1/users?limit=200&search=" + url.QueryEscape(`status eq "ACTIVE"`),
				"/api/v1/users?limit=200&search=" + url.QueryEscape(`profile.lastName sw "Family12"`),
				"/api/v1/users?limit=200&search=" + url.QueryEscape(`status eq "ACTIVE" and profile.department eq "Department 7"`),
				"/api/v1/users?limit=200&sortBy=profile.lastName&search=" + url.QueryEscape(`status eq "ACTIVE"`),
				"/api/v1/users?q=given1",
				"/api/v1/groups?limit=200",
			} {
				mine, whole := desk.addresses(b, path), x.addresses(b, path)
				for name, at := range map[string]float64{"first": 0, "middle": 0.5, "last": 1} {
					of := func(pages []string) string { return pages[int(at*float64(len(pages)-1))] }
					b.Run(path+"/"+name, func(b *testing.B) { desk.compare(b, of(mine), x, of(whole)) })
				}
			}
		})
	}
}

// compare measures two requests turn by turn.
func (x *testOrg) compare(b *testing.B, path string, other *testOrg, otherPath string) {
	rows := len(strings.Split(x.record(b, path).Body.String(), `{"id":`))
	others := len(strings.Split(other.record(b, otherPath).Body.String(), `{"id":`))
	before := x.db.Queries()
	x.record(b, path)
	queries := x.db.Queries() - before
	var times [2][]time.Duration
	for b.Loop() {
		for i, ask := range []func(){func() { x.record(b, path) }, func() { other.record(b, otherPath) }} {
			began := time.Now()
			ask()
			times[i] = append(times[i], time.Since(began))
		}
	}
	for _, t := range times {
		slices.Sort(t)
	}
	mine, whole := times[0][len(times[0])/2], times[1][len(times[1])/2]
	b.ReportMetric(float64(mine)/float64(whole), "x")
	b.ReportMetric(float64(mine.Microseconds()), "narrowed-us")
	b.ReportMetric(float64(whole.Microseconds()), "super-us")
	b.ReportMetric(float64(rows-1), "rows")
	b.ReportMetric(float64(others-1), "super-rows")
	b.ReportMetric(float64(queries), "queries")
}

// addresses are those of the pages of a list.
func (x *testOrg) addresses(b *testing.B, path string) (all []string) {
	for path != "" {
		all = append(all, path)
		w := x.record(b, path)
		path = ""
		for _, l := range w.Header()["Link"] {
			if to, found := strings.CutSuffix(l, `>; rel="next"`); found {
				path = strings.TrimPrefix(to, "<"+x.baseURL)
			}
		}
	}
	return all
}

func (x *testOrg) record(b *testing.B, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Authorization", "SSWS "+x.token)
	w := httptest.NewRecorder()
	x.ServeHTTP(w, r)
	if w.Code != 200 {
		b.Fatal(w.Body)
	}
	return w
}
