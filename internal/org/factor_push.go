package org

import (
	"context"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// pushLife is how long a phone has to answer [assumed]; pushEnrolLife, to be enrolled (published example).
const (
	pushLife      = 5 * time.Minute
	pushEnrolLife = 10 * time.Minute
)

// The results of a transaction.
const (
	pushWaiting  = "WAITING"
	pushApproved = "SUCCESS"
	pushRejected = "REJECTED"
	pushTimeout  = "TIMEOUT"
)

// What a phone is asked.
const (
	pushEnrol  = "enrol"
	pushVerify = "verify"
)

// pushTransaction is a question to somebody's phone.
type pushTransaction struct {
	id, kind, user, factor, result string
	expires                        time.Time
}

// resultAt is the result: nobody's answer in time is TIMEOUT.
func (t pushTransaction) resultAt(now time.Time) string {
	if t.result == pushWaiting && !now.Before(t.expires) {
		return pushTimeout
	}
	return t.result
}

// ask puts a question to the phone of a push factor. Those of the same kind whose time is over go.
// There is no phone: the outbox holds the question, and AnswerPush is the answer.
func (tx *Tx) ask(f Factor, person Target, kind string, life time.Duration) (pushTransaction, error) {
	t := pushTransaction{tx.org.NewID("mst"), kind, f.UserID, f.ID, pushWaiting, tx.now.Add(life)}
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM factor_transaction WHERE user_id = $1 AND kind = $2 AND expires <= $3`, f.UserID, kind, millis(tx.now)); err != nil {
		return t, err
	}
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO factor_transaction (id, kind, user_id, factor_id, result, expires) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.id, t.kind, t.user, t.factor, t.result, millis(t.expires))
	if err != nil {
		return t, err
	}
	body := "Add this account to Okta Verify on this phone?"
	if kind == pushVerify {
		body = "Did you just try to sign in?"
		tx.log(factorEvent(f, person, "system.push.send_factor_verify_push", "Push notification sent to device"))
	}
	return t, tx.send(person.AlternateID, "factor_push", body, tx.org.transactionURL(t))
}

func (o *Org) transactionURL(t pushTransaction) string {
	return o.factorURL(t.user, t.factor) + "/transactions/" + t.id
}

const transactionColumns = `id, kind, user_id, factor_id, result, expires`

func scanTransaction(row interface{ Scan(...any) error }, id string) (t pushTransaction, err error) {
	var expires int64
	err = row.Scan(&t.id, &t.kind, &t.user, &t.factor, &t.result, &expires)
	if db.IsNone(err) {
		return t, notFound(printable(id), "FactorTransaction")
	}
	t.expires = fromMillis(expires)
	return t, err
}

// transaction finds a question by id.
func (s store) transaction(id string) (pushTransaction, error) {
	return scanTransaction(s.q.QueryRow(s.ctx, `SELECT `+transactionColumns+` FROM factor_transaction WHERE id = $1`, id), id)
}

// enrolling finds the newest question whether a phone may be enrolled.
func (s store) enrolling(f Factor) (pushTransaction, error) {
	return scanTransaction(s.q.QueryRow(s.ctx, `SELECT `+transactionColumns+` FROM factor_transaction
		WHERE user_id = $1 AND factor_id = $2 AND kind = 'enrol' ORDER BY expires DESC, id DESC LIMIT 1`, f.UserID, f.ID), f.ID)
}

// AnswerPush is what the phone of a person does with a question: it approves or denies.
// One that was answered or came to its end is E0000079, an unknown one E0000007.
func (o *Org) AnswerPush(ctx context.Context, transactionID string, approve bool) error {
	return o.db.Update(ctx, func(q db.Querier) error {
		tx := &Tx{store: store{ctx, q}, org: o, now: second(o.now())}
		if err := tx.answerPush(transactionID, approve); err != nil {
			return err
		}
		return tx.writeEvents()
	})
}

func (tx *Tx) answerPush(id string, approve bool) error {
	t, err := tx.transaction(id)
	if err != nil {
		return err
	}
	if t.resultAt(tx.now) != pushWaiting {
		return fail("E0000079", "")
	}
	f, err := tx.factorOf(t.user, t.factor)
	if err != nil {
		return err
	}
	doc, err := tx.get(users, t.user)
	if err != nil {
		return err
	}
	if t.result = pushRejected; approve {
		t.result = pushApproved
	}
	if _, err := tx.q.Exec(tx.ctx, `UPDATE factor_transaction SET result = $2 WHERE id = $1`, t.id, t.result); err != nil {
		return err
	}
	if t.kind == pushVerify {
		tx.logAnswer(f, doc, approve)
		return nil
	}
	if !approve {
		return nil
	}
	f.Profile = okta.Object{}.With("credentialId", doc.Text("profile", "login")).With("deviceType", "SmartPhone_Android").
		With("name", "Outbox").With("platform", "ANDROID").With("version", "1.0")
	return tx.activateFactor(f, userTarget(doc), actorOf(doc))
}

// logAnswer tells what a phone answered to a sign-in.
func (tx *Tx) logAnswer(f Factor, doc okta.Object, approved bool) {
	event := factorEvent(f, userTarget(doc), "user.authentication.auth_via_mfa", "Authentication of user via MFA")
	if !approved {
		event = factorEvent(f, userTarget(doc), "user.mfa.okta_verify.deny_push", "User rejected Okta push verify")
		event.Result, event.Reason = "FAILURE", "INVALID_CREDENTIALS"
	}
	event.Actor = actorOf(doc)
	tx.log(event)
}
