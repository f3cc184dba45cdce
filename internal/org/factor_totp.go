package org

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"time"

	"gatehouse/internal/db"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// A TOTP code is of RFC 6238 with the values that every app knows: SHA-1, 6 digits, 30 s.
const totpStep = 30 * time.Second

// totpSecretSize is the length in bytes of a shared secret: 160 bits (RFC 4226 section 4).
const totpSecretSize = 20

// newSharedSecret is a random secret in base 32.
func (o *Org) newSharedSecret() string {
	b := make([]byte, totpSecretSize)
	if _, err := io.ReadFull(o.rand, b); err != nil {
		panic("org: no randomness: " + err.Error())
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
}

// EnrolTOTP gives a person an active TOTP factor with this base 32 secret, in place of one held before.
func (o *Org) EnrolTOTP(ctx context.Context, user, secret string) error {
	if _, err := totp.GenerateCode(secret, time.Unix(0, 0)); err != nil {
		return fmt.Errorf("org: TOTP secret: %w", err)
	}
	return o.db.Update(ctx, func(q db.Querier) error {
		tx := &Tx{store: store{ctx, q}, org: o, now: second(o.now())}
		held, err := tx.factorsOf(user)
		if err != nil {
			return err
		}
		for _, f := range held {
			if f.Type == totpFactor && f.Provider == "GOOGLE" {
				if err := tx.removeFactor(f); err != nil {
					return err
				}
			}
		}
		return tx.putFactor(Factor{
			ID: o.ids.mint("uft"), UserID: user, Type: totpFactor, Provider: "GOOGLE", Active: true,
			secret: o.sealer.seal("totp/"+user, secret), Created: tx.now, Updated: tx.now,
		})
	})
}

// TOTP returns a person's active TOTP factor, the oldest of two. found is false for somebody who has none.
func (o *Org) TOTP(ctx context.Context, user string) (f Factor, found bool, err error) {
	held, err := o.reads(ctx).factorsOf(user)
	for _, f := range held {
		if f.Type == totpFactor && f.Active {
			return f, true, err
		}
	}
	return Factor{}, false, err
}

// VerifyTOTP checks a code of somebody who signs in. Whoever has two TOTP factors may use
// either. A wrong code is E0000068, too many are E0000047.
func (o *Org) VerifyTOTP(r *Request, user, code string) error {
	held, err := o.reads(r.ctx).factorsOf(user)
	if err != nil {
		return err
	}
	chosen := ""
	for _, f := range held {
		if f.Type != totpFactor || !f.Active {
			continue
		}
		step, err := o.totpStepOf(f, code)
		if err != nil {
			return err
		}
		if chosen == "" || step != 0 {
			chosen = f.ID
		}
	}
	if chosen == "" {
		return fail("E0000068", "")
	}
	return o.VerifyFactor(r, user, chosen, Proof{PassCode: code})
}

// totpStepOf returns the time step whose code this is; 0 for none.
func (o *Org) totpStepOf(f Factor, code string) (int64, error) {
	secret, err := o.sealer.open("totp/"+f.UserID, f.secret)
	if err != nil {
		return 0, err
	}
	return stepOf(secret, code, o.now())
}

// checkTOTP judges a code: of this time step or a neighbour, and newer than the last one accepted.
func checkTOTP(tx *Tx, f *Factor, p Proof) (refused, err error) {
	step, err := tx.org.totpStepOf(*f, p.PassCode)
	switch {
	case err != nil:
		return nil, err
	case step == 0:
		return wrongPassCode(), nil
	case step <= f.counter:
		return fail("E0000082", ""), nil
	}
	f.counter = step
	return nil, nil
}

// stepOf returns the newest time step whose code this is, of the three around now (faults 14); 0 for none.
func stepOf(secret, code string, now time.Time) (int64, error) {
	var found int64
	for around := int64(-1); around <= 1; around++ {
		step := now.Unix()/int64(totpStep/time.Second) + around
		want, err := totp.GenerateCodeCustom(secret, time.Unix(step*int64(totpStep/time.Second), 0), totp.ValidateOpts{Period: uint(totpStep / time.Second), Digits: otp.DigitsSix})
		if err != nil {
			return 0, fmt.Errorf("TOTP: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found, nil
}
