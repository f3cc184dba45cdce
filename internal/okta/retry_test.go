package okta

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

// script answers the calls in turn with its steps; the last step answers all that follow.
type script struct {
	steps []http.HandlerFunc
	calls atomic.Int32
}

func (s *script) serve(w http.ResponseWriter, r *http.Request) {
	n := int(s.calls.Add(1))
	s.steps[min(n, len(s.steps))-1](w, r)
}

func ok(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `{"id":"00u1"}`) }

// limited answers 429 with the given rate-limit headers and a Date.
func limited(limit, remaining, reset []string, date string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["X-Rate-Limit-Limit"] = limit
		w.Header()["X-Rate-Limit-Remaining"] = remaining
		w.Header()["X-Rate-Limit-Reset"] = reset
		w.Header()["Date"] = []string{date}
		answer(w, 429, `{"errorCode":"E0000047","errorSummary":"API call exceeded rate limit due to too many requests."}`)
	}
}

// orgTime is the org's clock in these tests, five minutes behind the client's.
var orgTime = noon.Add(-5 * time.Minute)

func resetIn(d time.Duration) http.HandlerFunc {
	return limited([]string{"600"}, []string{"0"}, []string{strconv.FormatInt(orgTime.Add(d).Unix(), 10)}, orgTime.Format(http.TimeFormat))
}

func fails(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		answer(w, status, `{"errorCode":"E0000009","errorSummary":"Internal Server Error"}`)
	}
}

// cut sends the start of an answer and resets the connection.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"id":"00u1","prof`))
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

func reset(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// fault 1
func TestUsedUpLimitIsWaitedForByTheOrgsClock(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{resetIn(30 * time.Second), ok}}
	c, clk, _ := testOrg(t, s.serve)
	call := getUser("00u1")
	call.Patience = time.Minute
	resp, err := c.Do(t.Context(), call)
	if err != nil || resp.Attempts != 2 {
		t.Fatalf("%+v, %v", resp, err)
	}
	if want := []time.Duration{31 * time.Second}; !slices.Equal(clk.slept, want) {
		t.Errorf("slept %v, want Reset - Date + 1 s = %v", clk.slept, want)
	}
}

// fault 1
func TestPersonIsToldWhenToComeBackAndTheOrgIsLeftAlone(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{resetIn(30 * time.Second), ok}}
	c, clk, _ := testOrg(t, s.serve)
	var l *RateLimited
	for range 5 {
		if _, err := c.Do(t.Context(), getUser("00u1")); !errors.As(err, &l) {
			t.Fatalf("%v, want *RateLimited", err)
		}
		if want := noon.Add(31 * time.Second); !l.Until.Equal(want) || l.Concurrency {
			t.Errorf("Until %v, want %v", l.Until, want)
		}
	}
	if s.calls.Load() != 1 || len(clk.slept) != 0 {
		t.Errorf("%d calls reached the org and %v was slept, want one call and no wait", s.calls.Load(), clk.slept)
	}
	// Another limit is not held back.
	if _, err := c.Do(t.Context(), Call{Op: Find("getGroup"), Args: map[string]string{"groupId": "00g1"}}); err != nil {
		t.Errorf("a call of another bucket: %v", err)
	}
	clk.t = l.Until
	if _, err := c.Do(t.Context(), getUser("00u1")); err != nil {
		t.Errorf("after Until: %v", err)
	}
}

// fault 1
func TestWriteIsRepeatedAfterALimitUnderOneGuardCall(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{resetIn(0), resetIn(0), ok}}
	guard := &passing{log: new([]string)}
	c, _, _ := testOrg(t, s.serve, guard)
	call := suspend()
	call.Patience = 5 * time.Second
	if _, err := c.Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if want := []string{"begin suspendUser", "end"}; !slices.Equal(*guard.log, want) || guard.response.Attempts != 3 {
		t.Errorf("guard saw %q and %d attempts, want one pair and 3", *guard.log, guard.response.Attempts)
	}
}

func suspend() Call { return Call{Op: Find("suspendUser"), Args: map[string]string{"userId": "00u1"}} }

