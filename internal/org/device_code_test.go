package org

import (
	"strings"
	"testing"
)

// FuzzUserCode: what is taken for the code of a device is eight of its characters, however
// it was typed, and looking it up does not change it.
func FuzzUserCode(f *testing.F) {
	for _, text := range []string{"BCDFGHJK", "bcdf-ghjk", " bcdf ghjk ", "BCDFGHJ", "BCDFGHJKL", "ÄBCDFGHJ", "AEIOUAEI", "\x00\x00", "ſſſſſſſſ"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, entered string) {
		code := UserCode(entered)
		if code == "" {
			return
		}
		if len(code) != userCodeLength || strings.Trim(code, userCodeCharacters) != "" || UserCode(code) != code {
			t.Errorf("%q is taken for %q", entered, code)
		}
		if n := len(strings.Trim(strings.ToUpper(entered), " -")); n < userCodeLength {
			t.Errorf("%q has only %d characters", entered, n)
		}
	})
}
