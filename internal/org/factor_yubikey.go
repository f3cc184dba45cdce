package org

import (
	"crypto/aes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
)

// A YubiKey's code is 44 letters: 12 that name the key and 32 that hold, encrypted with
// the key's AES secret, its private id, two counters and a checksum (Yubico's OTP description).
const (
	yubikeyCode = 44
	yubikeyName = 12
	modhex      = "cbdefghijklnrtuv"
)

// yubikeyParts splits a code into the number that Okta calls a key by and the 16 encrypted bytes.
func yubikeyParts(code string) (credential string, block []byte, ok bool) {
	code = strings.ToLower(strings.TrimSpace(code))
	if len(code) != yubikeyCode {
		return "", nil, false
	}
	nibbles := make([]byte, len(code))
	for i := range code {
		n := strings.IndexByte(modhex, code[i])
		if n < 0 {
			return "", nil, false
		}
		nibbles[i] = "0123456789abcdef"[n]
	}
	all, err := hex.DecodeString(string(nibbles))
	if err != nil {
		return "", nil, false
	}
	name := append([]byte{0, 0}, all[:yubikeyName/2]...)
	return fmt.Sprintf("%012d", binary.BigEndian.Uint64(name)), all[yubikeyName/2:], true
}

// yubikeyCount decrypts a code and returns its two counters as one number that grows with each use.
func yubikeyCount(secret, block []byte) (count int64, ok bool) {
	cipher, err := aes.NewCipher(secret)
	if err != nil || len(block) != aes.BlockSize {
		return 0, false
	}
	plain := make([]byte, aes.BlockSize)
	cipher.Decrypt(plain, block)
	if crc16(plain) != 0xf0b8 { // the residue of a block that holds its own checksum
		return 0, false
	}
	return int64(binary.LittleEndian.Uint16(plain[6:8]))<<8 | int64(plain[11]), true
}

// crc16 is the checksum of ISO 13239.
func crc16(b []byte) uint16 {
	crc := uint16(0xffff)
	for _, c := range b {
		crc ^= uint16(c)
		for range 8 {
			low := crc & 1
			crc >>= 1
			if low == 1 {
				crc ^= 0x8408
			}
		}
	}
	return crc
}

// checkYubikey judges a code of the enrolled key, newer than the last one.
func checkYubikey(tx *Tx, f *Factor, p Proof) (refused, err error) {
	text, err := tx.org.sealer.open("factor/"+f.ID, f.secret)
	if err != nil {
		return nil, err
	}
	secret, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("secret of a YubiKey: %w", err)
	}
	credential, block, ok := yubikeyParts(p.PassCode)
	if !ok || credential != f.Profile.Text("credentialId") {
		return wrongPassCode(), nil
	}
	count, ok := yubikeyCount(secret, block)
	switch {
	case !ok:
		return wrongPassCode(), nil
	case count <= f.counter:
		return fail("E0000082", ""), nil
	}
	f.counter = count
	return nil, nil
}