// fault 2
func TestConcurrencyLimitHalvesTheCallsAtOnce(t *testing.T) {
	far := strconv.FormatInt(orgTime.Add(2*time.Minute).Unix(), 10)
	refused := limited([]string{"0"}, []string{"0"}, []string{far}, orgTime.Format(http.TimeFormat))
	s := &script{steps: []http.HandlerFunc{refused, refused, ok}}
	c, clk, _ := testOrg(t, s.serve)
	c.Jitter = func(d time.Duration) time.Duration { return d / 4 }
	if _, err := c.Do(t.Context(), getUser("00u1")); err != nil {
		t.Fatal(err)
	}
	for _, d := range clk.slept {
		if d < 250*time.Millisecond || d > 2*time.Second {
			t.Errorf("waited %v, want 0.25 to 2 s and not until Reset", d)
		}
	}
	if len(clk.slept) != 2 {
		t.Errorf("slept %v, want two waits", clk.slept)
	}
	if after := c.parallel.bound; after < maxParallel/4 || after >= maxParallel/4+1 {
		t.Errorf("%v calls at once after two refusals and a success, want a little over %d", after, maxParallel/4)
	}
	for range 1000 {
		c.parallel.succeeded()
	}
	if c.parallel.bound != maxParallel {
		t.Errorf("%v calls at once after many successes, want %d", c.parallel.bound, maxParallel)
	}
}

// fault 2
func TestConcurrencyRefusalIsToldApart(t *testing.T) {
	far := strconv.FormatInt(orgTime.Add(2*time.Minute).Unix(), 10)
	s := &script{steps: []http.HandlerFunc{limited([]string{"0"}, []string{"0"}, []string{far}, orgTime.Format(http.TimeFormat))}}
	c, clk, _ := testOrg(t, s.serve)
	_, err := c.Do(t.Context(), getUser("00u1"))
	var l *RateLimited
	if !errors.As(err, &l) || !l.Concurrency || l.Until.Sub(clk.now()) > 2*time.Second {
		t.Errorf("%v, want *RateLimited for concurrency within 2 s", err)
	}
	if total := clk.now().Sub(noon); total > defaultPatience {
		t.Errorf("a person waited %v", total)
	}
}

// fault 3
func TestUnusableLimitHeadersBackOff(t *testing.T) {
	good, date := []string{strconv.FormatInt(orgTime.Add(time.Minute).Unix(), 10)}, orgTime.Format(http.TimeFormat)
	one, zero := []string{"600"}, []string{"0"}
	for name, h := range map[string]http.HandlerFunc{
		"absent":             limited(nil, nil, nil, date),
		"twice":              limited([]string{"600", "600"}, zero, good, date),
		"reset twice":        limited(one, zero, []string{good[0], good[0]}, date),
		"not a number":       limited([]string{"many"}, zero, good, date),
		"reset not a number": limited(one, zero, []string{"soon"}, date),
		"negative":           limited(one, []string{"-1"}, good, date),
		"too large":          limited(one, zero, []string{"99999999999999999999"}, date),
		"years away":         limited(one, zero, []string{"99999999999"}, date),
		"no date":            limited(one, zero, good, "yesterday"),
	} {
		s := &script{steps: []http.HandlerFunc{h, h, h, h, h, h, h, h, ok}}
		c, clk, _ := testOrg(t, s.serve)
		call := getUser("00u1")
		call.Patience = 10 * time.Minute
		if _, err := c.Do(t.Context(), call); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(clk.slept, want) {
			t.Errorf("%s: waited %v, want %v", name, clk.slept, want)
		}
	}
}

func TestOtherRefusalsWith429AreNotRepeated(t *testing.T) {
	s := &script{steps: []http.HandlerFunc{func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 429, `{"errorCode":"E0000109","errorSummary":"An SMS message was recently sent. Please wait 30 seconds before trying again."}`)
	}}}
	c, _, _ := testOrg(t, s.serve)
	_, err := c.Do(t.Context(), suspend())
	var e *Error
	if !errors.As(err, &e) || e.Code != "E0000109" || s.calls.Load() != 1 {
		t.Errorf("%v after %d calls, want E0000109 after one", err, s.calls.Load())
	}
}
