package auth_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/okta"
)

// longIdle keeps the idle limit out of tests that move the clock by an hour.
func longIdle(c *auth.Config) { c.Idle = 10 * time.Hour }

// security 8, fault 7: 50 requests at the end of the access token, spread over two console
// processes on one database, renew it once, and all of them go on with the new one.
func TestFiftyRequestsAtExpiryRefreshOnce(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d, longIdle)
		processes := []*auth.Auth{c.Auth, c.again(t, longIdle)}
		b := newBrowser()
		c.signIn(t, b)
		c.advance(time.Hour)

		errs := make([]error, 50)
		var all sync.WaitGroup
		start := make(chan struct{})
		for i := range errs {
			all.Go(func() {
				<-start
				a := processes[i%2]
				s, err := a.Load(b.request("/"))
				if err != nil {
					errs[i] = err
					return
				}
				res, err := c.call(a, s, http.MethodGet, nil)
				if err != nil {
					errs[i] = err
					return
				}
				defer res.Body.Close()
				if res.StatusCode != http.StatusOK {
					errs[i] = errors.New(res.Status)
				}
			})
		}
		close(start)
		all.Wait()
		for i, err := range errs {
			if err != nil {
				t.Errorf("request %d: %v", i, err)
			}
		}
		if n := c.op.called("refresh_token"); n != 1 {
			t.Errorf("%d calls of the token endpoint, want 1", n)
		}
	})
}

// security 8: the lease belongs to the row, so a process that dies while it holds it delays the others only until it ends.
func TestLeaseOfADeadProcessEnds(t *testing.T) {
	c := newConsole(t, longIdle)
	b := newBrowser()
	s := c.signIn(t, b)
	c.advance(time.Hour)
	exec(t, c.db, `UPDATE auth_session SET lease_by = 'dead', lease_until = $1`, c.clock.now().Add(15*time.Second).UnixMilli())
	c.advance(16 * time.Second)
	if err := c.Refresh(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if n := c.op.called("refresh_token"); n != 1 {
		t.Errorf("%d calls of the token endpoint, want 1", n)
	}
}

// security 8: what the org answers is in the database before anybody calls with it.
func TestNewTokenIsStoredBeforeUse(t *testing.T) {
	c := newConsole(t, longIdle)
	b := newBrowser()
	c.signIn(t, b)
	c.advance(time.Hour)
	s := c.mustLoad(t, b)
	c.op.set(func(o *op) {
		o.onToken = func(http.ResponseWriter, *http.Request) bool { t.Error("asked for tokens again"); return false }
	})
	for _, session := range []*auth.Session{s, c.mustLoad(t, b)} {
		res, err := c.call(c.Auth, session, http.MethodGet, nil)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("call: %v, %v", res, err)
		}
		res.Body.Close()
	}
}

// security 9: only 400 invalid_grant ends a session; faults 26: an org that is down keeps it.
func TestWhichAnswersOfTheTokenEndpointEndASession(t *testing.T) {
	say := func(status int, body string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	cases := []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request) bool
		ends   bool
	}{
		{"400 invalid_grant", say(400, `{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}`), true},
		{"429 invalid_grant", say(429, `{"error":"invalid_grant","error_description":"API call exceeded rate limit due to too many requests."}`), false},
		{"400 invalid_request", say(400, `{"error":"invalid_request"}`), false},
		{"401 invalid_client", say(401, `{"error":"invalid_client"}`), false},
		{"500", say(500, `oops`), false},
		{"503 without a body", say(503, ``), false},
		{"200 with HTML", say(200, `<html>`), false},
		{"200 without a token", say(200, `{"token_type":"Bearer"}`), false},
		{"connection closed", func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }, false},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			c := newConsole(t, longIdle)
			b := newBrowser()
			c.signIn(t, b)
			c.advance(time.Hour)
			c.op.set(func(o *op) { o.onToken = test.answer })
			_, err := c.load(b)
			if !test.ends {
				if err != nil {
					t.Fatalf("the session ended: %v", err)
				}
				c.op.set(func(o *op) { o.onToken = nil })
				c.advance(10 * time.Second)
				s := c.mustLoad(t, b)
				res, err := c.call(c.Auth, s, http.MethodGet, nil)
				if err != nil || res.StatusCode != http.StatusOK {
					t.Fatalf("after the org is back: %v, %v", res, err)
				}
				res.Body.Close()
				return
			}
			var out *auth.SignedOut
			if !errors.As(err, &out) || !strings.Contains(out.Reason, "the org ended this sign-in") {
				t.Fatalf("err = %v, want SignedOut with the reason", err)
			}
			c.op.set(func(o *op) { o.onToken = nil })
			if _, err := c.load(b); !errors.As(err, &out) {
				t.Fatalf("the next request: %v, want SignedOut with the reason", err)
			}
		})
	}
}

