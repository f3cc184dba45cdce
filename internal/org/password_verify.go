package org

import (
	"context"
	"slices"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// SignIn is what a right password proves.
type SignIn struct {
	// UserID, Login and Name are the person.
	UserID, Login, Name string
	// PasswordExpired says that a new password must be set (SetPassword) before a session may start.
	PasswordExpired bool
	// LockedOut comes with a refusal, and only where the person's policy shows it.
	LockedOut bool
}

// VerifyPassword checks the password of the person that login names (login, or its
// part before the @ where that is unique). Unknown, wrong, locked and not allowed are
// all E0000004 and cost one hash each, so that they cannot be told apart (security
// 58); the System Log knows the reason. Wrong passwords are counted, and the policy's
// last one locks. It starts no session.
func (o *Org) VerifyPassword(ctx context.Context, login, password string, client Client) (SignIn, error) {
	s := o.reads(ctx)
	doc, err := s.findUser(login)
	if err != nil && !isCode(err, "E0000007") {
		return SignIn{}, err
	}
	known := err == nil
	var c credential
	if known {
		if c, err = s.credential(doc.Text("id")); err != nil {
			return SignIn{}, err
		}
	}
	right, rehashed := o.passwords.check(c.hash, password)
	r := o.signInRequest(ctx, client)
	if !known {
		return SignIn{}, o.refuseUnknown(r, login)
	}
	a := attempt{user: doc.Text("id"), seen: c.hash, right: right, rehashed: rehashed}
	if right && c.failures == 0 && rehashed == "" {
		rules, err := o.passwordPolicy(s, doc, nil, client)
		if err != nil {
			return SignIn{}, err
		}
		if m := moveFor(opSignIn, doc.Text("status")); m.code == "" && !ageOf(rules.Age, doc, r.Now).expired {
			return signInOf(doc), nil
		}
	}
	var in SignIn
	var refused error
	err = o.update(r, func(tx *Tx) error {
		in, refused, err = tx.settle(a)
		return err
	})
	if err == nil {
		err = refused
	}
	return in, err
}

// check tells whether password is the one behind hash. For a right password behind
// an imported hash it also returns our own hash of it. It costs one Argon2id run.
func (h *hasher) check(hash, password string) (right bool, rehashed string) {
	imported, ok := parseImported(hash)
	if !ok {
		return h.matches(hash, password), ""
	}
	own := h.hash(password)
	if !imported.matches(password) {
		return false, ""
	}
	return true, own
}

// attempt is a password that was checked against the hash seen then.
type attempt struct {
	user, seen, rehashed string
	right                bool
}

// settle counts an attempt and decides on it. refused is told to the person; err rolls back.
func (tx *Tx) settle(a attempt) (in SignIn, refused, err error) {
	doc, err := tx.get(users, a.user)
	if err != nil {
		return SignIn{}, nil, err
	}
	c, err := tx.credential(a.user)
	if err != nil {
		return SignIn{}, nil, err
	}
	rules, err := tx.org.passwordPolicy(tx.store, doc, nil, tx.from())
	if err != nil {
		return SignIn{}, nil, err
	}
	if doc, err = tx.unlockInTime(doc, rules.Lockout, &c); err != nil {
		return SignIn{}, nil, err
	}
	status := doc.Text("status")
	// A password that was changed while this one was being hashed proves nothing.
	right := a.right && c.hash == a.seen
	m := moveFor(opSignIn, status)
	switch {
	case m.code != "":
		reason := "INVALID_CREDENTIALS"
		if status == lockedOut {
			reason = "LOCKED_OUT"
		}
		tx.log(signInFailure(doc, reason))
		return SignIn{LockedOut: status == lockedOut && rules.Lockout.Show}, fail(m.code, ""), nil
	case !right:
		tx.log(signInFailure(doc, "INVALID_CREDENTIALS"))
		c.failures++
		if limit := rules.Lockout.MaxAttempts; limit > 0 && c.failures >= limit {
			if err := tx.lock(doc, rules.Lockout); err != nil {
				return SignIn{}, nil, err
			}
			in.LockedOut = rules.Lockout.Show
		}
		return in, fail("E0000004", ""), tx.putCredential(a.user, c)
	}
	if status == active && ageOf(rules.Age, doc, tx.now).expired { // noticed now: nobody watches the clock (okta-semantics C5)
		tx.log(Event{Type: "user.account.expire_password", Message: "Expire user password", Targets: []Target{userTarget(doc)}})
		doc = withStatus(doc, passwordExpired, tx.now)
		if err := tx.putUser(doc); err != nil {
			return SignIn{}, nil, err
		}
	}
	c.failures = 0
	if a.rehashed != "" {
		c.hash = a.rehashed
	}
	return signInOf(doc), nil, tx.putCredential(a.user, c)
}

// unlockInTime unlocks somebody whose policy does so after a while, once that is over.
func (tx *Tx) unlockInTime(doc okta.Object, l policy.Lockout, c *credential) (okta.Object, error) {
	if doc.Text("status") != lockedOut || l.AutoUnlockMinutes == 0 {
		return doc, nil
	}
	since, err := time.Parse(time.RFC3339, doc.Text("statusChanged"))
	if err != nil || tx.now.Before(since.Add(time.Duration(l.AutoUnlockMinutes)*time.Minute)) {
		return doc, err
	}
	tx.log(Event{Type: "user.account.unlock", Message: "Auto-unlock user account for Okta", Targets: []Target{userTarget(doc)}})
	c.failures = 0
	if err := tx.putCredential(doc.Text("id"), *c); err != nil {
		return doc, err
	}
	doc = withStatus(doc, active, tx.now)
	return doc, tx.putUser(doc)
}

// lock locks somebody out after too many wrong passwords, and tells them where the policy says so.
func (tx *Tx) lock(doc okta.Object, l policy.Lockout) error {
	if slices.Contains(l.Channels, "EMAIL") {
		if err := tx.send(doc.Text("profile", "email"), "account_locked", "Your account was locked after too many sign-ins with a wrong password.", ""); err != nil {
			return err
		}
	}
	m := moveFor(opLock, doc.Text("status"))
	tx.log(Event{
		Type: "user.account.lock", Message: "Auto-lock user account for Okta", Severity: "DEBUG",
		Result: "FAILURE", Reason: "LOCKED_OUT", Targets: []Target{userTarget(doc)}, Actor: actorOf(doc),
	})
	return tx.putUser(withStatus(doc, m.to, tx.now))
}

func (o *Org) refuseUnknown(r *Request, login string) error {
	err := o.update(r, func(tx *Tx) error {
		tx.log(Event{
			Type: "user.session.start", Message: "User login to Okta", Result: "FAILURE", Reason: "VERIFICATION_ERROR",
			Actor: &Target{ID: "unknown", Type: "User", AlternateID: printable(login), DisplayName: "unknown"},
		})
		return nil
	})
	if err != nil {
		return err
	}
	return fail("E0000004", "")
}

func signInFailure(doc okta.Object, reason string) Event {
	return Event{
		Type: "user.session.start", Message: "User login to Okta", Result: "FAILURE", Reason: reason,
		Targets: []Target{userTarget(doc)}, Actor: actorOf(doc),
	}
}

func signInOf(doc okta.Object) SignIn {
	return SignIn{
		UserID: doc.Text("id"), Login: doc.Text("profile", "login"), Name: nameOf(doc),
		PasswordExpired: doc.Text("status") == passwordExpired,
	}
}

// signInRequest is the request of somebody who has no token yet.
func (o *Org) signInRequest(ctx context.Context, client Client) *Request {
	return &Request{ctx: ctx, ID: o.ids.random(22), Now: second(o.now()), Client: client}
}

// noteSignIn stamps a person whose session begins. It is no edit: lastUpdated and the ETag stay.
func (tx *Tx) noteSignIn(user string) error {
	doc, err := tx.get(users, user)
	if err != nil {
		return err
	}
	return tx.put(users, user, doc.With("lastLogin", stamp(tx.now)))
}
