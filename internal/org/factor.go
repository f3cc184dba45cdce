package org

import (
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// Factor is what somebody proves who they are with, besides the password.
type Factor struct {
	ID, UserID string
	// Type and Provider are the API's words: "sms", "OKTA".
	Type, Provider string
	// Active is false until the enrolment was proved.
	Active bool
	// Profile is what the API shows of it.
	Profile          okta.Object
	Created, Updated time.Time

	// secret is sealed; of a question it is the hash of the answer.
	secret string
	// counter is the last time step or count that was accepted: no code works twice.
	counter int64
	// code is the one-time code on its way, sealed; "" for none.
	code        string
	codeExpires time.Time
}

// kind is the row of factorKinds.
func (f Factor) kind() *factorKind { return factorKindOf(f.Type, f.Provider) }

// status is the API's word for how far an enrolment is.
func (f Factor) status() string {
	if f.Active {
		return active
	}
	return "PENDING_ACTIVATION"
}

const factorColumns = `id, user_id, type, provider, active, profile, sealed, counter, code, code_expires, created, updated`

func scanFactor(scan func(...any) error) (f Factor, err error) {
	var isActive, expires, created, updated int64
	var profile string
	if err := scan(&f.ID, &f.UserID, &f.Type, &f.Provider, &isActive, &profile, &f.secret, &f.counter, &f.code, &expires, &created, &updated); err != nil {
		return f, err
	}
	f.Active, f.codeExpires, f.Created, f.Updated = isActive == 1, fromMillis(expires), fromMillis(created), fromMillis(updated)
	f.Profile, err = okta.Trusted([]byte(profile))
	return f, err
}

// factorsOf lists a person's factors, the oldest first.
func (s store) factorsOf(user string) ([]Factor, error) {
	rows, err := s.q.Query(s.ctx, `SELECT `+factorColumns+` FROM factor WHERE user_id = $1 ORDER BY created, id`, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Factor
	for rows.Next() {
		f, err := scanFactor(rows.Scan)
		if err != nil {
			return nil, err
		}
		found = append(found, f)
	}
	return found, rows.Err()
}

// factorOf finds a factor of a person, or answers E0000007.
func (s store) factorOf(user, id string) (Factor, error) {
	f, err := scanFactor(s.q.QueryRow(s.ctx, `SELECT `+factorColumns+` FROM factor WHERE user_id = $1 AND id = $2`, user, id).Scan)
	if db.IsNone(err) {
		return f, notFound(printable(id), "UserFactor")
	}
	return f, err
}

// putFactor stores a factor as it is now.
func (tx *Tx) putFactor(f Factor) error {
	profile := "{}"
	if !f.Profile.IsZero() {
		profile = string(f.Profile.Bytes())
	}
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO factor (`+factorColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (id) DO UPDATE SET active = excluded.active, profile = excluded.profile, sealed = excluded.sealed, counter = excluded.counter,
		code = excluded.code, code_expires = excluded.code_expires, updated = excluded.updated`,
		f.ID, f.UserID, f.Type, f.Provider, one(f.Active), profile, f.secret, f.counter, f.code, millis(f.codeExpires), millis(f.Created), millis(f.Updated))
	return err
}

// removeFactor takes one factor away, with what a phone was asked about it.
func (tx *Tx) removeFactor(f Factor) error {
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM factor_transaction WHERE user_id = $1 AND factor_id = $2`, f.UserID, f.ID); err != nil {
		return err
	}
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM factor WHERE id = $1`, f.ID)
	return err
}

// removeFactorsOf takes away every factor of a person and returns how many there were. It logs nothing.
func (tx *Tx) removeFactorsOf(user string) (int, error) {
	for _, table := range []string{"factor_transaction", "factor_limit", "remembered_device"} {
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM `+table+` WHERE user_id = $1`, user); err != nil {
			return 0, err
		}
	}
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM factor WHERE user_id = $1`, user)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// factorEvent is an entry of the System Log about a factor.
func factorEvent(f Factor, person Target, event, message string) Event {
	return Event{Type: event, Message: message, Targets: []Target{person}, Debug: map[string]string{"factor": f.kind().logged}}
}
