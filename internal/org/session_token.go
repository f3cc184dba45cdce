package org

import (
	"strings"
	"time"

	"gatehouse/internal/db"
)

// sessionTokenLife is how long a session token may lie unused: it passes from a sign-in form to the next request.
const sessionTokenLife = 5 * time.Minute

// NewSessionToken makes a single-use token that begins the session of a sign-in that is
// done. As at StartSession, one that lacks a proof gets none.
func (o *Org) NewSessionToken(r *Request, p Pending) (token string, expires time.Time, err error) {
	o.sweep()
	token, expires = "20111"+o.ids.random(40), r.Now.Add(sessionTokenLife)
	err = o.update(r, func(tx *Tx) error {
		l, err := tx.admit(p)
		if err != nil {
			return err
		}
		_, err = tx.q.Exec(tx.ctx, `INSERT INTO session_token (hash, user_id, amr, expires, idle, life, persistent, factors) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			hashSecret(token), p.UserID, strings.Join(p.AMR, " "), millis(expires), l.Idle.Milliseconds(), l.Life.Milliseconds(), one(l.Persistent), kindsText(p.Factors))
		return err
	})
	return token, expires, err
}

// RedeemSessionToken begins the session of a session token. found is false for one that is unknown, used or expired.
func (o *Org) RedeemSessionToken(r *Request, token string) (s Session, found bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		found = false
		var user, amr, factors string
		var expires, idle, life, persistent int64
		err := tx.q.QueryRow(tx.ctx, `DELETE FROM session_token WHERE hash = $1 RETURNING user_id, amr, expires, idle, life, persistent, factors`, hashSecret(token)).
			Scan(&user, &amr, &expires, &idle, &life, &persistent, &factors)
		if db.IsNone(err) || err == nil && !tx.now.Before(fromMillis(expires)) {
			return nil
		}
		if err != nil {
			return err
		}
		s, err = tx.startSession(Pending{UserID: user, AMR: strings.Fields(amr), Factors: kindsOf(factors)}, SessionLimits{
			Idle: time.Duration(idle) * time.Millisecond, Life: time.Duration(life) * time.Millisecond, Persistent: persistent == 1,
		})
		if isCode(err, "E0000011") {
			return nil
		}
		found = err == nil
		return err
	})
	return s, found, err
}
