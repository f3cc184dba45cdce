package org

import (
	"context"
	"crypto/subtle"
	"fmt"
	"time"

	"gatehouse/internal/db"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// A TOTP code is of RFC 6238 with the values that every app knows: SHA-1, 6 digits, 30 s.
const totpStep = 30 * time.Second

// Wrong codes are bounded always, rate limits or not: five in five minutes (okta-semantics C2).
const (
	totpTries  = 5
	totpWindow = 5 * time.Minute
)

// Factor is an enrolled TOTP factor.
type Factor struct{ ID, UserID string }

// EnrolTOTP gives a person a TOTP factor with this base 32 secret, in place of one held before.
func (o *Org) EnrolTOTP(ctx context.Context, user, secret string) error {
	if _, err := totp.GenerateCode(secret, time.Unix(0, 0)); err != nil {
		return fmt.Errorf("org: TOTP secret: %w", err)
	}
	return o.db.Update(ctx, func(q db.Querier) error {
		_, err := q.Exec(ctx, `INSERT INTO totp (user_id, id, sealed, step, tries, tries_from, created) VALUES ($1, $2, $3, 0, 0, 0, $4)
			ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, sealed = excluded.sealed, step = 0, tries = 0, tries_from = 0, created = excluded.created`,
			user, o.ids.mint("uft"), o.sealer.seal("totp/"+user, secret), o.now().UnixMilli())
		return err
	})
}

// TOTP returns a person's TOTP factor. found is false for somebody who has none.
func (o *Org) TOTP(ctx context.Context, user string) (f Factor, found bool, err error) {
	f.UserID = user
	err = o.db.Reader().QueryRow(ctx, `SELECT id FROM totp WHERE user_id = $1`, user).Scan(&f.ID)
	if db.IsNone(err) {
		return Factor{}, false, nil
	}
	return f, err == nil, err
}

// VerifyTOTP checks a code: of this time step or a neighbour, and newer than the last
// one accepted. A wrong one is E0000068, too many are E0000047.
func (o *Org) VerifyTOTP(r *Request, user, code string) error {
	var refused error
	err := o.update(r, func(tx *Tx) (err error) {
		refused, err = tx.verifyTOTP(user, code)
		return err
	})
	if err != nil {
		return err
	}
	return refused
}

func (tx *Tx) verifyTOTP(user, code string) (refused, err error) {
	var id, sealed string
	var last, tries, from int64
	err = tx.q.QueryRow(tx.ctx, `SELECT id, sealed, step, tries, tries_from FROM totp WHERE user_id = $1`, user).Scan(&id, &sealed, &last, &tries, &from)
	if db.IsNone(err) {
		return fail("E0000068", ""), nil
	}
	if err != nil {
		return nil, err
	}
	if tx.now.Sub(fromMillis(from)) >= totpWindow {
		tries, from = 0, millis(tx.now)
	}
	if tries >= totpTries {
		return fail("E0000047", ""), nil
	}
	person, err := tx.subject(user)
	if err != nil {
		return nil, err
	}
	secret, err := tx.org.sealer.open("totp/"+user, sealed)
	if err != nil {
		return nil, err
	}
	event := Event{Type: "user.authentication.auth_via_mfa", Message: "Authentication of user via MFA", Actor: &person, Targets: []Target{person}, Debug: map[string]string{"factor": "SOFTWARE_TOTP"}}
	step, err := stepOf(secret, code, tx.org.now(), last)
	if err != nil {
		return nil, err
	}
	if step == 0 {
		event.Result, event.Reason = "FAILURE", "INVALID_CREDENTIALS"
		refused, tries = fail("E0000068", "", "Your passcode doesn't match our records. Please try again."), tries+1
	} else {
		last, tries, from = step, 0, 0
	}
	tx.log(event)
	_, err = tx.q.Exec(tx.ctx, `UPDATE totp SET step = $2, tries = $3, tries_from = $4 WHERE user_id = $1`, user, last, tries, from)
	return refused, err
}

// stepOf returns the time step whose code this is, of the three around now and after last; 0 for none.
func stepOf(secret, code string, now time.Time, last int64) (int64, error) {
	var found int64
	for around := int64(-1); around <= 1; around++ {
		step := now.Unix()/int64(totpStep/time.Second) + around
		want, err := totp.GenerateCodeCustom(secret, time.Unix(step*int64(totpStep/time.Second), 0), totp.ValidateOpts{Period: uint(totpStep / time.Second), Digits: otp.DigitsSix})
		if err != nil {
			return 0, fmt.Errorf("TOTP: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last {
			found = step
		}
	}
	return found, nil
}

// removeFactorsOf takes away every factor of a person and returns how many there were. It logs nothing.
func (tx *Tx) removeFactorsOf(user string) (int, error) {
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM totp WHERE user_id = $1`, user)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
