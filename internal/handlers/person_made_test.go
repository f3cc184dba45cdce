package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"gatehouse/internal/audit"
)

// fault 4: an action whose answer was lost is read back: shown as done where the org
// shows it so, as unknown where it does not, and sent once either way.
func TestLostAnswerOfAnActionIsReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		made   bool
		status int
		words  string
		result audit.Result
	}{
		"made":           {true, http.StatusOK, "shows the change as made", audit.Success},
		"not to be seen": {false, http.StatusBadGateway, "may or may not have been made", audit.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			var suspended atomic.Bool
			var writes atomic.Int32
			o := &orgOf{}
			f := newFixture(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method != http.MethodGet:
					writes.Add(1)
					suspended.Store(c.made)
					panic(http.ErrAbortHandler)
				case r.URL.Path == "/api/v1/users/00u9f3k2m1QxYb7Za1d7" && suspended.Load():
					answerJSON(w, strings.Replace(anna, `"ACTIVE"`, `"SUSPENDED"`, 1))
				default:
					o.ServeHTTP(w, r)
				}
			})
			f.desk.session.Scopes = append(f.desk.session.Scopes, "okta.users.manage", "okta.schemas.read")
			w := f.ask(t, formRequest(annaPath+"/suspend", url.Values{}, "HX-Request: true", "HX-Request-Type: partial"))
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			has(t, w, c.words)
			if writes.Load() != 1 {
				t.Errorf("sent %d times", writes.Load())
			}
			rows, _, err := f.config.Trail.List(t.Context(), audit.Filter{Operation: "suspendUser"}, "", 2)
			if err != nil || len(rows) != 1 || rows[0].Result != c.result {
				t.Errorf("the trail: %+v, %v", rows, err)
			}
		})
	}
}
