package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"runtime"

	"golang.org/x/crypto/argon2"
)

// tokenWorkers is how many connections ask for tokens at once.
const tokenWorkers = 16

// tokens compares what the provider does with what the processors could do at most: an
// answer costs two signatures (access token, ID token), a password sign-in one hash.
func (b *bench) tokens() (err error) {
	b.report.how("%d connections; each figure %s after %s of warm-up, in turn with its limit, median of %d. R is the RS256 signatures of 2,048 bits a second of all processors, divided by the two signatures of an answer. The hashing limit is Argon2id with the cost that the org uses (19 MiB, 2 passes). The loader takes its share of the same processors.",
		tokenWorkers, b.run, b.warmUp, b.rounds)
	org, err := b.org("small", b.people)
	if err != nil {
		return err
	}
	defer func() { stopAll(&err, org.process) }()
	var people []grants
	var held []tokens
	for range tokenWorkers {
		g, t, err := b.tokensOf(org.Org, superAdmin, "openid profile email offline_access okta.users.read")
		if err != nil {
			return err
		}
		people, held = append(people, g), append(held, t)
	}
	refresh := func(w int) (err error) {
		held[w], err = people[w].refresh(held[w].Refresh)
		return err
	}
	exchange := func(w int) error {
		code, err := people[w].authorize("openid profile email offline_access okta.users.read", "")
		if err == nil {
			_, err = people[w].exchange(code)
		}
		return err
	}
	var logins []string
	for _, s := range org.SignIns {
		if s.TOTPSecret == "" { // the password is all that it takes
			logins = append(logins, s.Login)
		}
	}
	signIn := func(w int) error {
		_, err := people[w].authn(logins[w%len(logins)])
		return err
	}
	sign, err := signer()
	if err != nil {
		return err
	}
	hash := func(int) error {
		argon2.IDKey([]byte(password), make([]byte, 16), 2, 19*1024, 1, 32)
		return nil
	}
	processors := runtime.NumCPU()
	rates := map[string][]float64{}
	for range b.rounds {
		for _, l := range []struct {
			name    string
			workers int
			f       func(int) error
		}{
			{"signatures", processors, sign},
			{"refresh", tokenWorkers, refresh},
			{"exchange", tokenWorkers, exchange},
			{"hashes", processors, hash},
			{"sign-in", tokenWorkers, signIn},
		} {
			if _, err := b.load(l.workers, b.warmUp, l.f); err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
			rate, err := b.load(l.workers, b.run, l.f)
			if err != nil {
				return fmt.Errorf("%s: %w", l.name, err)
			}
			rates[l.name] = append(rates[l.name], rate)
		}
	}
	r := median(rates["signatures"]) / 2
	per := func(name string) string { return number(median(rates[name])) + "/s" }
	b.report.note("RS256 signatures", per("signatures"), "R "+number(r)+"/s")
	b.report.atLeast("refresh / R", median(rates["refresh"])/r, 0.5, "", per("refresh"))
	b.report.atLeast("code exchange / R", median(rates["exchange"])/r, 0.25, "", per("exchange")+", each with its authorization")
	b.report.note("Argon2id hashes", per("hashes"), "")
	b.report.atLeast("password sign-in / hashes", median(rates["sign-in"])/median(rates["hashes"]), 0.9, "", per("sign-in"))
	return nil
}

// signer makes one RS256 signature with a key of 2,048 bits at each call.
func signer() (func(int) error, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte("what is signed"))
	return func(int) error {
		_, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		return err
	}, nil
}
