package org

// revokeTokensOf revokes every access and refresh token of a person and returns how
// many authorizations they came of. It logs nothing.
func (tx *Tx) revokeTokensOf(user string) (int, error) {
	return tx.revokeGrants(`UPDATE oauth_grant SET revoked = $2 WHERE user_id = $1 AND revoked = 0`, user)
}

// revokeGrant revokes all tokens of one authorization.
func (tx *Tx) revokeGrant(id string) (int, error) {
	return tx.revokeGrants(`UPDATE oauth_grant SET revoked = $2 WHERE id = $1 AND revoked = 0`, id)
}

func (tx *Tx) revokeGrants(statement, of string) (int, error) {
	res, err := tx.q.Exec(tx.ctx, statement, of, tx.now.UnixMilli())
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	if n > 0 {
		tx.changed = true
	}
	return int(n), err
}
