package org

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/policy"
)

// sessionTouch is how often the last use of a session is written down.
const sessionTouch = time.Minute

// Session is a person's sign-in session with the org.
type Session struct {
	// ID is the secret that the cookie holds and the Sessions API names. The store has its hash only.
	ID string
	// LogID is what the System Log and the sid claim call the session.
	LogID string
	// UserID and Login are the person.
	UserID, Login string
	// AMR are the methods used, of RFC 8176: pwd, otp, mfa.
	AMR []string
	// Factors are the kinds of factor that were proved.
	Factors []policy.FactorKind
	// Seen is the use before this one, zero for none.
	Seen time.Time
	// Created and Used are the begin and the last use.
	Created, Used time.Time
	// PasswordAt and FactorAt are the last proofs; zero for none.
	PasswordAt, FactorAt time.Time
	// SessionLimits are those of the sign-on rule that let the person in.
	SessionLimits
}

// SessionLimits bound a session: how long it may lie unused, and how long it may last, 0
// for no end. Persistent lets its cookie outlive the browser.
type SessionLimits struct {
	Idle, Life time.Duration
	Persistent bool
}

// Expires is when the session ends if it is not used again.
func (s Session) Expires() time.Time {
	at := s.Used.Add(s.Idle)
	if end := s.Created.Add(s.Life); s.Life > 0 && end.Before(at) {
		return end
	}
	return at
}

// AuthTime is when the person last proved who they are (OpenID Connect Core section 2).
func (s Session) AuthTime() time.Time {
	if s.FactorAt.After(s.PasswordAt) {
		return s.FactorAt
	}
	return s.PasswordAt
}

// StartSession begins the session of a sign-in that is done: the sign-on policy is asked
// once more, and a sign-in that lacks a proof gets none (E0000079).
func (o *Org) StartSession(r *Request, p Pending) (Session, error) {
	var s Session
	err := o.update(r, func(tx *Tx) error {
		limits, err := tx.admit(p)
		if err == nil {
			s, err = tx.startSession(p, limits)
		}
		return err
	})
	return s, err
}

// startSession stores the session of a sign-in. One in which the password was not proved
// anew is as old as the one before it.
func (tx *Tx) startSession(p Pending, limits SessionLimits) (Session, error) {
	user, amr := p.UserID, p.AMR
	person, err := tx.subject(user)
	if err != nil {
		return Session{}, err
	}
	begun := p.PasswordAt
	if begun.IsZero() {
		begun = tx.now
	}
	s := Session{
		ID: "102" + tx.org.ids.random(40), LogID: "trs" + tx.org.ids.random(22), UserID: user, Login: person.AlternateID,
		AMR: amr, Factors: p.Factors, Created: begun, Used: tx.now, PasswordAt: begun, SessionLimits: limits,
	}
	if slices.Contains(amr, "mfa") {
		s.FactorAt = tx.now
	}
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO session (hash, id, user_id, amr, created, used, password_at, factor_at, idle, life, factors) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		hashSecret(s.ID), s.LogID, user, strings.Join(amr, " "), millis(s.Created), millis(s.Used), millis(s.PasswordAt), millis(s.FactorAt),
		s.Idle.Milliseconds(), s.Life.Milliseconds(), kindsText(s.Factors))
	if err != nil {
		return Session{}, err
	}
	if err := tx.noteSignIn(user); err != nil {
		return Session{}, err
	}
	tx.log(Event{Type: "user.session.start", Message: "User login to Okta", Actor: &person, Targets: []Target{appTarget("Okta Dashboard")}, Session: s.LogID})
	return s, nil
}

// FindSession returns the session with this secret id. found is false for one that is
// unknown, too long unused, or of somebody who may not sign in any more.
func (o *Org) FindSession(r *Request, id string) (s Session, found bool, err error) {
	s, found, err = o.reads(r.ctx).session(id, r.Now)
	if err != nil || !found || r.Now.Sub(s.Used) < sessionTouch {
		return s, found, err
	}
	return s, true, o.update(r, func(tx *Tx) error { return tx.touchSession(&s) })
}

