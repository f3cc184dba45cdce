package org

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"math/big"
)

// idSource mints ids: 20 characters, a prefix of three that tells the kind
// (okta-semantics C4), 14 characters of base 62 and the org's cell suffix.
type idSource struct {
	rand  io.Reader
	cell  string
	orgID string
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// mint returns a new id with this prefix.
func (s *idSource) mint(prefix string) string {
	return prefix + s.random(20-len(prefix)-len(s.cell)) + s.cell
}

// newCell is the suffix of a new org: a digit, a letter and 7, as recorded ("1d7", "0x7").
func (s *idSource) newCell() string {
	t := s.random(2)
	return string([]byte{'0' + t[0]%10, 'a' + t[1]%26, '7'})
}

// random returns n characters of base 62. It panics when the source of
// randomness fails: no id is better than a guessable one.
func (s *idSource) random(n int) string { return s.pick(base62, n) }

// pick is random with other characters, of which there are up to 64.
func (s *idSource) pick(characters string, n int) string {
	var pool [96]byte
	out := make([]byte, 0, n)
	for len(out) < n {
		if _, err := io.ReadFull(s.rand, pool[:]); err != nil {
			panic("org: no randomness: " + err.Error())
		}
		for _, b := range pool {
			if b &= 63; int(b) < len(characters) && len(out) < n { // what is beyond is passed over: each character is as likely as any other
				out = append(out, characters[b])
			}
		}
	}
	return string(out)
}

// fixedID is an id derived from a name, the same at every start: what a seed uses.
func (s *idSource) fixedID(prefix, name string) string {
	h := sha256.Sum256([]byte(prefix + "/" + name))
	return prefix + spell(h[:], 20-len(prefix)-len(seedCell)) + seedCell
}

// seedCell is the suffix of seeded ids: constant, so that they are the same in every org.
const seedCell = "5g7"

// spell writes the number b in n digits of base 62, the lowest first.
func spell(b []byte, n int) string {
	out := make([]byte, n)
	x, base, digit := new(big.Int).SetBytes(b), big.NewInt(62), new(big.Int)
	for i := range out {
		x.DivMod(x, base, digit)
		out[i] = base62[digit.Int64()]
	}
	return string(out)
}

// NewSecret returns n random characters of base 62, from the org's source of randomness.
func (o *Org) NewSecret(n int) string { return o.ids.random(n) }

// NewID returns a new id with this prefix of three characters.
func (o *Org) NewID(prefix string) string { return o.ids.mint(prefix) }

// hashSecret is how tokens and codes are looked up: 256-bit secrets need no salt.
func hashSecret(secret string) string {
	h := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(h[:])
}
