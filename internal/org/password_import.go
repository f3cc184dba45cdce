package org

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// importedHash is a password hash of another system, as the API takes it. It is kept
// as it came until the first right sign-in, which replaces it by our own.
type importedHash struct {
	Algorithm       string `json:"algorithm"`
	Salt            string `json:"salt,omitempty"`
	SaltOrder       string `json:"saltOrder,omitempty"`
	Value           string `json:"value"`
	WorkFactor      int    `json:"workFactor,omitempty"`
	DigestAlgorithm string `json:"digestAlgorithm,omitempty"`
	IterationCount  int    `json:"iterationCount,omitempty"`
	KeySize         int    `json:"keySize,omitempty"`
}

// importedPrefix marks an imported hash in the store.
const importedPrefix = "imported:"

// maxIterations bounds the work that a client can ask of every later sign-in.
const maxIterations = 1_000_000

func parseImported(stored string) (importedHash, bool) {
	text, ok := strings.CutPrefix(stored, importedPrefix)
	var h importedHash
	return h, ok && json.Unmarshal([]byte(text), &h) == nil
}

// stored is how the hash is kept.
func (h importedHash) stored() string {
	b, err := json.Marshal(h)
	if err != nil {
		panic("org: " + err.Error()) // strings and numbers only
	}
	return importedPrefix + string(b)
}

// maxWorkFactor bounds what a sign-in with an imported hash may cost: about 4 s. The
// cloud takes up to 20, which is more than a minute of this machine for each wrong password.
const maxWorkFactor = 16

// problem says what is wrong with the hash, or "".
func (h importedHash) problem() string {
	salt, saltErr := base64.StdEncoding.DecodeString(h.Salt)
	value, valueErr := base64.StdEncoding.DecodeString(h.Value)
	switch {
	case h.Algorithm == "BCRYPT":
		if _, err := bcrypt.Cost([]byte(h.bcrypt())); err != nil || len(h.Salt) != 22 || h.WorkFactor < 4 || h.WorkFactor > maxWorkFactor {
			return fmt.Sprintf("BCRYPT needs a workFactor from 4 to %d, a salt of 22 and a value of 31 characters", maxWorkFactor)
		}
		return ""
	case h.digest() == nil:
		return "algorithm must be BCRYPT, SHA-512, SHA-256, SHA-1, MD5 or PBKDF2"
	case valueErr != nil || saltErr != nil:
		return "value and salt must be base64"
	case h.Algorithm == "PBKDF2":
		if h.IterationCount < 4096 || h.IterationCount > maxIterations || h.KeySize < 1 || h.KeySize != len(value) || len(salt) == 0 {
			return fmt.Sprintf("PBKDF2 needs a salt, an iterationCount from 4096 to %d and a keySize that is the length of value", maxIterations)
		}
	case len(value) != h.digest()().Size():
		return "value has the wrong length for " + h.Algorithm
	case h.Salt != "" && h.SaltOrder != "PREFIX" && h.SaltOrder != "POSTFIX":
		return "saltOrder must be PREFIX or POSTFIX"
	}
	return ""
}

// matches tells whether the password has this hash.
func (h importedHash) matches(password string) bool {
	if h.Algorithm == "BCRYPT" {
		return len(password) <= maxPassword && bcrypt.CompareHashAndPassword([]byte(h.bcrypt()), []byte(password)) == nil
	}
	salt, err1 := base64.StdEncoding.DecodeString(h.Salt)
	want, err2 := base64.StdEncoding.DecodeString(h.Value)
	digest := h.digest()
	if err1 != nil || err2 != nil || digest == nil {
		return false
	}
	if h.Algorithm == "PBKDF2" {
		got, err := pbkdf2.Key(digest, password, salt, h.IterationCount, h.KeySize)
		return err == nil && subtle.ConstantTimeCompare(got, want) == 1
	}
	d := digest()
	if h.SaltOrder == "POSTFIX" {
		d.Write(append([]byte(password), salt...))
	} else {
		d.Write(append(salt, password...))
	}
	return subtle.ConstantTimeCompare(d.Sum(nil), want) == 1
}

// bcrypt puts the parts together as the crypt format does.
func (h importedHash) bcrypt() string {
	return fmt.Sprintf("$2a$%02d$%s%s", h.WorkFactor, h.Salt, h.Value)
}

// digest is the hash function, or nil for an unknown one.
func (h importedHash) digest() func() hash.Hash {
	name := h.Algorithm
	if name == "PBKDF2" {
		name = strings.Replace(strings.TrimSuffix(h.DigestAlgorithm, "_HMAC"), "SHA", "SHA-", 1)
	}
	switch name {
	case "SHA-512":
		return sha512.New
	case "SHA-256":
		return sha256.New
	case "SHA-1":
		return sha1.New
	case "MD5":
		return md5.New
	}
	return nil
}