// A token endpoint that fails is left alone for a few seconds, however many requests come.
func TestFailedRefreshIsNotRepeatedAtOnce(t *testing.T) {
	c := newConsole(t, longIdle)
	b := newBrowser()
	s := c.signIn(t, b)
	c.advance(time.Hour)
	c.op.set(func(o *op) {
		o.onToken = func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}
	})
	for range 5 {
		if err := c.Refresh(t.Context(), s); !errors.Is(err, auth.ErrNotRefreshed) {
			t.Fatalf("err = %v, want ErrNotRefreshed", err)
		}
	}
	if n := c.op.called("refresh_token"); n != 1 {
		t.Errorf("%d calls of the token endpoint, want 1", n)
	}
}

// A session signed out while its refresh is under way stays signed out, and the tokens that came too late are revoked.
func TestSignOutDuringRefresh(t *testing.T) {
	c := newConsole(t, longIdle)
	b := newBrowser()
	s := c.signIn(t, b)
	c.advance(time.Hour)
	c.op.set(func(o *op) {
		o.onToken = func(http.ResponseWriter, *http.Request) bool {
			exec(t, c.db, `DELETE FROM auth_session WHERE id = $1`, s.ID)
			return false
		}
	})
	wantSignedOut(t, c.Refresh(t.Context(), s))
	if c.op.valid("refresh-2") {
		t.Error("the refresh token of the ended session is still valid")
	}
}

// A lease that was lost while the org answered: nothing is stored over the other's tokens, and nothing revoked under them.
func TestLeaseLostDuringRefresh(t *testing.T) {
	c := newConsole(t, longIdle)
	s := c.signIn(t, newBrowser())
	c.advance(time.Hour)
	c.op.set(func(o *op) {
		o.onToken = func(http.ResponseWriter, *http.Request) bool {
			exec(t, c.db, `UPDATE auth_session SET lease_by = 'other'`)
			return false
		}
	})
	if err := c.Refresh(t.Context(), s); !errors.Is(err, auth.ErrNotRefreshed) {
		t.Fatalf("err = %v, want ErrNotRefreshed", err)
	}
	if !c.op.valid("refresh-2") {
		t.Error("a refresh token was revoked that another process may have stored")
	}
}

func TestRefreshForAnotherPersonEndsTheSession(t *testing.T) {
	c := newConsole(t, longIdle)
	b := newBrowser()
	s := c.signIn(t, b)
	c.advance(time.Hour)
	c.op.set(func(o *op) { o.onClaims = func(m map[string]any) { m["sub"] = "00u2" } })
	wantSignedOut(t, c.Refresh(t.Context(), s))
}

// security 10: without a refresh token the session ends with its access token.
func TestSessionWithoutRefreshTokenEndsWithItsAccess(t *testing.T) {
	c := newConsole(t, longIdle)
	c.op.onAnswer = func(m map[string]any) { delete(m, "refresh_token") }
	b := newBrowser()
	if s := c.signIn(t, b); !s.ExpiresAt.Equal(c.clock.now().Add(time.Hour)) {
		t.Errorf("expires at %v", s.ExpiresAt)
	}
	c.advance(time.Hour)
	_, err := c.load(b)
	wantSignedOut(t, err)
}

