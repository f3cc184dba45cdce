package config

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"
)

func TestSecretKeyIsMadeOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret.key")
	first, err := EnsureSecretKeys(file)
	if err != nil || len(first) != 1 || len(first[0]) != keySize {
		t.Fatalf("%d keys, %v", len(first), err)
	}
	second, err := EnsureSecretKeys(file)
	if err != nil || !bytes.Equal(first[0], second[0]) {
		t.Errorf("another key the second time, %v", err)
	}
	// A damaged file is an error, never a reason for a new key: the old one seals data.
	if err := os.WriteFile(file, []byte("damaged\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = EnsureSecretKeys(file)
	expectLine(t, err, "line 1 32 bytes")
	if text, err := os.ReadFile(file); err != nil || string(text) != "damaged\n" {
		t.Errorf("the file became %q, %v", text, err)
	}
}

func TestRotationPutsTheNewKeyFirst(t *testing.T) {
	older, newer := bytes.Repeat([]byte{1}, keySize), bytes.Repeat([]byte{2}, keySize)
	keys, err := ReadSecretKeys(write(t, base64.StdEncoding.EncodeToString(newer)+"\r\n"+base64.StdEncoding.EncodeToString(older)))
	if err != nil || len(keys) != 2 || !bytes.Equal(keys[0], newer) || !bytes.Equal(keys[1], older) {
		t.Errorf("read %x, %v", keys, err)
	}
}

func TestDerivedKeysDifferByPurpose(t *testing.T) {
	key := bytes.Repeat([]byte{1}, keySize)
	a, again, b := Derive(key, "audit"), Derive(key, "audit"), Derive(key, "sessions")
	if !bytes.Equal(a, again) || bytes.Equal(a, b) || bytes.Equal(a, key) || len(a) != keySize {
		t.Error("a purpose must have one key of its own")
	}
}