func (tx *Tx) touchSession(s *Session) error {
	_, err := tx.q.Exec(tx.ctx, `UPDATE session SET used = $2 WHERE hash = $1`, hashSecret(s.ID), tx.now.UnixMilli())
	s.Seen, s.Used = s.Used, tx.now
	return err
}

// untouchSession takes a touch back: a request that an application's policy did not let in is
// no use of the session, or the next one would find it in use.
func (tx *Tx) untouchSession(s Session) error {
	if s.Seen.IsZero() || !s.Seen.Before(s.Used) {
		return nil
	}
	_, err := tx.q.Exec(tx.ctx, `UPDATE session SET used = $2 WHERE hash = $1 AND used = $3`, hashSecret(s.ID), millis(s.Seen), millis(s.Used))
	return err
}

func (s store) session(id string, now time.Time) (found Session, ok bool, err error) {
	var amr, factors string
	var created, used, password, factor, idle, life int64
	found.ID = id
	err = s.q.QueryRow(s.ctx, `SELECT id, user_id, amr, created, used, password_at, factor_at, idle, life, factors FROM session WHERE hash = $1`, hashSecret(id)).
		Scan(&found.LogID, &found.UserID, &amr, &created, &used, &password, &factor, &idle, &life, &factors)
	if db.IsNone(err) {
		return Session{}, false, nil
	}
	if err != nil {
		return Session{}, false, err
	}
	found.AMR, found.Created, found.Used = strings.Fields(amr), fromMillis(created), fromMillis(used)
	found.Factors, found.Seen = kindsOf(factors), found.Used
	found.PasswordAt, found.FactorAt = fromMillis(password), fromMillis(factor)
	found.Idle, found.Life = time.Duration(idle)*time.Millisecond, time.Duration(life)*time.Millisecond
	if !now.Before(found.Expires()) {
		return Session{}, false, nil
	}
	person, err := s.subject(found.UserID)
	if isCode(err, "E0000011") {
		return Session{}, false, nil
	}
	found.Login = person.AlternateID
	return found, err == nil, err
}

// EndSession ends the session with this secret id and tells whether there was one.
func (o *Org) EndSession(r *Request, id string) (ended bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		ended, err = tx.endSession(id)
		return err
	})
	return ended, err
}

// SignOut ends the session with this secret id, and what its person began in this browser:
// who signed out is not signed in again by going back to a page that asks for a factor. A
// consent page does nothing without a session.
func (o *Org) SignOut(r *Request, id, browser string) error {
	return o.update(r, func(tx *Tx) error {
		s, found, err := tx.session(id, tx.now)
		if err != nil || !found {
			return err
		}
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM sign_in WHERE browser = $1 AND user_id = $2 AND stage <> $3`, browser, s.UserID, StageConsent); err != nil {
			return err
		}
		_, err = tx.endSession(id)
		return err
	})
}

func (tx *Tx) endSession(id string) (bool, error) {
	s, found, err := tx.session(id, tx.now)
	if err != nil || !found {
		return false, err
	}
	person, err := tx.subject(s.UserID)
	if err != nil {
		return false, err
	}
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM session WHERE hash = $1`, hashSecret(id)); err != nil {
		return false, err
	}
	tx.log(Event{Type: "user.session.end", Message: "User logout from Okta", Actor: &person, Targets: []Target{person}, Session: s.LogID})
	return true, nil
}

// endSessionsOf ends every session of a person, and what would begin one, and returns how many sessions there were. It logs nothing.
func (tx *Tx) endSessionsOf(user string) (int, error) {
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM session WHERE user_id = $1`, user)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	for _, statement := range []string{`DELETE FROM session_token WHERE user_id = $1`, `DELETE FROM sign_in WHERE user_id = $1`} {
		if _, err := tx.q.Exec(tx.ctx, statement, user); err != nil {
			return 0, err
		}
	}
	return int(n), nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
