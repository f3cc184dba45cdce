package auth

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"gatehouse/internal/db"
)

// The times of a refresh (contracts.md section 7).
const (
	// renewBefore is how long before its end an access token is renewed.
	renewBefore = time.Minute
	// lease is longer than a token call may take.
	lease = 15 * time.Second
	// pollFor and pollEvery are how a loser waits for the winner's tokens.
	pollFor   = 10 * time.Second
	pollEvery = 50 * time.Millisecond
	// holdOff is the least time between a token call that failed and the next of the same session.
	holdOff = 5 * time.Second
)

func secondsLong(n int64) time.Duration { return time.Duration(n) * time.Second }

func (a *Auth) nearEnd(t tokens) bool { return !a.now().Add(renewBefore).Before(t.Until) }

// Refresh renews the tokens of s. However many requests, tabs and processes ask at the
// same time, the token endpoint is called once: the winner of a lease on the row calls it
// and stores the answer before anybody uses it; the others wait for the row's next version.
// ErrSignedOut means that the org ended the sign-in; ErrNotRefreshed that the session
// stays and a later try may succeed.
func (a *Auth) Refresh(ctx context.Context, s *Session) error {
	held := s.current()
	key := fmt.Sprintf("%s %d", s.ID, held.Version)
	// A request that goes away must not cut off the token call that others wait for.
	done := a.refreshes.DoChan(key, func() (any, error) {
		return a.refresh(context.WithoutCancel(ctx), s, held)
	})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case result := <-done:
		if result.Err != nil {
			return result.Err
		}
		s.replace(result.Val.(tokens))
		return nil
	}
}

// refresh returns tokens newer than held, by winning the lease or by waiting for who did.
func (a *Auth) refresh(ctx context.Context, s *Session, held tokens) (tokens, error) {
	if held.Refresh == "" {
		return tokens{}, a.endSession(ctx, s, "Signed out: the org gave this sign-in no refresh token, and its access has ended. Sign in again.")
	}
	by, err := a.random()
	if err != nil {
		return tokens{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, pollFor+lease)
	defer cancel()
	patience := time.NewTimer(pollFor)
	defer patience.Stop()
	for {
		won, err := a.store.lease(ctx, s.ID, a.instance+by, held.Version, a.now())
		if err != nil {
			return tokens{}, fmt.Errorf("%w: %v", ErrNotRefreshed, err)
		}
		if won {
			return a.renew(ctx, s, a.instance+by, held)
		}
		found, err := a.store.renewed(ctx, s.ID, held.Version, a.now())
		if err != nil || found.Version > held.Version {
			return found, err
		}
		select {
		case <-patience.C:
			return tokens{}, fmt.Errorf("%w: another process is renewing it", ErrNotRefreshed)
		case <-time.After(pollEvery):
		}
	}
}

// renew makes the one token call and stores its answer. The lease is held.
func (a *Auth) renew(ctx context.Context, s *Session, by string, held tokens) (tokens, error) {
	got, err := a.askForTokens(ctx, s.UserID, held)
	var answered *tokenError
	if errors.As(err, &answered) && answered.final() {
		// A step-up meanwhile revoked what was asked with, and left newer tokens.
		if found, err := a.store.renewed(ctx, s.ID, held.Version, a.now()); err == nil && found.Version > held.Version {
			return found, nil
		}
		return tokens{}, a.endSession(ctx, s, "Signed out: the org ended this sign-in. Sign in again.")
	}
	if errors.Is(err, errOtherPerson) {
		return tokens{}, a.endSession(ctx, s, "Signed out: the org renewed this sign-in for somebody else. Sign in again.")
	}
	if err != nil {
		if err := a.store.release(ctx, s.ID, by, a.now().Add(holdOff)); err != nil {
			a.config.Log.WarnContext(ctx, "lease not released, it ends by itself", "session", s.ID, "error", err)
		}
		return tokens{}, fmt.Errorf("%w: %v", ErrNotRefreshed, err)
	}
	next := a.tokensOf(got, held)
	stored, err := a.store.renew(ctx, s.ID, by, next, got.Scope)
	if err != nil {
		return tokens{}, fmt.Errorf("%w: the new tokens could not be stored: %v", ErrNotRefreshed, err)
	}
	if stored {
		return next, nil
	}
	found, err := a.store.renewed(ctx, s.ID, held.Version, a.now())
	if errors.Is(err, ErrSignedOut) || found.Version > held.Version { // signed out or stepped up meanwhile: what the org just gave must not stay valid
		if err := a.revoke(ctx, next.Refresh); err != nil {
			a.config.Log.WarnContext(ctx, "refresh token not revoked", "session", s.ID, "error", err)
		}
	} else if err == nil && found.Version <= held.Version {
		err = fmt.Errorf("%w: the lease was lost", ErrNotRefreshed)
	}
	return found, err
}

// errOtherPerson: the refreshed ID token names somebody else (OpenID Connect Core 1.0 section 12.2).
var errOtherPerson = errors.New("the refreshed ID token has another sub")

func (a *Auth) askForTokens(ctx context.Context, userID string, held tokens) (*answer, error) {
	// All of it has to fit into the lease, with time left to store the answer.
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	p, err := a.provider(ctx)
	if err != nil {
		return nil, err
	}
	got, err := a.token(ctx, p, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {held.Refresh}})
	if err != nil {
		return nil, err
	}
	if got.ID == "" {
		return got, nil
	}
	c, err := a.verifyIDToken(ctx, p, got.ID, "", got.Date)
	if err != nil {
		// The old refresh token is used up: the tokens are kept, the ID token that cannot be trusted is not.
		a.config.Log.WarnContext(ctx, "refreshed ID token not taken over", "error", err)
		got.ID = ""
		return got, nil
	}
	if c.Subject != userID {
		return nil, errOtherPerson
	}
	return got, nil
}