// fault 6: a revoked access token costs one refresh and one replay, with the same body.
func TestRevokedAccessTokenIsRenewedAndTheCallRepeated(t *testing.T) {
	c := newConsole(t)
	s := c.signIn(t, newBrowser())
	var bodies []string
	c.op.set(func(o *op) {
		o.access = "revoked"
		o.onAPI = func(_ http.ResponseWriter, r *http.Request) bool {
			body, _ := io.ReadAll(r.Body)
			bodies = append(bodies, string(body))
			return false
		}
	})
	res, err := c.call(c.Auth, s, http.MethodPost, []byte(`{"profile":{}}`))
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
	if len(bodies) != 2 || bodies[0] != bodies[1] || bodies[0] != `{"profile":{}}` {
		t.Errorf("bodies %q", bodies)
	}
	if n := c.op.called("refresh_token"); n != 1 {
		t.Errorf("%d refreshes, want 1", n)
	}
}

// fault 6: a second 401 ends the session instead of going round.
func TestSecondRefusalEndsTheSession(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	s := c.signIn(t, b)
	c.op.set(func(o *op) {
		o.onAPI = func(w http.ResponseWriter, _ *http.Request) bool { w.WriteHeader(http.StatusUnauthorized); return true }
	})
	_, err := c.client(t).Do(auth.With(t.Context(), s), okta.Call{Op: okta.Find("listUsers")})
	wantSignedOut(t, err)
	if n := len(c.op.bearers); n != 2 {
		t.Errorf("%d calls, want 2: the client must not go on trying", n)
	}
	_, err = c.load(b)
	wantSignedOut(t, err)
}

// A 401 that is not about the token (recorded: E0000015 for an unlicensed feature) reaches the caller whole.
func TestOtherRefusalsSignNobodyOut(t *testing.T) {
	c := newConsole(t)
	s := c.signIn(t, newBrowser())
	const body = `{"errorCode":"E0000015","errorSummary":"You do not have permission to access the feature you are requesting"}`
	c.op.set(func(o *op) {
		o.onAPI = func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, body)
			return true
		}
	})
	res, err := c.call(c.Auth, s, http.MethodGet, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if got, _ := io.ReadAll(res.Body); string(got) != body || c.op.called("refresh_token") != 0 {
		t.Errorf("body %q after %d refreshes", got, c.op.called("refresh_token"))
	}
}

// A call whose token cannot be renewed now fails as such, at once, and signs nobody out (faults 26).
func TestCallWhileTheTokenCannotBeRenewed(t *testing.T) {
	c := newConsole(t)
	b := newBrowser()
	s := c.signIn(t, b)
	c.op.set(func(o *op) {
		o.access = "revoked"
		o.onToken = func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
	})
	_, err := c.client(t).Do(auth.With(t.Context(), s), okta.Call{Op: okta.Find("listUsers")})
	if !errors.Is(err, auth.ErrNotRefreshed) || errors.Is(err, auth.ErrSignedOut) {
		t.Fatalf("err = %v, want ErrNotRefreshed", err)
	}
	if n := c.op.called("refresh_token"); n != 1 {
		t.Errorf("%d calls of the token endpoint, want 1", n)
	}
	c.mustLoad(t, b)

	// A write that was refused with 401 has a known outcome, even when the org is gone after it.
	c.advance(10 * time.Second)
	c.op.set(func(o *op) {
		o.onToken = func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }
	})
	_, err = c.client(t).Do(auth.With(t.Context(), s), okta.Call{Op: okta.Find("suspendUser"), Args: map[string]string{"userId": "00u9"}})
	if !errors.Is(err, auth.ErrNotRefreshed) || errors.Is(err, okta.ErrUnknownOutcome) {
		t.Fatalf("err = %v, want ErrNotRefreshed with a known outcome", err)
	}
}

func TestCallWithoutASessionIsNotMade(t *testing.T) {
	c := newConsole(t)
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.op.url+"/api/v1/users", bytes.NewReader([]byte("{}")))
	if err != nil {
		t.Fatal(err)
	}
	_, err = (&http.Client{Transport: c.Transport(http.DefaultTransport)}).Do(req)
	wantSignedOut(t, err)
	if len(c.op.bearers) != 0 {
		t.Error("the call was made")
	}
}
