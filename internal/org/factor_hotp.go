package org

import (
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// hotpAhead is how many codes a token may be ahead, because its button was pressed
// without a sign-in (RFC 4226 section 7.4) [assumed].
const hotpAhead = 10

// hotpSecret reads a shared secret, hexadecimal as the published example or base 32, into base 32. ok is false for neither.
func hotpSecret(text string) (secret string, ok bool) {
	text = strings.TrimSpace(text)
	key, err := hex.DecodeString(text)
	if err != nil {
		key, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.TrimRight(text, "=")))
	}
	if err != nil || len(key) < 16 { // RFC 4226 section 4: at least 128 bits
		return "", false
	}
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(key), true
}

// checkHOTP judges a code of a counter that was not reached before (RFC 4226). The
// factor's counter is the next one that is accepted.
func checkHOTP(tx *Tx, f *Factor, p Proof) (refused, err error) {
	secret, err := tx.org.sealer.open("factor/"+f.ID, f.secret)
	if err != nil {
		return nil, err
	}
	for ahead := range int64(hotpAhead) {
		count := f.counter + ahead
		want, err := hotp.GenerateCodeCustom(secret, uint64(count), hotp.ValidateOpts{Digits: otp.DigitsSix})
		if err != nil {
			return nil, fmt.Errorf("HOTP: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(p.PassCode)) == 1 {
			f.counter = count + 1
			return nil, nil
		}
	}
	return wrongPassCode(), nil
}
