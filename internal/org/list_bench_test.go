package org

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"testing"

	"gatehouse/internal/okta"
)

// crowd is an org with n people of about 1 KB, each with 15 searched values.
func crowd(b *testing.B, n int) *testOrg {
	b.Helper()
	x := newTestOrg(b)
	cities := []string{"Oslo", "Lisboa", "Praha", "Dakar", "Tainan", "Malmö", "Kyoto"}
	err := x.bulk(context.Background(), func(w *bulkWriter) error {
		for i := range n {
			login := fmt.Sprintf("person.%06d@bench.example", i)
			profile := okta.Object{}.With("firstName", fmt.Sprintf("Given%d", i%977)).With("lastName", fmt.Sprintf("Family%d", i%3001)).
				With("mobilePhone", nil).With("login", login).With("email", login).With("displayName", "Given Family").
				With("title", fmt.Sprintf("Title %d", i%40)).With("department", fmt.Sprintf("Department %d", i%23)).With("city", cities[i%len(cities)]).
				With("employeeNumber", fmt.Sprintf("E%06d", i)).With("costCenter", fmt.Sprint(4000+i%60)).With("badge", i).
				With("languages", []string{"en", cities[i%3]}).With("about", "Somebody whose profile has about the length of a real one, with a sentence or two.")
			id := x.ids.fixedID(users.prefix, login)
			doc, err := newUserDocument(newUser{id: id, typeID: x.defaultType(), status: "ACTIVE", profile: profile, created: x.now().AddDate(0, 0, -i%900)})
			if err != nil {
				return err
			}
			if err := w.Document(users, id, doc); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return x
}

// BenchmarkListUsers compares a page of 200 people, as the API answers it, with the
// prepared statement that reads their bytes.
func BenchmarkListUsers(b *testing.B) {
	x := crowd(b, 2_000)
	b.Run("statement", func(b *testing.B) {
		for b.Loop() {
			size := 0
			rows, err := x.db.Reader().Query(b.Context(), `SELECT body FROM document WHERE kind = $1 AND id > $2 ORDER BY id LIMIT 200`, "user", "")
			if err != nil {
				b.Fatal(err)
			}
			for rows.Next() {
				var body []byte
				if err := rows.Scan(&body); err != nil {
					b.Fatal(err)
				}
				size += len(body)
			}
			rows.Close()
			b.SetBytes(int64(size))
		}
	})
	b.Run("request", func(b *testing.B) {
		r := httptest.NewRequest("GET", "/api/v1/users?limit=200", nil)
		r.Header.Set("Authorization", "SSWS "+x.token)
		for b.Loop() {
			w := httptest.NewRecorder()
			x.ServeHTTP(w, r)
			if w.Code != 200 {
				b.Fatal(w.Body)
			}
			b.SetBytes(int64(w.Body.Len()))
		}
	})
}

// BenchmarkSearch runs searches of every shape.
func BenchmarkSearch(b *testing.B) {
	x := crowd(b, 10_000)
	for name, query := range map[string]string{
		"eq":                `search=profile.login eq "person.004242@bench.example"`,
		"sw":                `search=profile.lastName sw "Family12"`,
		"co":                `search=profile.email co "004242"`,
		"co without hits":   `search=profile.email co "zzz"`,
		"co of two":         `search=profile.email co "zz"`,
		"gt on lastUpdated": `search=lastUpdated gt "2025-01-01T00:00:00.000Z"`,
		"pr":                `search=profile.costCenter pr`,
		"and, common":       `search=status eq "ACTIVE" and profile.department eq "Department 7"`,
		"and, rare":         `search=status eq "ACTIVE" and profile.employeeNumber eq "E004242"`,
		"and, empty":        `search=profile.city eq "Oslo" and profile.employeeNumber eq "E004243"`,
		"or":                `search=profile.department eq "Department 7" or profile.department eq "Department 9"`,
		"custom attribute":  `search=profile.badge gt 9000`,
		"array element":     `search=profile.languages eq "Praha"`,
		"sorted":            `search=status eq "ACTIVE"&sortBy=profile.lastName`,
		"sorted, no mark":   `search=status eq "ACTIVE"&sortBy=profile.badge`,
		"words":             `q=given1`,
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.list(&Request{ctx: b.Context(), Query: values, URI: "/"}, userList); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPages compares the first, a middle and the last page of lists.
func BenchmarkPages(b *testing.B) {
	x := crowd(b, 10_000)
	for _, query := range []string{"", `search=status pr`, `search=status pr&sortBy=profile.lastName`, `search=status pr&sortBy=lastUpdated&sortOrder=desc`} {
		values, err := url.ParseQuery(query)
		if err != nil {
			b.Fatal(err)
		}
		for page := 0; ; page++ {
			r := &Request{ctx: b.Context(), Query: values, URI: "/"}
			p, err := x.list(r, userList)
			if err != nil {
				b.Fatal(err)
			}
			if page%25 == 0 || len(p.links) == 1 {
				b.Run(fmt.Sprintf("%s page %d", query, page), func(b *testing.B) {
					for b.Loop() {
						if _, err := x.list(r, userList); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			if len(p.links) == 1 {
				break
			}
			next, err := url.Parse(p.links[1][1 : len(p.links[1])-len(`>; rel="next"`)])
			if err != nil {
				b.Fatal(err)
			}
			values = next.Query()
		}
	}
}
