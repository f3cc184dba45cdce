package org

import (
	"context"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/policy"
)

// The stages of a sign-in: what the person has to do next.
const (
	StagePassword        = "PASSWORD"
	StagePasswordExpired = "PASSWORD_EXPIRED"
	StagePasswordWarn    = "PASSWORD_WARN"
	StageFactor          = "MFA_REQUIRED"
	StageEnroll          = "MFA_ENROLL"
	StageEnrollActivate  = "MFA_ENROLL_ACTIVATE"
	// StageConsent comes behind the sign-in: somebody with a session decides what a client gets.
	StageConsent = "CONSENT"
)

// Pending is a sign-in under way, of a browser or of the authentication API.
type Pending struct {
	// Key is the secret that names it: part of the page's address, or the state token.
	Key string
	// Browser is the hash of the cookie it is bound to, "" for the authentication API.
	Browser string
	// Server and Request are the authorization request it began with, as a query; "" for none.
	Server, Request string
	// Activation is the key of the device that it is for, "" for none.
	Activation string
	// Stage is what is to be done next; UserID who it is, once the password was right.
	Stage, UserID string
	// AMR are the methods proved so far (RFC 8176), none before the password.
	AMR []string
	// Factors are the kinds of factor proved so far, Client is the client it is for, "" for none.
	Factors []policy.FactorKind
	Client  string
	// PasswordAt is when the password was proved, where that was in a session before; zero else.
	PasswordAt time.Time
	// Device is the hash of what names the device, "" for none.
	Device string
	// Factor is the id of the factor that is being enrolled.
	Factor string
	// Warned: the person was told that their password ends soon, or is not to be told.
	Warned  bool
	Expires time.Time

	// events are told to the System Log when the sign-in is stored.
	events []Event
}

// Proved is the sign-in with one more method proved; two of them are multi-factor.
func (p Pending) Proved(methods ...string) Pending {
	p.AMR = slices.Clone(p.AMR)
	for _, m := range methods {
		if !slices.Contains(p.AMR, m) {
			p.AMR = append(p.AMR, m)
		}
	}
	return p
}

// ProvedBy is the sign-in with a factor proved.
func (p Pending) ProvedBy(f Factor) Pending {
	p = p.Proved(f.Methods()...)
	if k := f.policyKind(); !slices.Contains(p.Factors, k) {
		p.Factors = append(slices.Clone(p.Factors), k)
	}
	return p
}

// Begun is when a sign-in of a browser began.
func (p Pending) Begun() time.Time { return p.Expires.Add(-pendingLife) }

// kindsText is how the store holds kinds of factor, and kindsOf the reverse.
func kindsText(kinds []policy.FactorKind) string {
	parts := make([]string, len(kinds))
	for i, k := range kinds {
		parts[i] = k.Type + "/" + k.Provider
	}
	return strings.Join(parts, " ")
}

func kindsOf(text string) (kinds []policy.FactorKind) {
	for part := range strings.FieldsSeq(text) {
		kind, provider, _ := strings.Cut(part, "/")
		kinds = append(kinds, policy.FactorKind{Type: kind, Provider: provider})
	}
	return kinds
}

// pendingLife is how long a sign-in may take; of the authentication API five minutes, as the cloud's state token.
const (
	pendingLife = 30 * time.Minute
	stateLife   = 5 * time.Minute
)

// BeginSignIn stores a new sign-in and fills in its Key and Expires.
func (o *Org) BeginSignIn(r *Request, p Pending) (Pending, error) {
	o.sweep()
	p.Key, p.Expires = "00"+o.ids.random(40), r.Now.Add(pendingLife)
	if p.Browser == "" {
		p.Expires = r.Now.Add(stateLife)
	}
	return p, o.update(r, func(tx *Tx) error {
		tx.events = append(tx.events, p.events...)
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO sign_in (hash, browser, server, request, stage, user_id, tries, expires, amr, device, factor, warned, activation, client, factors, password_at)
			VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			hashSecret(p.Key), p.Browser, p.Server, p.Request, p.Stage, p.UserID, millis(p.Expires), strings.Join(p.AMR, " "), p.Device, p.Factor, one(p.Warned), p.Activation,
			p.Client, kindsText(p.Factors), millis(p.PasswordAt))
		return err
	})
}

// SignInUnderWay finds a sign-in by its key, of this browser ("" for the authentication API). found is false for one that is unknown, over, or of another browser.
func (o *Org) SignInUnderWay(ctx context.Context, key, browser string) (p Pending, found bool, err error) {
	var expires, warned, password int64
	var amr, factors string
	p.Key = key
	err = o.db.Reader().QueryRow(ctx, `SELECT browser, server, request, stage, user_id, expires, amr, device, factor, warned, activation, client, factors, password_at FROM sign_in WHERE hash = $1 AND browser = $2`, hashSecret(key), browser).
		Scan(&p.Browser, &p.Server, &p.Request, &p.Stage, &p.UserID, &expires, &amr, &p.Device, &p.Factor, &warned, &p.Activation, &p.Client, &factors, &password)
	if db.IsNone(err) {
		return Pending{}, false, nil
	}
	p.Factors, p.PasswordAt = kindsOf(factors), fromMillis(password)
	p.Expires, p.AMR, p.Warned = fromMillis(expires), strings.Fields(amr), warned == 1
	return p, err == nil && o.now().Before(p.Expires), err
}

// AdvanceSignIn moves a sign-in from the stage it was at to what it has become.
func (o *Org) AdvanceSignIn(r *Request, from string, p Pending) error {
	return o.update(r, func(tx *Tx) error { return tx.advanceSignIn(from, p) })
}

func (tx *Tx) advanceSignIn(from string, p Pending) error {
	tx.events = append(tx.events, p.events...)
	_, err := tx.q.Exec(tx.ctx, `UPDATE sign_in SET stage = $3, user_id = $4, amr = $5, factor = $6, warned = $7, factors = $8 WHERE hash = $1 AND stage = $2`,
		hashSecret(p.Key), from, p.Stage, p.UserID, strings.Join(p.AMR, " "), p.Factor, one(p.Warned), kindsText(p.Factors))
	return err
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// EndSignIn takes a sign-in at this stage away and tells whether it was still there: only one request can finish it.
func (o *Org) EndSignIn(r *Request, key, stage string) (was bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		res, err := tx.q.Exec(tx.ctx, `DELETE FROM sign_in WHERE hash = $1 AND stage = $2`, hashSecret(key), stage)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		was = n > 0
		return err
	})
	return was, err
}

// HashSecret is how a secret that a browser holds is compared: the store has the hash only.
func HashSecret(secret string) string { return hashSecret(secret) }
