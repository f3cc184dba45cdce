package org

import (
	"time"
)

// The kinds of one-time link. A question link also asks for the recovery answer.
const (
	activationLink = "activation"
	recoveryLink   = "recovery"
	questionLink   = "question"
)

// activationLife is how long an activation link works (administrator's help), recoveryLife
// a recovery link where no policy says ("recorded", okta-semantics C9).
const (
	activationLife = 7 * 24 * time.Hour
	recoveryLife   = time.Hour
)

// newLink makes the one link of its kind that works for a person from now on, and returns its token.
func (tx *Tx) newLink(user, kind string, life time.Duration) (string, error) {
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM user_token WHERE user_id = $1 AND kind = $2`, user, kind); err != nil {
		return "", err
	}
	token := tx.org.NewSecret(20)
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO user_token (hash, user_id, kind, expires) VALUES ($1, $2, $3, $4)`,
		hashSecret(token), user, kind, tx.now.Add(life).UnixMilli())
	return token, err
}

// dropLinks makes every link of a person useless.
func (tx *Tx) dropLinks(user string) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM user_token WHERE user_id = $1`, user)
	return err
}

// linkURL is where a token is redeemed.
func (o *Org) linkURL(kind, token string) string {
	if kind == activationLink {
		return o.baseURL + "/welcome/" + token
	}
	return o.baseURL + "/signin/reset-password/" + token
}
