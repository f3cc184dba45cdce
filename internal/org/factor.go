package org

import (
	"context"
	"fmt"

	"gatehouse/internal/db"
)

// EnrolTOTP gives a person a TOTP factor (RFC 6238: SHA-1, 6 digits, 30 s) with this base 32 secret, in place of one held before.
func (o *Org) EnrolTOTP(ctx context.Context, user, secret string) error {
	if secret == "" {
		return fmt.Errorf("org: a TOTP factor needs a secret")
	}
	return o.db.Update(ctx, func(q db.Querier) error {
		_, err := q.Exec(ctx, `INSERT INTO totp (user_id, id, sealed, step, tries, tries_from, created) VALUES ($1, $2, $3, 0, 0, 0, $4)
			ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, sealed = excluded.sealed, step = 0, tries = 0, tries_from = 0, created = excluded.created`,
			user, o.ids.mint("uft"), o.sealer.seal("totp/"+user, secret), o.now().UnixMilli())
		return err
	})
}

// removeFactorsOf takes away every factor of a person and returns how many there were. It logs nothing.
func (tx *Tx) removeFactorsOf(user string) (int, error) {
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM totp WHERE user_id = $1`, user)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}
