package org

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"time"
)

// factorCodeLife is how long a code that was sent works, unless tokenLifetimeSeconds says otherwise (published default).
const factorCodeLife = 300 * time.Second

// newPassCode is six random digits.
func (o *Org) newPassCode() string {
	n, err := rand.Int(o.rand, big.NewInt(1_000_000))
	if err != nil {
		panic("org: no randomness: " + err.Error())
	}
	return fmt.Sprintf("%06d", n)
}

// sendCode sends a new code, in place of the one sent before. Too soon after that one
// it is the kind's 429, and E0000047 after five in five minutes.
func (tx *Tx) sendCode(f *Factor, person Target, life time.Duration) error {
	m := f.kind().message
	l, err := tx.factorLimit(f.UserID, "send "+f.Type)
	if err != nil {
		return err
	}
	switch {
	case !l.last.IsZero() && tx.now.Sub(l.last) < m.every:
		return fail(m.tooSoon, "")
	case l.spent():
		return fail("E0000047", "")
	}
	if err := tx.countFactor(l, false); err != nil {
		return err
	}
	code := tx.org.newPassCode()
	f.code, f.codeExpires = tx.org.sealer.seal("factor code/"+f.ID, code), tx.now.Add(life)
	tx.log(factorEvent(*f, person, m.event, m.what))
	return tx.send(f.Profile.Text(m.to), "factor_"+f.Type, "Your verification code is "+code+".", "")
}

// checkSent judges a code that was sent. It works once.
func checkSent(tx *Tx, f *Factor, p Proof) (refused, err error) {
	if f.code == "" {
		return wrongPassCode(), nil
	}
	code, err := tx.org.sealer.open("factor code/"+f.ID, f.code)
	if err != nil {
		return nil, err
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(code), []byte(p.PassCode)) != 1:
		return wrongPassCode(), nil
	case !tx.now.Before(f.codeExpires):
		return fail("E0000083", ""), nil
	}
	f.code, f.codeExpires = "", time.Time{}
	return nil, nil
}
