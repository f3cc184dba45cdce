package org

import (
	_ "embed"
	"strings"
)

//go:embed password_common.txt
var commonPasswordText string

// commonPasswords are words that people use as passwords: those of the lists that are
// published again and again.
var commonPasswords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(commonPasswordText) {
		words[w] = true
	}
	return words
}()

// commonPassword tells whether a password is a common one, as it is or with numbers and
// symbols around it and in place of letters: P@ssw0rd2026! is password.
func commonPassword(password string) bool {
	p := fold(password)
	plain := strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "i", "!", "i", "3", "e", "$", "s", "5", "s", "7", "t").Replace(p)
	decorated := func(r rune) bool { return strings.ContainsRune("0123456789!@#$%^&*()-_=+.,;:?/ ", r) }
	core := strings.TrimFunc(p, decorated)
	cut := strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "i", "!", "i", "3", "e", "$", "s", "5", "s", "7", "t").Replace(core)
	for _, form := range []string{p, plain, core, cut} {
		if commonPasswords[form] {
			return true
		}
	}
	return false
}
