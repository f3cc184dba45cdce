package org

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// logged is what the tests read of an entry.
type logged struct {
	EventType string
	Published string
	Actor     struct{ ID string }
	Target    []struct{ ID string }
}

// writeLog stores n entries a minute apart, the last now: of type even.type or odd.type,
// done to target0, target1 or target2.
func (x *testOrg) writeLog(n int) {
	x.t.Helper()
	for i := range n {
		x.clock.forward(time.Minute)
		x.write(func(tx *Tx) error {
			tx.log(Event{
				Type: []string{"even.type", "odd.type"}[i%2], Message: fmt.Sprintf("Entry no%dno", i),
				Actor:   &Target{ID: "actor", Type: "User", AlternateID: "ada@org.example"},
				Targets: []Target{{ID: fmt.Sprintf("target%d", i%3), Type: "User"}},
			})
			return nil
		})
	}
}

func (x *testOrg) logs(query url.Values) (entries []logged, next string) {
	x.t.Helper()
	a := x.call("GET", "/api/v1/logs?"+query.Encode(), "").want(200)
	if err := json.Unmarshal(a.body, &entries); err != nil {
		x.t.Fatal(err)
	}
	for _, l := range a.header.Values("Link") {
		if target, ok := strings.CutSuffix(l, `>; rel="next"`); ok {
			_, next, _ = strings.Cut(strings.TrimPrefix(target, "<"), "?")
		}
	}
	return entries, next
}

func TestLogFilters(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		x.writeLog(30)
		own := ` and actor.id eq "actor"`
		for _, c := range []struct {
			name, filter, q string
			want            int
		}{
			{"event type", `eventType eq "even.type"`, "", 15},
			{"event type in another case", `eventType eq "EVEN.TYPE"`, "", 15},
			{"target through the array", `target.id eq "target1"`, "", 10},
			{"two of the index", `target.id eq "target1" and eventType eq "even.type"`, "", 5},
			{"not equal", `target.id ne "target1"` + own, "", 20},
			{"not", `not (eventType eq "even.type")` + own, "", 15},
			{"or", `target.id eq "target1" or target.id eq "target2"`, "", 20},
			{"starts with", `eventType sw "odd."`, "", 15},
			{"ends with", `eventType ew ".type"`, "", 30},
			{"contains", `displayMessage co "ntry no2"`, "", 11},
			{"present", `target.id pr` + own, "", 30},
			{"nobody", `target.id eq "target9"`, "", 0},
			{"words", "", "entry no29no", 1},
			{"words with a filter", `eventType eq "even.type"`, "entry NO28no", 1},
		} {
			t.Run(c.name, func(t *testing.T) {
				v := url.Values{"limit": {"1000"}}
				if c.filter != "" {
					v.Set("filter", c.filter)
				}
				if c.q != "" {
					v.Set("q", c.q)
				}
				if got, _ := x.logs(v); len(got) != c.want {
					t.Errorf("%d entries, want %d", len(got), c.want)
				}
			})
		}
	})
}

func TestLogPages(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		x.writeLog(25)
		for _, order := range []string{"ASCENDING", "DESCENDING"} {
			t.Run(order, func(t *testing.T) {
				v := url.Values{
					"limit": {"10"}, "sortOrder": {order}, "filter": {`actor.id eq "actor"`},
					"since": {stamp(x.clock.Now().Add(-time.Hour))}, "until": {stamp(x.clock.Now().Add(time.Hour))},
				}
				var seen []string
				for pages := 1; ; pages++ {
					entries, next := x.logs(v)
					for _, e := range entries {
						seen = append(seen, e.Published)
					}
					if next == "" {
						break
					}
					if pages > 3 {
						t.Fatal("a bounded request does not end")
					}
					var err error
					if v, err = url.ParseQuery(next); err != nil {
						t.Fatal(err)
					}
				}
				if len(seen) != 25 {
					t.Fatalf("%d entries on all pages, want 25", len(seen))
				}
				for i := 1; i < len(seen); i++ {
					if (order == "ASCENDING") != (seen[i] > seen[i-1]) {
						t.Errorf("entry %d of %s stands behind %s", i, seen[i], seen[i-1])
					}
				}
			})
		}
	})
}

// A request without until polls: its last page leads on, to what is written later.
func TestLogPolling(t *testing.T) {
	x := newTestOrg(t)
	x.writeLog(3)
	entries, next := x.logs(url.Values{"filter": {`actor.id eq "actor"`}})
	if len(entries) != 3 || next == "" {
		t.Fatalf("%d entries, next %q", len(entries), next)
	}
	v, err := url.ParseQuery(next)
	if err != nil {
		t.Fatal(err)
	}
	if entries, _ = x.logs(v); len(entries) != 0 {
		t.Errorf("%d entries behind the last", len(entries))
	}
	x.writeLog(2)
	if entries, _ = x.logs(v); len(entries) != 2 {
		t.Errorf("%d of 2 later entries", len(entries))
	}
}

func TestLogRefuses(t *testing.T) {
	x := newTestOrg(t)
	for _, c := range []struct{ name, query, code string }{
		{"a broken filter", `filter=eventType%20eq`, "E0000053"},
		{"a filter on published", `filter=published%20gt%20%222026-01-01T00:00:00Z%22`, "E0000053"},
		{"co on the address", `filter=debugContext.debugData.requestUri%20co%20%22x%22`, "E0000053"},
		{"a date that is none", `since=yesterday`, "E0000030"},
		{"more than 180 days", `since=2025-01-01T00:00:00Z`, "E0000053"},
		{"a limit that is none", `limit=ten`, "E0000029"},
		{"too many words", `q=1+2+3+4+5+6+7+8+9+10+11`, "E0000001"},
		{"a foreign cursor", `after=abc`, "E0000029"},
		{"an unknown order", `sortOrder=UP`, "E0000001"},
	} {
		t.Run(c.name, func(t *testing.T) { x.call("GET", "/api/v1/logs?"+c.query, "").refused(400, c.code, "") })
	}
}
