package org

import (
	"fmt"
	"strings"
	"unicode"
)

// passwordPolicy is the part of a password policy that judges a new password.
type passwordPolicy struct {
	minLength            int
	lower, upper, number bool
	excludeUsername      bool
	// history is how many last passwords may not come back, the current one among them.
	history int
	// attempts is the failed sign-in that locks.
	attempts int
}

// defaultPasswordPolicy is the policy of a new org ("recorded", okta-semantics C9).
var defaultPasswordPolicy = passwordPolicy{
	minLength: 8, lower: true, upper: true, number: true, excludeUsername: true, history: 4, attempts: 10,
}

// maxPassword is the length in bytes that Okta stores.
const maxPassword = 72

// allows tells whether the policy lets the owner of this login have the password. History is not looked at.
func (p passwordPolicy) allows(login, password string) bool {
	has := func(in func(rune) bool) bool { return strings.IndexFunc(password, in) >= 0 }
	switch {
	case len([]rune(password)) < p.minLength, len(password) > maxPassword:
		return false
	case p.lower && !has(unicode.IsLower), p.upper && !has(unicode.IsUpper), p.number && !has(unicode.IsDigit):
		return false
	}
	return !p.excludeUsername || !containsPart(password, login)
}

// containsPart tells whether the password holds a part of the login: what stands
// between , . - _ # @, from four characters on (administrator's help on password policies).
func containsPart(password, login string) bool {
	password = fold(password)
	for _, part := range strings.FieldsFunc(fold(login), func(r rune) bool { return strings.ContainsRune(",.-_#@", r) }) {
		if len([]rune(part)) >= 4 && strings.Contains(password, part) {
			return true
		}
	}
	return false
}

// requirements says in one sentence what a password must be, as the cloud words it.
func (p passwordPolicy) requirements() string {
	words := []string{fmt.Sprintf("at least %d characters", p.minLength)}
	for _, w := range []struct {
		on   bool
		text string
	}{
		{p.lower, "a lowercase letter"},
		{p.upper, "an uppercase letter"},
		{p.number, "a number"},
		{p.excludeUsername, "no parts of your username"},
		{p.history > 0, fmt.Sprintf("your password cannot be any of your last %d passwords", p.history)},
	} {
		if w.on {
			words = append(words, w.text)
		}
	}
	return "Password requirements were not met. Password requirements: " + strings.Join(words, ", ") + "."
}
