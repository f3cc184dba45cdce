package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// security 13: who leaves while all sessions are ended leaves no refresh token of an ended one behind.
func TestEndAllThatIsCutOff(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	left := 2
	c := newConsole(t, longIdle, func(config *auth.Config) {
		config.OnEvent = func(_ context.Context, e auth.Event) {
			if e.Kind != auth.SessionEnded {
				return
			}
			if left--; left == 0 {
				leave()
			}
		}
	})
	own := newBrowser()
	for range 3 {
		c.signIn(t, newBrowser())
		c.clock.advance(time.Second)
	}
	c.signIn(t, own)
	n, err := c.EndAll(ctx, c.mustLoad(t, own))
	if n != 2 || !errors.Is(err, context.Canceled) {
		t.Fatalf("%d ended, %v", n, err)
	}
	if !c.op.valid("refresh-1") || c.op.valid("refresh-2") || c.op.valid("refresh-3") || !c.op.valid("refresh-4") {
		t.Error("a session that was ended has its refresh token still, or another lost it")
	}
}

// security 20: sessions that a dropped key sealed do not hide the others behind them.
func TestSessionsBehindSealedOnes(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d, longIdle)
		first, own := newBrowser(), newBrowser()
		c.signIn(t, first)
		c.clock.advance(time.Second)
		var last *auth.Session
		for range 101 {
			last = c.signIn(t, newBrowser())
		}
		exec(t, d, `UPDATE auth_session SET tokens = (SELECT tokens FROM auth_session WHERE id = $1) WHERE signed_in_at = $2 AND id <> $1`, last.ID, last.SignedInAt.UnixMilli())
		c.clock.advance(time.Second)
		c.signIn(t, own)
		if n, err := c.EndAll(t.Context(), c.mustLoad(t, own)); err != nil || n != 2 {
			t.Errorf("%d ended, %v", n, err)
		}
		if _, err := c.load(first); !errors.Is(err, auth.ErrSignedOut) {
			t.Errorf("the first session goes on: %v", err)
		}
	})
}

// security 20: sessions of everybody, a page at a time; one is ended by somebody else,
// then all but one's own, each with its refresh token, and its browser reads by whom.
func TestSessionsOfEverybody(t *testing.T) {
	dbtest.Each(t, options(), func(t *testing.T, d *db.DB) {
		c := consoleOn(t, d, longIdle)
		const many = 120
		browsers := make([]*browser, many)
		for i := range browsers {
			browsers[i] = newBrowser()
			c.signIn(t, browsers[i])
			if i%3 == 0 {
				c.clock.advance(time.Second)
			}
		}
		own := c.mustLoad(t, browsers[7])
		seen := map[string]bool{}
		pages := 0
		for after := ""; ; pages++ {
			list, next, err := c.AllSessions(t.Context(), after)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				seen[s.ID] = true
			}
			if after = next; next == "" {
				break
			}
		}
		if len(seen) != many || pages != 1 {
			t.Errorf("%d sessions on %d pages more", len(seen), pages)
		}
		if _, _, err := c.AllSessions(t.Context(), "z"); !errors.Is(err, auth.ErrCursor) {
			t.Errorf("a cursor of somebody's own: %v", err)
		}

		victim := c.mustLoad(t, browsers[3])
		if err := c.EndAny(t.Context(), own, victim.ID); err != nil {
			t.Fatal(err)
		}
		_, err := c.load(browsers[3])
		wantReason(t, err, "Ada Lovelace (ada@company.example) ended this session")
		if c.op.valid("refresh-4") || !c.op.valid("refresh-5") {
			t.Error("the wrong refresh token was revoked")
		}
		if err := c.EndAny(t.Context(), own, victim.ID); !errors.Is(err, auth.ErrSignedOut) {
			t.Errorf("ended twice: %v", err)
		}

		n, err := c.EndAll(t.Context(), own)
		if err != nil || n != many-2 {
			t.Errorf("%d ended, %v", n, err)
		}
		for i, b := range browsers {
			if _, err := c.load(b); (err == nil) != (i == 7) {
				t.Errorf("browser %d: %v", i, err)
			}
		}
		if c.op.valid("refresh-120") || !c.op.valid("refresh-8") {
			t.Error("refresh tokens stay valid, or the own one does not")
		}
	})
}
