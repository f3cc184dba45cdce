package okta

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// fault 4, fault 5
func TestFailedReadIsRepeatedThreeTimes(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"500": fails(500), "502": fails(502), "503": fails(503), "504": fails(504),
		"reset": reset, "cut off": cut,
		"half a document": func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"id":`) },
	} {
		s := &script{steps: []http.HandlerFunc{h, h, h, ok}}
		c, _, _ := testOrg(t, s.serve)
		resp, err := c.Do(t.Context(), getUser("00u1"))
		if err != nil || resp.Attempts != 4 || s.calls.Load() != 4 {
			t.Errorf("%s: %v after %d calls, want an answer after 4", name, err, s.calls.Load())
		}
		s = &script{steps: []http.HandlerFunc{h}}
		c, _, _ = testOrg(t, s.serve)
		if _, err := c.Do(t.Context(), getUser("00u1")); err == nil || s.calls.Load() != 4 {
			t.Errorf("%s for good: %v after %d calls, want an error after 4", name, err, s.calls.Load())
		}
	}
}

// fault 4
func TestRepeatsOfAReadEndAfterTenSeconds(t *testing.T) {
	var clk *clock
	s := &script{steps: []http.HandlerFunc{func(w http.ResponseWriter, r *http.Request) {
		clk.mu.Lock()
		clk.t = clk.t.Add(6 * time.Second)
		clk.mu.Unlock()
		fails(503)(w, r)
	}}}
	var c *Client
	c, clk, _ = testOrg(t, s.serve)
	_, err := c.Do(t.Context(), getUser("00u1"))
	var e *Error
	if !errors.As(err, &e) || e.Status != 503 || e.RequestID != "req-1" || s.calls.Load() != 2 {
		t.Errorf("%v after %d calls, want the 503 with its request id after 2", err, s.calls.Load())
	}
}

// fault 4
func TestReadThatGetsNoAnswerInTimeIsRepeated(t *testing.T) {
	s := &script{}
	s.steps = []http.HandlerFunc{func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, ok}
	c, _, srv := testOrg(t, s.serve)
	tr, err := NewTransport(srv.URL, TransportOptions{Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	c.transport = tr
	if resp, err := c.Do(t.Context(), getUser("00u1")); err != nil || resp.Attempts != 2 {
		t.Errorf("%v, %+v, want an answer at the second attempt", err, resp)
	}
}

// fault 4
func TestLostWriteIsNeverRepeated(t *testing.T) {
	for _, op := range []string{"suspendUser", "updateUser", "deactivateOrDeleteUser"} {
		for name, h := range map[string]http.HandlerFunc{
			"500": fails(500), "504": fails(504), "reset": reset, "cut off": cut,
			"a page of a gateway": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte("<html></html>"))
			},
		} {
			s := &script{steps: []http.HandlerFunc{h, ok}}
			guard := &passing{}
			c, _, _ := testOrg(t, s.serve, guard)
			_, err := c.Do(t.Context(), Call{Op: Find(op), Args: map[string]string{"userId": "00u1"}})
			if !errors.Is(err, ErrUnknownOutcome) || s.calls.Load() != 1 {
				t.Errorf("%s, %s: %v after %d calls, want ErrUnknownOutcome after one", op, name, err, s.calls.Load())
			}
			if !errors.Is(guard.err, ErrUnknownOutcome) || guard.response.Attempts != 1 {
				t.Errorf("%s, %s: the guard saw %v", op, name, guard.err)
			}
		}
	}
}

// fault 4: a write whose answer was lost is read back, not repeated: what the org shows
// decides whether it was made or stays unknown.
func TestLostWriteIsReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		state string
		read  error
		made  bool
	}{"made": {"SUSPENDED", nil, true}, "not to be seen": {"ACTIVE", nil, false}, "cannot be read": {"", ErrUnreachable, false}} {
		s := &script{steps: []http.HandlerFunc{reset, ok}}
		guard := &passing{}
		client, _, _ := testOrg(t, s.serve, guard)
		call := suspend()
		call.Made = func(context.Context) (Object, bool, error) {
			doc := Object{}.With("status", c.state)
			return doc, c.state == "SUSPENDED", c.read
		}
		resp, err := client.Do(t.Context(), call)
		if s.calls.Load() != 1 {
			t.Errorf("%s: sent %d times", name, s.calls.Load())
		}
		if c.made && (err != nil || !resp.ReadBack || !strings.Contains(string(resp.Body), "SUSPENDED") || guard.err != nil || !guard.response.ReadBack) {
			t.Errorf("%s: %v, %+v; the guard saw %v", name, err, resp, guard.err)
		}
		if !c.made && (!errors.Is(err, ErrUnknownOutcome) || !errors.Is(guard.err, ErrUnknownOutcome)) {
			t.Errorf("%s: %v; the guard saw %v", name, err, guard.err)
		}
		if client.Health().Unknown != 1 {
			t.Errorf("%s: not counted: %+v", name, client.Health())
		}
	}
}

// fault 4
func TestRefusedWriteIsKnownNotToBeMade(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"400": fails(400),
		"501": fails(501),
		"503 in the API's own words": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 503, `{"errorCode":"E0000010","errorSummary":"Service is in read only mode"}`)
		},
	} {
		s := &script{steps: []http.HandlerFunc{h}}
		c, _, _ := testOrg(t, s.serve)
		_, err := c.Do(t.Context(), suspend())
		var e *Error
		if !errors.As(err, &e) || errors.Is(err, ErrUnknownOutcome) || s.calls.Load() != 1 {
			t.Errorf("%s: %v after %d calls, want the org's error after one", name, err, s.calls.Load())
		}
	}
}

func TestOrgThatAnswersAgainCountsAsAnswering(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{reset, reset, reset, reset, ok}}
	c, _, _ := testOrg(t, s.serve)
	if _, err := c.Do(t.Context(), getUser("00u1")); err == nil || c.Health().Since.IsZero() {
		t.Errorf("%v, %+v: want an org that does not answer", err, c.Health())
	}
	if _, err := c.Do(t.Context(), getUser("00u1")); err != nil || !c.Health().Since.IsZero() {
		t.Errorf("%v, %+v: want an org that answers", err, c.Health())
	}
}

func TestOrgThatIsDown(t *testing.T) {
	c, clk, srv := testOrg(t, ok)
	srv.Close()
	_, err := c.Do(t.Context(), suspend())
	var f *Failure
	if !errors.As(err, &f) || !errors.Is(err, ErrUnreachable) || errors.Is(err, ErrUnknownOutcome) || f.Attempts != 1 {
		t.Errorf("a write: %v, want ErrUnreachable: nothing was sent", err)
	}
	if _, err := c.Do(t.Context(), getUser("00u1")); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a read: %v, want ErrUnreachable", err)
	}
	if h := c.Health(); h.Unreachable != 2 || !h.Since.Equal(noon) {
		t.Errorf("Health %+v, want 2 unreachable since %v (now %v)", h, noon, clk.now())
	}
}

// fault 5
func TestAnswersThatCannotBeUsed(t *testing.T) {
	cases := map[string]http.HandlerFunc{
		"a page instead of JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html>secret internals</html>"))
		},
		"a page under the name of JSON": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, "<html>secret internals</html>")
		},
		"no media type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = w.Write([]byte(`secret internals`))
		},
		"duplicate keys": func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"a":"secret internals","a":1}`) },
		"cut off":        cut,
		"a redirect without a page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/api/v1/users/00u2")
			w.WriteHeader(http.StatusFound)
		},
		"too large": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, 200, `{"id":"`+strings.Repeat("x", 2000)+`"}`)
		},
	}
	for name, h := range cases {
		c, _, _ := testOrg(t, h)
		c.maxAnswer = 2000
		resp, err := c.Do(t.Context(), getUser("00u1"))
		if !errors.Is(err, ErrBadAnswer) {
			t.Errorf("%s: %v, want ErrBadAnswer", name, err)
			continue
		}
		if resp != nil && len(resp.Body) != 0 {
			t.Errorf("%s: the body was handed on: %s", name, resp.Body)
		}
		if c.Health().BadAnswers != 1 {
			t.Errorf("%s: not counted: %+v", name, c.Health())
		}
	}
}

func TestCallerWhoGivesUp(t *testing.T) {
	for _, call := range []Call{getUser("00u1"), suspend()} {
		ctx, cancel := context.WithCancel(t.Context())
		c, _, _ := testOrg(t, func(_ http.ResponseWriter, r *http.Request) {
			cancel()
			<-r.Context().Done()
		})
		_, err := c.Do(ctx, call)
		cancel()
		if !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnreachable) {
			t.Errorf("%s: %v, want context.Canceled", call.Op.ID, err)
		}
		if got := errors.Is(err, ErrUnknownOutcome); got == call.Op.Safe() {
			t.Errorf("%s: unknown outcome is %v", call.Op.ID, got)
		}
	}
}
