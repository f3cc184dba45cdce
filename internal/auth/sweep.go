package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/db"
)

const (
	sweepEvery = 5 * time.Minute
	sweepBatch = 100
	// idleKept is how long the tokens of a session are kept that its limits ended.
	idleKept = time.Hour
)

// StartSweep removes rows that are over, every five minutes, until stop is called; stop waits for a pass under way.
func (a *Auth) StartSweep(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			if err := a.Sweep(ctx); err != nil && ctx.Err() == nil {
				a.config.Log.WarnContext(ctx, "expired sessions not removed", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	return func() { cancel(); <-done }
}

// Sweep makes one pass: sign-ins never finished, drafts of a day ago, and sessions over
// for an hour, whose refresh tokens are revoked at the org as far as it can be reached.
// Their rows stay as long as a draft does: who comes back with the old cookie is told why,
// and what they send is kept for them.
func (a *Auth) Sweep(ctx context.Context) error {
	now := a.now()
	if err := a.store.exec(ctx, `DELETE FROM auth_pending WHERE expires_at <= $1`, now.UnixMilli()); err != nil {
		return fmt.Errorf("remove unfinished sign-ins: %w", err)
	}
	if err := a.store.exec(ctx, `DELETE FROM auth_draft WHERE expires_at <= $1`, now.UnixMilli()); err != nil {
		return fmt.Errorf("remove old drafts: %w", err)
	}
	if err := a.store.exec(ctx, `DELETE FROM auth_session WHERE (ended <> '' OR replaced_by <> '') AND (expires_at <= $1 OR idle_at <= $1)`,
		now.Add(-DraftLife).UnixMilli()); err != nil {
		return fmt.Errorf("remove ended sessions: %w", err)
	}
	for {
		ids, err := a.store.over(ctx, now.Add(-idleKept))
		if err != nil {
			return fmt.Errorf("find expired sessions: %w", err)
		}
		for _, id := range ids {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := a.sweepOne(ctx, id); err != nil {
				return fmt.Errorf("remove an expired session: %w", err)
			}
		}
		if len(ids) < sweepBatch {
			return nil
		}
	}
}

func (a *Auth) sweepOne(ctx context.Context, id string) error {
	s, _, err := a.store.find(ctx, id)
	switch {
	case db.IsNone(err):
		return nil
	case errors.Is(err, errSealed):
		return a.store.remove(ctx, id)
	case err != nil:
		return err
	}
	if err := a.store.end(ctx, id, a.overWords(s, a.now())); err != nil {
		return err
	}
	a.revokeQuietly(ctx, s)
	return nil
}

// over lists sessions whose limits had passed at the given time and that hold tokens still.
func (st *store) over(ctx context.Context, at time.Time) ([]string, error) {
	rows, err := st.db.Reader().Query(ctx, `SELECT id FROM auth_session WHERE (expires_at <= $1 OR idle_at <= $1) AND ended = '' AND replaced_by = '' LIMIT `+fmt.Sprint(sweepBatch), at.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
