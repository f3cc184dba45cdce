package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"gatehouse/internal/db"
)

const (
	// sessionPage is how many sessions a page of AllSessions holds, and how many EndAll ends at a time.
	sessionPage = 100
	// revokeAtOnce and revokeLimit bound the calls to the org that follow.
	revokeAtOnce = 4
	revokeLimit  = time.Minute
)

// ErrCursor: the text after which a list is to go on is none that it gave.
var ErrCursor = errors.New("not a cursor of this list")

// AllSessions lists the sessions of everybody that go on, newest sign-in first, a page at
// a time. after is "" or the next of the page before; next is "" at the end. Whether
// somebody may see them is the caller's to check, as for EndAny and EndAll.
func (a *Auth) AllSessions(ctx context.Context, after string) (list []*Session, next string, err error) {
	before, last := int64(1<<62), ""
	if after != "" {
		if _, err := fmt.Sscanf(after, "%d.%64s", &before, &last); err != nil {
			return nil, "", fmt.Errorf("list sessions: %w: %q", ErrCursor, after)
		}
	}
	now := a.now().UnixMilli()
	rows, err := a.config.DB.Reader().Query(ctx, `SELECT `+sessionColumns+` FROM auth_session
		WHERE ended = '' AND replaced_by = '' AND expires_at > $1 AND idle_at > $1 AND (signed_in_at < $2 OR signed_in_at = $2 AND id > $3)
		ORDER BY signed_in_at DESC, id LIMIT `+fmt.Sprint(sessionPage+1), now, before, last)
	if err != nil {
		return nil, "", fmt.Errorf("list sessions: %w", err)
	}
	defer rows.Close()
	var end *Session
	for n := 0; rows.Next(); n++ {
		if n == sessionPage {
			next = fmt.Sprintf("%d.%s", end.SignedInAt.UnixMilli(), end.ID)
			break
		}
		s, _, err := a.store.scan(rows)
		sealed := errors.Is(err, errSealed) // of a dropped key: it can no longer be used, only swept
		if err != nil && !sealed {
			return nil, "", fmt.Errorf("list sessions: %w", err)
		}
		if end = s; !sealed {
			list = append(list, s)
		}
	}
	return list, next, rows.Err()
}

// EndAny ends somebody's session for by, as End does. None is ErrSignedOut.
func (a *Auth) EndAny(ctx context.Context, by *Session, id string) error {
	s, ended, err := a.store.find(ctx, id)
	if db.IsNone(err) || errors.Is(err, errSealed) || err == nil && (ended != "" || s.replacedBy != "") {
		return ErrSignedOut
	}
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	if err := a.endFor(ctx, by, s); err != nil {
		return err
	}
	a.revokeQuietly(context.WithoutCancel(ctx), s)
	return nil
}

// EndAll ends every session but the one of by, and tells how many. All end here before
// the first is revoked at the org.
func (a *Auth) EndAll(ctx context.Context, by *Session) (int, error) {
	// Those that ended before a failure are revoked too: their tokens are nowhere else any more.
	ended, err := a.endOthers(ctx, by)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), revokeLimit)
	defer cancel()
	var g errgroup.Group
	g.SetLimit(revokeAtOnce)
	for _, s := range ended {
		g.Go(func() error { a.revokeQuietly(ctx, s); return nil })
	}
	_ = g.Wait() // what could not be revoked is in the log
	return len(ended), err
}

// endOthers ends every session but the one of by here, and returns those that it ended.
func (a *Auth) endOthers(ctx context.Context, by *Session) (ended []*Session, err error) {
	for after := ""; ; {
		list, next, err := a.AllSessions(ctx, after)
		if err != nil {
			return ended, err
		}
		for _, s := range list {
			if s.ID == by.ID {
				continue
			}
			if err := a.endFor(ctx, by, s); err != nil {
				return ended, err
			}
			ended = append(ended, s)
		}
		if next == "" {
			return ended, nil
		}
		after = next
	}
}

// endFor ends s here; who did it stands in the trail, and in what its browser reads.
func (a *Auth) endFor(ctx context.Context, by, s *Session) error {
	if err := a.store.end(ctx, s.ID, "Signed out: "+strings.TrimSpace(by.Name+" ("+by.Login+")")+" ended this session. Sign in again."); err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	e := eventOf(SessionEnded, by, "the session of "+s.Login+" from "+s.Address)
	e.Target = s.UserID
	a.happened(ctx, e)
	return nil
}
