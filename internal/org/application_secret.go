package org

import (
	"crypto/sha256"
	"fmt"
	"time"

	"gatehouse/internal/okta"
)

// appSecret is a secret of a client.
type appSecret struct {
	id, value        string
	active           bool
	created, updated time.Time
}

// appSecrets lists the secrets of an application, the newest first.
func (o *Org) appSecrets(s store, app string) ([]appSecret, error) {
	rows, err := s.q.Query(s.ctx, `SELECT id, sealed, active, created, updated FROM app_secret WHERE app = $1 ORDER BY created DESC, id DESC`, app)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []appSecret
	for rows.Next() {
		var a appSecret
		var sealed string
		var active, created, updated int64
		if err := rows.Scan(&a.id, &sealed, &active, &created, &updated); err != nil {
			return nil, err
		}
		if a.value, err = o.sealer.open("app_secret/"+a.id, sealed); err != nil {
			return nil, err
		}
		a.active, a.created, a.updated = active == 1, fromMillis(created), fromMillis(updated)
		out = append(out, a)
	}
	return out, rows.Err()
}

// putSecret adds an active secret to an application.
func (tx *Tx) putSecret(app, value string) (appSecret, error) {
	a := appSecret{id: tx.org.ids.mint("ocs"), value: value, active: true, created: tx.now, updated: tx.now}
	tx.changed = true
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO app_secret (id, app, sealed, active, created, updated) VALUES ($1, $2, $3, 1, $4, $4)`,
		a.id, app, tx.org.sealer.seal("app_secret/"+a.id, value), tx.now.UnixMilli())
	return a, err
}

// keyID is the id of a client's public key: made from it, so that the same key keeps it.
func keyID(key okta.Object) string {
	h := sha256.New()
	for _, name := range []string{"kty", "kid", "n", "e", "crv", "x", "y"} {
		fmt.Fprintf(h, "%q ", key.Text(name))
	}
	return "pks" + spell(h.Sum(nil), 17-len(seedCell)) + seedCell
}
