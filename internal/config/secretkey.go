package config

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// keySize is the length of a secret key in bytes.
const keySize = 32

// SecretKeys are the keys that seal what is stored: the current one first, then at
// most one older key that is still accepted while keys rotate.
type SecretKeys [][]byte

// ReadSecretKeys reads a file of one or two lines of base64, 32 bytes each.
func ReadSecretKeys(file string) (SecretKeys, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the secret key file cannot be read: %w", err)
	}
	lines := strings.Fields(string(text))
	if len(lines) == 0 || len(lines) > 2 {
		return nil, fmt.Errorf("%s holds %d keys: it needs one or two lines of base64, 32 bytes each", file, len(lines))
	}
	var keys SecretKeys
	for i, line := range lines {
		key, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(key) != keySize {
			return nil, fmt.Errorf("line %d of %s is not 32 bytes in base64: make one with `openssl rand -base64 32`", i+1, file)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// EnsureSecretKeys reads the file, first writing a new key (mode 0600) when there is none.
func EnsureSecretKeys(file string) (SecretKeys, error) {
	keys, err := ReadSecretKeys(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	key := make([]byte, keySize)
	rand.Read(key) //nolint:errcheck // never fails
	text := base64.StdEncoding.EncodeToString(key) + "\n"
	if err := writeNew(file, text); errors.Is(err, fs.ErrExist) {
		return ReadSecretKeys(file) // another process was first
	} else if err != nil {
		return nil, fmt.Errorf("the secret key cannot be written: %w", err)
	}
	return SecretKeys{key}, nil
}

// writeNew writes a file that must not exist yet and is on disk when it returns: what
// is sealed with a lost key is lost.
func writeNew(file, text string) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// Derive makes the 32-byte key for one purpose from a secret key (HKDF-SHA256, RFC 5869).
func Derive(key []byte, purpose string) []byte {
	out, err := hkdf.Key(sha256.New, key, nil, "gatehouse "+purpose, keySize)
	if err != nil {
		panic("config: derive a key: " + err.Error()) // only for lengths that HKDF cannot make
	}
	return out
}
