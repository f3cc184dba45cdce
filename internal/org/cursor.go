package org

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"gatehouse/internal/db"
)

// cursorVersion begins what a cursor seals. A cursor of another version is refused.
const cursorVersion = "1"

// newCursorSealer reads the key that seals cursors from the store, making it the first
// time. All processes on a store open each other's cursors.
func (o *Org) newCursorSealer(ctx context.Context, q db.Querier) error {
	text, err := metaOnce(ctx, q, "cursorKey", func() string {
		b := make([]byte, 32)
		if _, err := io.ReadFull(o.rand, b); err != nil {
			panic("org: no randomness: " + err.Error())
		}
		return hex.EncodeToString(b)
	})
	if err != nil {
		return err
	}
	key, err := hex.DecodeString(text)
	if err != nil {
		return fmt.Errorf("cursor key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return fmt.Errorf("cursor key: %w", err)
	}
	o.cursors, err = cipher.NewGCMWithRandomNonce(block)
	return err
}

// sealCursor writes a place in the list that identity names as the value of after.
func (o *Org) sealCursor(at position, identity []byte) string {
	sealed := o.cursors.Seal(nil, nil, []byte(at.value+"\x00"+at.id), append([]byte(cursorVersion), identity...))
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// openCursor reads a value of after; "" is the beginning. One that was changed, or
// belongs to another list, is E0000029.
func (o *Org) openCursor(after string, identity []byte) (position, error) {
	if after == "" {
		return position{}, nil
	}
	refused := fail("E0000029", "", "after: this cursor belongs to another list or was changed; begin again without it")
	sealed, err := base64.RawURLEncoding.DecodeString(after)
	if err != nil {
		return position{}, refused
	}
	text, err := o.cursors.Open(nil, nil, sealed, append([]byte(cursorVersion), identity...))
	if err != nil {
		return position{}, refused
	}
	value, id, _ := strings.Cut(string(text), "\x00")
	return position{value, id}, nil
}
