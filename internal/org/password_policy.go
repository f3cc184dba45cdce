package org

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// maxPassword is the length in bytes that Okta stores.
const maxPassword = 72

// passwordPolicy is the password policy that somebody is under, by their groups. Where none
// applies (an admin narrowed every one of them) nothing may be done by people themselves.
func (o *Org) passwordPolicy(s store, doc okta.Object, groups []string, from Client) (policy.Password, error) {
	c, err := o.policyContext(s, doc, groups, from)
	if err != nil {
		return policy.Password{}, err
	}
	return o.passwordPolicyIn(s, c)
}

func (o *Org) passwordPolicyIn(s store, c policy.Context) (policy.Password, error) {
	d, err := o.decide(s, policy.TypePassword, c)
	if err != nil || d.Policy == nil {
		return lastPasswordPolicy, err
	}
	return policy.PasswordOf(d.Policy, d.Rule)
}

// lastPasswordPolicy is for people to whom no policy applies [assumed].
var lastPasswordPolicy = policy.Password{
	Complexity: policy.Complexity{MinLength: 8, MinLower: 1, MinUpper: 1, MinNumber: 1, ExcludeUsername: true},
	Lockout:    policy.Lockout{MaxAttempts: 10},
}

// allowsPassword tells whether a password is as the policy asks for this person. History is not looked at.
func allowsPassword(c policy.Complexity, doc okta.Object, password string) bool {
	count := func(in func(rune) bool) (n int) {
		for _, r := range password {
			if in(r) {
				n++
			}
		}
		return n
	}
	switch {
	case len([]rune(password)) < c.MinLength, len(password) > maxPassword:
		return false
	case count(unicode.IsLower) < c.MinLower, count(unicode.IsUpper) < c.MinUpper, count(unicode.IsDigit) < c.MinNumber, count(isSymbol) < c.MinSymbol:
		return false
	case c.ExcludeUsername && containsPart(password, doc.Text("profile", "login")):
		return false
	case c.Dictionary.Common.Exclude && commonPassword(password):
		return false
	}
	for _, name := range c.ExcludeAttributes {
		if v := fold(doc.Text("profile", name)); v != "" && strings.Contains(fold(password), v) {
			return false
		}
	}
	return true
}

// isSymbol is what is neither letter, number nor space.
func isSymbol(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r) }

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

// passwordRequirements lists what a password must be, as the cloud words it.
func passwordRequirements(p policy.Password) string {
	c := p.Complexity
	words := []string{fmt.Sprintf("at least %d characters", c.MinLength)}
	for _, w := range []struct {
		n   int
		one string
		all string
	}{
		{c.MinLower, "a lowercase letter", "%d lowercase letters"},
		{c.MinUpper, "an uppercase letter", "%d uppercase letters"},
		{c.MinNumber, "a number", "%d numbers"},
		{c.MinSymbol, "a symbol", "%d symbols"},
	} {
		switch {
		case w.n == 1:
			words = append(words, w.one)
		case w.n > 1:
			words = append(words, fmt.Sprintf(w.all, w.n))
		}
	}
	if c.ExcludeUsername {
		words = append(words, "no parts of your username")
	}
	for _, name := range c.ExcludeAttributes {
		switch name {
		case "firstName":
			words = append(words, "does not include your first name")
		case "lastName":
			words = append(words, "does not include your last name")
		}
	}
	if c.Dictionary.Common.Exclude {
		words = append(words, "not a common password")
	}
	if p.Age.History > 0 {
		words = append(words, fmt.Sprintf("your password cannot be any of your last %d passwords", p.Age.History))
	}
	return strings.Join(words, ", ")
}

// passwordAge is how a password stands to the policy's ages at a time.
type passwordAge struct {
	// expired: it must be changed. warn: it will have to be within days.
	expired, warn bool
	days          int
	// young: people may not change it again yet.
	young bool
}

func ageOf(a policy.Age, doc okta.Object, now time.Time) passwordAge {
	changed, err := time.Parse(time.RFC3339, doc.Text("passwordChanged"))
	if err != nil { // never set
		return passwordAge{}
	}
	out := passwordAge{young: a.MinMinutes > 0 && now.Before(changed.Add(time.Duration(a.MinMinutes)*time.Minute))}
	if a.MaxDays == 0 {
		return out
	}
	const day = 24 * time.Hour
	left := changed.Add(time.Duration(a.MaxDays) * day).Sub(now)
	out.expired = left <= 0
	if a.WarnDays > 0 && !out.expired && left <= time.Duration(a.WarnDays)*day {
		out.warn, out.days = true, int((left+day-1)/day)
	}
	return out
}

// judgePassword returns what is wrong with a new password, or "". history also
// compares it with the last ones, at one hash each: it must run outside of a transaction.
func (o *Org) judgePassword(s store, p policy.Password, doc okta.Object, password string, history bool) (string, error) {
	if !allowsPassword(p.Complexity, doc, password) {
		return "Password requirements were not met. Password requirements: " + passwordRequirements(p) + ".", nil
	}
	if !history || doc.Text("id") == "" {
		return "", nil
	}
	last, err := s.passwordHistory(doc.Text("id"))
	if err != nil {
		return "", err
	}
	last = last[max(0, len(last)-p.Age.History):]
	for _, hash := range last {
		if right, _ := o.passwords.check(hash, password); right {
			return "Password has been used too recently", nil
		}
	}
	return "", nil
}

// tooYoung says that a password was changed too short a time ago to be changed again [assumed wording].
const tooYoung = "Password was changed too recently"

// temporaryPassword is random and as the policy asks.
func (o *Org) temporaryPassword(c policy.Complexity, doc okta.Object) (string, error) {
	const letters = 16
	for range 100 {
		p := o.NewSecret(max(letters, min(c.MinLength, maxPassword)))
		// What the random part may lack stands behind it.
		tail := strings.Repeat("a", c.MinLower) + strings.Repeat("A", c.MinUpper) + strings.Repeat("7", c.MinNumber) + strings.Repeat("-", c.MinSymbol)
		if over := len(p) + len(tail) - maxPassword; over > 0 {
			p = p[min(over, len(p)):]
		}
		if p += tail; allowsPassword(c, doc, p) && unicode.IsLetter(rune(p[0])) {
			return p, nil
		}
	}
	return "", fail("E0000017", "", "No temporary password fits the password policy of this user")
}
