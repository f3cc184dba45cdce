package org

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// hasher hashes passwords and recovery answers with Argon2id, one at a time per
// processor: each run holds 19 MiB, and a flood of sign-ins must not hold more.
type hasher struct {
	rand  io.Reader
	slots chan struct{}
	// runs counts the hashes made: every way a sign-in can end costs exactly one (security 58).
	runs atomic.Int64
}

// The parameters of new hashes: the OWASP cheat sheet's first choice for Argon2id with little memory.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonSalt   = 16
	argonKey    = 32
)

func newHasher(rand io.Reader) *hasher {
	return &hasher{rand: rand, slots: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

// hash returns the Argon2id hash of a secret with a fresh salt, in the PHC string format.
func (h *hasher) hash(secret string) string {
	salt := make([]byte, argonSalt)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		panic("org: no randomness: " + err.Error())
	}
	key := h.run(secret, salt, argonTime, argonMemory)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, argonMemory, argonTime, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// matches tells whether secret is what encoded was made of. Where encoded is no hash
// at all it works as long and answers no.
func (h *hasher) matches(encoded, secret string) bool {
	salt, want, time, memory, err := parseHash(encoded)
	if err != nil {
		h.run(secret, make([]byte, argonSalt), argonTime, argonMemory)
		return false
	}
	return subtle.ConstantTimeCompare(h.run(secret, salt, time, memory), want) == 1
}

func (h *hasher) run(secret string, salt []byte, time, memory uint32) []byte {
	h.slots <- struct{}{}
	defer func() { <-h.slots }()
	h.runs.Add(1)
	return argon2.IDKey([]byte(secret), salt, time, memory, 1, argonKey)
}

func parseHash(encoded string) (salt, key []byte, time, memory uint32, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return nil, nil, 0, 0, fmt.Errorf("not an Argon2id hash")
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &memory, &time); err != nil {
		return nil, nil, 0, 0, err
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return nil, nil, 0, 0, err
	}
	key, err = base64.RawStdEncoding.DecodeString(parts[5])
	return salt, key, time, memory, err
}