// endSession ends the session for a reason in words, and returns that as the error.
func (a *Auth) endSession(ctx context.Context, s *Session, reason string) error {
	a.happened(ctx, eventOf(SessionEnded, s, reason))
	if err := a.store.end(ctx, s.ID, reason); err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	return &SignedOut{Reason: reason}
}

// lease tries to become the one who renews version of the session's tokens.
func (st *store) lease(ctx context.Context, id, by string, version int64, now time.Time) (bool, error) {
	return st.changed(ctx, `UPDATE auth_session SET lease_by = $1, lease_until = $2
		WHERE id = $3 AND version = $4 AND ended = '' AND replaced_by = '' AND lease_until < $5 AND retry_at <= $5`,
		by, now.Add(lease).UnixMilli(), id, version, now.UnixMilli())
}

// renew stores the next tokens, if the lease still holds.
func (st *store) renew(ctx context.Context, id, by string, next tokens, scope string) (bool, error) {
	sealed, err := st.sealTokens(id, next)
	if err != nil {
		return false, err
	}
	scope = strings.Join(strings.Fields(scope), " ")
	return st.changed(ctx, `UPDATE auth_session SET tokens = $1, token_until = $2, version = $3, lease_by = '', lease_until = 0, retry_at = 0,
		scopes = CASE WHEN $4 = '' THEN scopes ELSE $4 END
		WHERE id = $5 AND version = $6 AND lease_by = $7 AND ended = '' AND replaced_by = ''`,
		sealed, next.Until.UnixMilli(), next.Version, scope, id, next.Version-1, by)
}

// release gives the lease back after a call that failed; nobody tries again before retryAt.
func (st *store) release(ctx context.Context, id, by string, retryAt time.Time) error {
	return st.exec(ctx, `UPDATE auth_session SET lease_by = '', lease_until = 0, retry_at = $1 WHERE id = $2 AND lease_by = $3`,
		retryAt.UnixMilli(), id, by)
}

// renewed returns the tokens of the row, or of the one that replaced it in a step-up, when
// they are newer than version, zero tokens while they are not, ErrNotRefreshed when a try
// has just failed, and ErrSignedOut when the session has ended.
func (st *store) renewed(ctx context.Context, id string, version int64, now time.Time) (tokens, error) {
	var held, until, retryAt int64
	var sealed []byte
	var ended string
	err := st.db.Reader().QueryRow(ctx, `SELECT latest.id, latest.tokens, latest.token_until, latest.version, latest.retry_at, latest.ended
		FROM auth_session named JOIN auth_session latest ON latest.id = CASE WHEN named.replaced_by = '' THEN named.id ELSE named.replaced_by END
		WHERE named.id = $1`, id).
		Scan(&id, &sealed, &until, &held, &retryAt, &ended)
	switch {
	case db.IsNone(err):
		return tokens{}, ErrSignedOut
	case err != nil:
		return tokens{}, fmt.Errorf("%w: %v", ErrNotRefreshed, err)
	case ended != "":
		return tokens{}, &SignedOut{Reason: ended}
	case held <= version && retryAt > now.UnixMilli():
		return tokens{}, fmt.Errorf("%w: the org did not renew it a moment ago", ErrNotRefreshed)
	case held <= version:
		return tokens{}, nil
	}
	t, err := st.openTokens(id, sealed)
	if err != nil {
		return tokens{}, fmt.Errorf("%w: %w", ErrSignedOut, err)
	}
	t.Until, t.Version = time.UnixMilli(until), held
	return t, nil
}

// changed runs an UPDATE and tells whether it found its row.
func (st *store) changed(ctx context.Context, query string, args ...any) (bool, error) {
	var n int64
	err := st.db.Update(ctx, func(q db.Querier) error {
		result, err := q.Exec(ctx, query, args...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n == 1, err
}
