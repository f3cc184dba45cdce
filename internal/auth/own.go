package auth

import (
	"context"
	"errors"
	"fmt"

	"gatehouse/internal/db"
)

// Sessions lists the sessions of a person that go on, newest first.
func (a *Auth) Sessions(ctx context.Context, userID string) ([]*Session, error) {
	now := a.now().UnixMilli()
	rows, err := a.config.DB.Reader().Query(ctx, `SELECT `+sessionColumns+` FROM auth_session
		WHERE user_id = $1 AND ended = '' AND replaced_by = '' AND expires_at > $2 AND idle_at > $2 ORDER BY signed_in_at DESC, id`, userID, now)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	defer rows.Close()
	var found []*Session
	for rows.Next() {
		s, _, err := a.store.scan(rows)
		if errors.Is(err, errSealed) {
			continue // of a dropped key: it can no longer be used, only swept
		}
		if err != nil {
			return nil, fmt.Errorf("list sessions: %w", err)
		}
		found = append(found, s)
	}
	return found, rows.Err()
}

// End ends a session of this person, here first, then its refresh token at the org. The
// browser that holds it is told at its next request. Somebody else's session, or none, is ErrSignedOut.
func (a *Auth) End(ctx context.Context, userID, id string) error {
	s, ended, err := a.store.find(ctx, id)
	if db.IsNone(err) || errors.Is(err, errSealed) || err == nil && (s.UserID != userID || ended != "") {
		return ErrSignedOut
	}
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	if err := a.store.end(ctx, id, "Signed out: this session was ended from another one. Sign in again."); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	a.happened(ctx, eventOf(SessionEnded, s, "ended by its owner"))
	a.revokeQuietly(context.WithoutCancel(ctx), s)
	return nil
}
