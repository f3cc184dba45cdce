package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Head names the last row of a chain: its number and mac.
type Head struct {
	Seq int64
	MAC string
}

// String writes SEQ:MAC, as `console audit verify --head` reads it.
func (h Head) String() string { return fmt.Sprintf("%d:%s", h.Seq, h.MAC) }

// ParseHead reads what String writes.
func ParseHead(s string) (Head, error) {
	seq, mac, _ := strings.Cut(s, ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	raw, merr := hex.DecodeString(mac)
	if err != nil || n < 1 || merr != nil || len(raw) != sha256.Size {
		return Head{}, fmt.Errorf("%q is not a head: it is written SEQ:MAC, a row number and 64 hexadecimal digits, as the log has it", s)
	}
	return Head{n, strings.ToLower(mac)}, nil
}

// key is one key of the chain.
type key struct {
	id     string
	secret []byte
}

// newKey names a key by a digest that says nothing about it.
func newKey(secret []byte) key {
	return key{hex.EncodeToString(mac(secret, []byte("key id")))[:8], secret}
}

// newKeys takes the keys that callers derive, the current one first.
func newKeys(secrets [][]byte) []key {
	keys := make([]key, len(secrets))
	for i, s := range secrets {
		keys[i] = newKey(s)
	}
	return keys
}

func mac(secret []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, secret)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// link is the mac of a row: of its number (8 bytes, big-endian), the previous row's mac
// (32 bytes, zero before the first) and the entry (contracts.md section 9).
func (k key) link(seq int64, previous string, entry []byte) string {
	before := make([]byte, sha256.Size)
	hex.Decode(before, []byte(previous)) //nolint:errcheck // a damaged previous mac makes a wrong link, which Verify reports
	return hex.EncodeToString(mac(k.secret, binary.BigEndian.AppendUint64(nil, uint64(seq)), before, entry))
}

// tag stands for a secret: equal secrets have equal tags, so that a changed one shows.
func (k key) tag(secret string) string {
	return hex.EncodeToString(mac(k.secret, []byte("secret"), []byte(secret)))[:12]
}
