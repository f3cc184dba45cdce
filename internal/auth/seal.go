package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"gatehouse/internal/db"
)

// keyIDLen is the length of the key id in front of each sealed value, in bytes.
const keyIDLen = 8

// ErrWrongKey: the database was sealed under a secret key that this process was not given.
var ErrWrongKey = errors.New("the secret key is not the one this database was written with: " +
	"put that key back into CONSOLE_SECRET_KEY_FILE (as second line while changing to a new one)")

// errSealed: a value cannot be opened. It was sealed under a dropped key, or changed, or moved to another row.
var errSealed = errors.New("sealed value cannot be opened")

// sealer encrypts values at rest: AES-256-GCM, the key id in front, the row's name as additional data.
type sealer struct {
	current [keyIDLen]byte
	keys    map[[keyIDLen]byte]cipher.AEAD
}

// newSealer derives this package's own keys from the secret keys (32 bytes each, the first is current).
func newSealer(secrets [][]byte) (*sealer, error) {
	if len(secrets) == 0 {
		return nil, errors.New("no secret key given")
	}
	s := &sealer{keys: map[[keyIDLen]byte]cipher.AEAD{}}
	for i, secret := range secrets {
		if len(secret) != 32 {
			return nil, fmt.Errorf("secret key %d has %d bytes, wanted 32", i+1, len(secret))
		}
		derived, err := hkdf.Key(sha256.New, secret, nil, "gatehouse auth v1", 32+keyIDLen)
		if err != nil {
			return nil, fmt.Errorf("derive the key: %w", err)
		}
		block, err := aes.NewCipher(derived[:32])
		if err != nil {
			return nil, fmt.Errorf("derive the key: %w", err)
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, fmt.Errorf("derive the key: %w", err)
		}
		id := [keyIDLen]byte(derived[32:])
		s.keys[id] = aead
		if i == 0 {
			s.current = id
		}
	}
	return s, nil
}

// seal encrypts plain for the row named row, such as "auth_session/<id>".
func (s *sealer) seal(row string, plain []byte) []byte {
	out := append([]byte(nil), s.current[:]...)
	return s.keys[s.current].Seal(out, nil, plain, []byte(row))
}

// open decrypts what seal made for the same row, under any key it was given.
func (s *sealer) open(row string, sealed []byte) ([]byte, error) {
	if len(sealed) < keyIDLen {
		return nil, errSealed
	}
	aead := s.keys[[keyIDLen]byte(sealed[:keyIDLen])]
	if aead == nil {
		return nil, fmt.Errorf("%w: its key is not among those given", errSealed)
	}
	plain, err := aead.Open(nil, nil, sealed[keyIDLen:], []byte(row))
	if err != nil {
		return nil, fmt.Errorf("%w: changed, or of another row", errSealed)
	}
	return plain, nil
}

const (
	checkRow  = "auth_check/key"
	checkText = "gatehouse"
)

// check refuses a database that was sealed under none of the given keys, before anything
// is read or written with them. The row moves to the current key, so that the older can be dropped later.
func (s *sealer) check(ctx context.Context, d *db.DB) error {
	return d.Update(ctx, func(q db.Querier) error {
		var sealed []byte
		err := q.QueryRow(ctx, `SELECT sealed FROM auth_check WHERE id = 'key'`).Scan(&sealed)
		if err != nil && !db.IsNone(err) {
			return fmt.Errorf("read the key check: %w", err)
		}
		if err == nil {
			plain, err := s.open(checkRow, sealed)
			if err != nil || string(plain) != checkText {
				return ErrWrongKey
			}
			if [keyIDLen]byte(sealed[:keyIDLen]) == s.current {
				return nil
			}
		}
		_, err = q.Exec(ctx, `INSERT INTO auth_check (id, sealed) VALUES ('key', $1) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed`,
			s.seal(checkRow, []byte(checkText)))
		return err
	})
}
