package org

import (
	"context"
	"sync"
	"time"

	"gatehouse/internal/db"
)

// sweepEvery is how often what has ended is cleared away.
const sweepEvery = 10 * time.Minute

// grantKept is how long a grant's row outlives its last token, so that reuse is still recognised.
const grantKept = 48 * time.Hour

type sweeper struct {
	mu   sync.Mutex
	last time.Time
}

// due tells whether it is time again, and then counts as done.
func (s *sweeper) due(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.last) < sweepEvery && !now.Before(s.last) {
		return false
	}
	s.last = now
	return true
}

// sweep clears away, in the background, what has ended: sessions, codes, grants, retired keys and so on. Sign-ins call it; it needs no clock of its own.
func (o *Org) sweep() {
	now := o.now()
	if !o.swept.due(now) {
		return
	}
	ended := []struct {
		statement string
		before    time.Time
	}{
		{`DELETE FROM session WHERE used + idle < $1 OR life > 0 AND created + life < $1`, now},
		{`DELETE FROM session_token WHERE expires < $1`, now},
		{`DELETE FROM sign_in WHERE expires < $1`, now},
		{`DELETE FROM oauth_code WHERE expires < $1`, now.Add(-grantKept)},
		{`DELETE FROM oauth_grant WHERE expires < $1`, now.Add(-grantKept)},
		{`DELETE FROM revoked_token WHERE expires < $1`, now},
		{`DELETE FROM pushed_request WHERE expires < $1`, now},
		{`DELETE FROM device_code WHERE expires < $1`, now.Add(-deviceCodeLife)},
		{`DELETE FROM used_assertion WHERE expires < $1`, now},
		{`DELETE FROM signing_key WHERE expires > 0 AND expires < $1`, now},
	}
	o.inBackground("clear away ended sessions and tokens", func(ctx context.Context) error {
		for _, e := range ended {
			err := o.db.Update(ctx, func(q db.Querier) error {
				_, err := q.Exec(ctx, e.statement, millis(e.before))
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
