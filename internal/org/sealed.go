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

// unseal makes o.sealer from key, and checks that the store was made with it. Without
// a key one is kept in the store itself.
func (o *Org) unseal(ctx context.Context, key []byte) error {
	return o.db.Update(ctx, func(q db.Querier) error {
		if key == nil {
			stored, err := metaOnce(ctx, q, "sealKey", func() string {
				b := make([]byte, sealSize)
				if _, err := io.ReadFull(o.rand, b); err != nil {
					panic("org: no randomness: " + err.Error())
				}
				return hex.EncodeToString(b)
			})
			if err != nil {
				return err
			}
			if key, err = hex.DecodeString(stored); err != nil {
				return err
			}
		}
		s, err := newSealer(key)
		if err != nil {
			return err
		}
		check, err := metaOnce(ctx, q, "sealed", func() string { return s.seal("meta/sealed", "org") })
		if err != nil {
			return err
		}
		if _, err := s.open("meta/sealed", check); err != nil {
			return fmt.Errorf("%w: give the secret key that it was made with", ErrSealKey)
		}
		o.sealer = s
		return nil
	})
}
