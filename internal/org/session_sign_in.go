package org

import (
	"context"
	"time"

	"gatehouse/internal/db"
)

// The stages of a sign-in: what the person has to do next.
const (
	StagePassword        = "PASSWORD"
	StagePasswordExpired = "PASSWORD_EXPIRED"
	StageFactor          = "MFA_REQUIRED"
)

// Pending is a sign-in under way, of a browser or of the authentication API.
type Pending struct {
	// Key is the secret that names it: part of the page's address, or the state token.
	Key string
	// Browser is the hash of the cookie it is bound to, "" for the authentication API.
	Browser string
	// Server and Request are the authorization request it began with, as a query; "" for none.
	Server, Request string
	// Stage is what is to be done next; UserID who it is, once the password was right.
	Stage, UserID string
	Expires       time.Time
}

// pendingLife is how long a sign-in may take; of the authentication API five minutes, as the cloud's state token.
const (
	pendingLife = 30 * time.Minute
	stateLife   = 5 * time.Minute
)

// BeginSignIn stores a new sign-in and fills in its Key and Expires.
func (o *Org) BeginSignIn(r *Request, p Pending) (Pending, error) {
	o.sweep()
	p.Key, p.Expires = "00"+o.ids.random(40), r.Now.Add(pendingLife)
	if p.Browser == "" {
		p.Expires = r.Now.Add(stateLife)
	}
	return p, o.update(r, func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO sign_in (hash, browser, server, request, stage, user_id, tries, expires) VALUES ($1, $2, $3, $4, $5, $6, 0, $7)`,
			hashSecret(p.Key), p.Browser, p.Server, p.Request, p.Stage, p.UserID, millis(p.Expires))
		return err
	})
}

// SignInUnderWay finds a sign-in by its key, of this browser ("" for the authentication API). found is false for one that is unknown, over, or of another browser.
func (o *Org) SignInUnderWay(ctx context.Context, key, browser string) (p Pending, found bool, err error) {
	var expires int64
	p.Key = key
	err = o.db.Reader().QueryRow(ctx, `SELECT browser, server, request, stage, user_id, expires FROM sign_in WHERE hash = $1 AND browser = $2`, hashSecret(key), browser).
		Scan(&p.Browser, &p.Server, &p.Request, &p.Stage, &p.UserID, &expires)
	if db.IsNone(err) {
		return Pending{}, false, nil
	}
	p.Expires = fromMillis(expires)
	return p, err == nil && o.now().Before(p.Expires), err
}

// AdvanceSignIn moves a sign-in to its next stage, for the person who was found.
func (o *Org) AdvanceSignIn(r *Request, p Pending, stage, user string) error {
	return o.update(r, func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `UPDATE sign_in SET stage = $3, user_id = $4 WHERE hash = $1 AND stage = $2`, hashSecret(p.Key), p.Stage, stage, user)
		return err
	})
}

// EndSignIn takes a sign-in away and tells whether it was still there: only one request can finish it.
func (o *Org) EndSignIn(r *Request, p Pending) (was bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		res, err := tx.q.Exec(tx.ctx, `DELETE FROM sign_in WHERE hash = $1 AND stage = $2`, hashSecret(p.Key), p.Stage)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		was = n > 0
		return err
	})
	return was, err
}

// HashSecret is how a secret that a browser holds is compared: the store has the hash only.
func HashSecret(secret string) string { return hashSecret(secret) }
