package org

import (
	"time"

	"gatehouse/internal/db"
)

// Wrong codes and messages are bounded always, rate limits or not: five in five minutes (okta-semantics C2).
const (
	factorTries  = 5
	factorWindow = 5 * time.Minute
)

// factorLimit counts what somebody did with a kind of factor in the current window.
type factorLimit struct {
	user, name  string
	count       int64
	since, last time.Time
}

// factorLimit reads a count; a window that is over begins anew.
func (tx *Tx) factorLimit(user, name string) (factorLimit, error) {
	l := factorLimit{user: user, name: name, since: tx.now}
	var since, last int64
	err := tx.q.QueryRow(tx.ctx, `SELECT count, since, last FROM factor_limit WHERE user_id = $1 AND name = $2`, user, name).Scan(&l.count, &since, &last)
	if db.IsNone(err) {
		return l, nil
	}
	l.last = fromMillis(last)
	if tx.now.Sub(fromMillis(since)) >= factorWindow {
		l.count = 0
	} else {
		l.since = fromMillis(since)
	}
	return l, err
}

// spent tells whether nothing more is allowed in this window.
func (l factorLimit) spent() bool { return l.count >= factorTries }

// countFactor stores one more, or none at all once a code was right.
func (tx *Tx) countFactor(l factorLimit, right bool) error {
	l.count, l.last = l.count+1, tx.now
	if right {
		l.count = 0
	}
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO factor_limit (user_id, name, count, since, last) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (user_id, name) DO UPDATE SET count = excluded.count, since = excluded.since, last = excluded.last`,
		l.user, l.name, l.count, millis(l.since), millis(l.last))
	return err
}
