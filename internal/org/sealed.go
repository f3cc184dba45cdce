package org

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"gatehouse/internal/db"
)

// sealSize is the length in bytes of Config.SealKey.
const sealSize = 32

// ErrSealKey says that the store was sealed with another key than the one given.
var ErrSealKey = errors.New("the org's store was sealed with another key")

// sealer encrypts the secrets that the store holds (client secrets, private keys,
// TOTP secrets) and makes the codes that prove a refresh token is ours.
type sealer struct {
	id   string
	aead cipher.AEAD
	mac  []byte
}

func newSealer(key []byte) (*sealer, error) {
	if len(key) != sealSize {
		return nil, fmt.Errorf("org: the sealing key has %d bytes, %d are needed", len(key), sealSize)
	}
	derive := func(purpose string) ([]byte, error) {
		return hkdf.Key(sha256.New, key, nil, "gatehouse org "+purpose, sealSize)
	}
	enc, err := derive("seal")
	if err != nil {
		return nil, err
	}
	mac, err := derive("token")
	if err != nil {
		return nil, err
	}
	id, err := derive("key id")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(enc)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &sealer{id: hex.EncodeToString(id[:4]), aead: aead, mac: mac}, nil
}

// seal encrypts value for the row that name identifies ("oauth_client/0oa1"): it opens nowhere else.
func (s *sealer) seal(name, value string) string {
	return s.id + ":" + base64.RawStdEncoding.EncodeToString(s.aead.Seal(nil, nil, []byte(value), []byte(name)))
}

// open is the reverse of seal.
func (s *sealer) open(name, sealed string) (string, error) {
	id, text, _ := strings.Cut(sealed, ":")
	if id != s.id {
		return "", ErrSealKey
	}
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("sealed value of %s: %w", name, err)
	}
	value, err := s.aead.Open(nil, nil, b, []byte(name))
	if err != nil {
		return "", fmt.Errorf("sealed value of %s: %w", name, err)
	}
	return string(value), nil
}

// sign is the authentication code of text.
func (s *sealer) sign(text string) []byte {
	h := hmac.New(sha256.New, s.mac)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// storeKeyName is the row that holds the store's own key, sealed with Config.SealKey.
// Everything else is sealed with the store's key, so that a new SealKey costs one row.
const storeKeyName = "storeKey"

// plainKey begins the store's key where there is no SealKey to seal it with.
const plainKey = "plain:"

// unseal makes o.sealer from the store's key, making that at the first start. A store
// that old opens is sealed with key from now on.
func (o *Org) unseal(ctx context.Context, key, old []byte) error {
	return o.db.Update(ctx, func(q db.Querier) error {
		fresh := make([]byte, sealSize)
		if _, err := io.ReadFull(o.rand, fresh); err != nil {
			return fmt.Errorf("make the store's key: %w", err)
		}
		wrapped, err := wrapKey(fresh, key)
		if err != nil {
			return err
		}
		kept, err := metaOnce(ctx, q, storeKeyName, func() string { return wrapped })
		if err != nil {
			return err
		}
		storeKey, err := unwrapKey(kept, key)
		if err != nil {
			if storeKey, err = unwrapKey(kept, old); err != nil {
				return fmt.Errorf("%w: give the secret key that it was made with", ErrSealKey)
			}
			if kept, err = wrapKey(storeKey, key); err != nil {
				return err
			}
			if _, err := q.Exec(ctx, `UPDATE meta SET value = $2 WHERE name = $1`, storeKeyName, kept); err != nil {
				return err
			}
		}
		o.sealer, err = newSealer(storeKey)
		return err
	})
}

func wrapKey(storeKey, key []byte) (string, error) {
	text := hex.EncodeToString(storeKey)
	if key == nil {
		return plainKey + text, nil
	}
	s, err := newSealer(key)
	if err != nil {
		return "", err
	}
	return s.seal(storeKeyName, text), nil
}

func unwrapKey(kept string, key []byte) ([]byte, error) {
	text, plain := strings.CutPrefix(kept, plainKey)
	if plain != (key == nil) {
		return nil, ErrSealKey
	}
	if !plain {
		s, err := newSealer(key)
		if err != nil {
			return nil, err
		}
		if text, err = s.open(storeKeyName, kept); err != nil {
			return nil, err
		}
	}
	return hex.DecodeString(text)
}
