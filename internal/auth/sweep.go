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
	// endedKept is how long an idle or ended row is kept so that its browser can be told why.
	endedKept = time.Hour
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

// Sweep makes one pass: sign-ins never finished, and sessions over for an hour, whose
// refresh tokens are revoked at the org as far as it can be reached.
func (a *Auth) Sweep(ctx context.Context) error {
	now := a.now()
	if err := a.store.exec(ctx, `DELETE FROM auth_pending WHERE expires_at <= $1`, now.UnixMilli()); err != nil {
		return fmt.Errorf("remove unfinished sign-ins: %w", err)
	}
	for {
		ids, err := a.store.over(ctx, now.Add(-endedKept))
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
	s, ended, err := a.store.find(ctx, id)
	switch {
	case db.IsNone(err):
		return nil
	case errors.Is(err, errSealed), err == nil && ended != "":
		return a.store.remove(ctx, id)
	case err != nil:
		return err
	}
	return a.finish(ctx, s)
}

// over lists sessions whose limits had passed at the given time.
func (st *store) over(ctx context.Context, at time.Time) ([]string, error) {
	rows, err := st.db.Reader().Query(ctx, `SELECT id FROM auth_session WHERE expires_at <= $1 OR idle_at <= $1 LIMIT `+fmt.Sprint(sweepBatch), at.UnixMilli())
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
