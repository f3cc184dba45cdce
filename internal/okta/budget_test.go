package okta

import (
	"net/http"
	"strconv"
	"testing"
	"time"
)

// okta-semantics C2: an exact match beats the longest prefix.
func TestBucketOf(t *testing.T) {
	for _, c := range []struct{ method, path, want string }{
		{"GET", "/api/v1/users", "/api/v1/users"},
		{"POST", "/api/v1/users", "/api/v1/users"},
		{"GET", "/api/v1/users/00u1", "GET /api/v1/users/{id}"},
		{"PUT", "/api/v1/users/00u1", "POST, PUT, DELETE /api/v1/users/{id}"},
		{"DELETE", "/api/v1/users/00u1", "POST, PUT, DELETE /api/v1/users/{id}"},
		{"POST", "/api/v1/users/00u1/lifecycle/suspend", "/api/v1/*"},
		{"GET", "/api/v1/groups", "/api/v1/groups"},
		{"GET", "/api/v1/groups/00g1", "/api/v1/groups/{id}"},
		{"GET", "/api/v1/groups/rules", "/api/v1/*"},
		{"GET", "/api/v1/groups/00g1/users", "/api/v1/*"},
		{"GET", "/api/v1/apps", "/api/v1/apps*"},
		{"GET", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"},
		{"GET", "/api/v1/apps/0oa1/users", "/api/v1/apps*"},
		{"GET", "/api/v1/logs", "/api/v1/logs"},
		{"POST", "/api/v1/authn", "/api/v1/authn"},
		{"GET", "/api/v1/meta/types/user", "/api/v1/*"},
		{"POST", "/oauth2/v1/token", "/oauth2/v1/token"},
		{"GET", "/oauth2/v1/authorize", "/oauth2/v1/authorize"},
		{"GET", "/oauth2/v1/clients/0oa1", "/oauth2/v1/clients"},
		{"GET", "/oauth2/v1/keys", "/oauth2/v1/*"},
		{"POST", "/oauth2/default/v1/token", "/oauth2/{as}/v1/token"},
		{"GET", "/oauth2/aus1/v1/userinfo", "/oauth2/{as}/v1/*"},
		{"GET", "/", "other"},
		{"GET", "", "other"},
		{"GET", "/oauth2/default", "other"},
	} {
		if got := BucketOf(c.method, c.path); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.method, c.path, got, c.want)
		}
	}
}

func TestBudgetIsReadFromTheAnswers(t *testing.T) {
	remaining := map[string]string{"/api/v1/users/00u1": "10", "/api/v1/groups": "450"}
	tell := true
	c, clk, _ := testOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if tell {
			w.Header().Set("X-Rate-Limit-Limit", "500")
			w.Header().Set("X-Rate-Limit-Remaining", remaining[r.URL.Path])
			w.Header().Set("X-Rate-Limit-Reset", strconv.FormatInt(orgTime.Add(40*time.Second).Unix(), 10))
			w.Header().Set("Date", orgTime.Format(http.TimeFormat))
		}
		answer(w, 200, `[]`)
	})
	for _, call := range []Call{getUser("00u1"), {Op: Find("listGroups")}} {
		if _, err := c.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
	}
	tell = false
	if _, err := c.Do(t.Context(), Call{Op: Find("getLogs")}); err != nil {
		t.Fatal(err)
	}
	budget := c.transport.(*Transport).Budget()
	got := budget.Buckets()
	want := []Bucket{
		{"GET /api/v1/users/{id}", 500, 10, noon.Add(40 * time.Second), noon},
		{"/api/v1/groups", 500, 450, noon.Add(40 * time.Second), noon},
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("Buckets = %+v, want %+v", got, want)
	}
	clk.t = noon.Add(time.Minute)
	if got := budget.Buckets()[0]; got.Remaining != 500 {
		t.Errorf("after the window %d calls remain, want 500", got.Remaining)
	}
}

// fault 3
func FuzzRateLimitHeaders(f *testing.F) {
	date := noon.Format(http.TimeFormat)
	f.Add("600", "0", strconv.FormatInt(noon.Unix()+30, 10), date, false)
	f.Add("0", "0", "0", date, true)
	f.Add("-1", "1e9", "9223372036854775807", date, false)
	f.Add("", " 7", "0x10", "Mon", true)
	f.Fuzz(func(t *testing.T, limit, remaining, reset, date string, twice bool) {
		h := http.Header{"X-Rate-Limit-Limit": {limit}, "X-Rate-Limit-Remaining": {remaining}, "X-Rate-Limit-Reset": {reset}, "Date": {date}}
		if twice {
			h.Add("X-Rate-Limit-Reset", reset)
		}
		q, ok := readQuota(h)
		if ok && (twice || q.limit < 0 || q.remaining < 0 || q.wait < 0 || q.wait > maxReset) {
			t.Errorf("%v gave %+v", h, q)
		}
		c := &Client{Now: func() time.Time { return noon }, Jitter: func(time.Duration) time.Duration { return 0 }, held: holds{until: map[string]time.Time{}}}
		for retries := range 100 {
			l := c.refusal(&request{bucket: "b"}, h, &Error{}, retries)
			if wait := l.Until.Sub(noon); wait <= 0 || wait > maxReset+time.Second {
				t.Errorf("%v: a wait of %v", h, wait)
			}
		}
		b := newBudget(c.Now)
		b.observe("GET", "/api/v1/users", h)
		b.Buckets()
	})
}
