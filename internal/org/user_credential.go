package org

import "gatehouse/internal/db"

// credential is what proves who somebody is. A person without a row has an empty one.
type credential struct {
	// hash is an Argon2id hash, an imported one (password_import.go) or empty: nothing matches it.
	hash string
	// failures counts wrong passwords since the last right one.
	failures int
	// answer is the hash of the recovery answer, empty where there is none.
	answer string
}

func (s store) credential(user string) (credential, error) {
	var c credential
	err := s.q.QueryRow(s.ctx, `SELECT hash, failures, answer FROM user_credential WHERE user_id = $1`, user).Scan(&c.hash, &c.failures, &c.answer)
	if db.IsNone(err) {
		return credential{}, nil
	}
	return c, err
}

func (tx *Tx) putCredential(user string, c credential) error {
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO user_credential (user_id, hash, failures, answer) VALUES ($1, $2, $3, $4)
		ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, failures = excluded.failures, answer = excluded.answer`,
		user, c.hash, c.failures, c.answer)
	return err
}

// storePassword makes hash the person's password, forgets failed sign-ins and
// open links, and keeps the last passwords that the policy asks for.
func (tx *Tx) storePassword(user, hash string) error {
	c, err := tx.credential(user)
	if err != nil {
		return err
	}
	c.hash, c.failures = hash, 0
	if err := tx.putCredential(user, c); err != nil {
		return err
	}
	var seq int64
	if err := tx.q.QueryRow(tx.ctx, `SELECT COALESCE(MAX(seq), 0) FROM password_history WHERE user_id = $1`, user).Scan(&seq); err != nil {
		return err
	}
	seq++
	if _, err := tx.q.Exec(tx.ctx, `INSERT INTO password_history (user_id, seq, hash) VALUES ($1, $2, $3)`, user, seq, hash); err != nil {
		return err
	}
	doc, err := tx.get(users, user)
	if err != nil {
		return err
	}
	rules, err := tx.org.passwordPolicy(tx.store, doc, nil, tx.from())
	if err != nil {
		return err
	}
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM password_history WHERE user_id = $1 AND seq <= $2`, user, seq-int64(rules.Age.History)); err != nil {
		return err
	}
	// Whoever proved the old password begins again, but for the sign-in that changes it.
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM sign_in WHERE user_id = $1 AND hash <> $2`, user, hashSecret(tx.keepSignIn)); err != nil {
		return err
	}
	return tx.dropLinks(user)
}

// passwordHistory lists the hashes of the last passwords.
func (s store) passwordHistory(user string) ([]string, error) {
	return s.ids(`SELECT hash FROM password_history WHERE user_id = $1 ORDER BY seq`, user)
}

// dropCredentials removes all that a deleted person could have proved themselves with.
func (tx *Tx) dropCredentials(user string) error {
	for _, statement := range []string{
		`DELETE FROM user_credential WHERE user_id = $1`, `DELETE FROM password_history WHERE user_id = $1`, `DELETE FROM api_token WHERE user_id = $1`,
	} {
		if _, err := tx.q.Exec(tx.ctx, statement, user); err != nil {
			return err
		}
	}
	return tx.dropLinks(user)
}
