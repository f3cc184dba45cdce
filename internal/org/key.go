package org

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"time"

	"gatehouse/internal/db"
	"github.com/go-jose/go-jose/v4"
)

// The states of a signing key: published before it signs, and after, so that nobody
// meets a token whose key they cannot find (security 56).
const (
	keyNext    = "next"
	keyActive  = "active"
	keyRetired = "retired"
)

// keyOverlap is how long a retired key stays published: the longest life of an access token
// that was signed last, by a process that had not heard of the rotation.
const keyOverlap = maxAccessLife*time.Minute + ringLife

// keyLife is the age at which a signing key is replaced; the cloud does it about four times a year.
const keyLife = 90 * 24 * time.Hour

type signingKey struct {
	kid, state string
	created    time.Time
	private    *rsa.PrivateKey
}

// public is the key as the JWKS publishes it (RFC 7517).
func (k signingKey) public() jose.JSONWebKey {
	return jose.JSONWebKey{Key: k.private.Public(), KeyID: k.kid, Algorithm: string(jose.RS256), Use: "sig"}
}

// signingKeys reads the published keys of a server.
func (o *Org) signingKeys(s store, server string) ([]signingKey, error) {
	rows, err := s.q.Query(s.ctx, `SELECT kid, state, sealed, created FROM signing_key
		WHERE server = $1 AND (expires = 0 OR expires > $2) ORDER BY created, kid`, server, o.now().UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []signingKey
	for rows.Next() {
		var k signingKey
		var sealed string
		var created int64
		if err := rows.Scan(&k.kid, &k.state, &sealed, &created); err != nil {
			return nil, err
		}
		k.created = fromMillis(created)
		if k.private, err = o.openKey(k.kid, sealed); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

func (o *Org) sealKey(kid string, key *rsa.PrivateKey) string {
	return o.sealer.seal("signing_key/"+kid, base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key)))
}

func (o *Org) openKey(kid, sealed string) (*rsa.PrivateKey, error) {
	text, err := o.sealer.open("signing_key/"+kid, sealed)
	if err != nil {
		return nil, err
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", kid, err)
	}
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", kid, err)
	}
	return key, nil
}

// addKey makes a key of a server in a state that no key of it has. Another process
// that was faster is no error.
func (o *Org) addKey(ctx context.Context, server, state string) error {
	key, err := o.keys.make()
	if err != nil {
		return fmt.Errorf("make a signing key: %w", err)
	}
	kid := o.ids.random(43)
	return o.db.Update(ctx, func(q db.Querier) error {
		var n int
		if err := q.QueryRow(ctx, `SELECT count(*) FROM signing_key WHERE server = $1 AND state = $2`, server, state).Scan(&n); err != nil || n > 0 {
			return err
		}
		_, err := q.Exec(ctx, `INSERT INTO signing_key (kid, server, state, sealed, created, expires) VALUES ($1, $2, $3, $4, $5, 0)`,
			kid, server, state, o.sealKey(kid, key), o.now().UnixMilli())
		return err
	})
}

// RotateKeys lets the next key of a server sign from now on. The old one stays
// published, and a new next key is made in the background.
func (o *Org) RotateKeys(r *Request, server string) error {
	key, err := o.activeKey(r, server)
	if err != nil {
		return err
	}
	return o.rotateKey(r, server, key.kid)
}

// rotateKey replaces the active key of a server, if it still is the one named: of many who see it grow old one replaces it.
func (o *Org) rotateKey(r *Request, server, old string) error {
	if err := o.ensureKey(r.ctx, server, keyNext); err != nil {
		return err
	}
	err := o.update(r, func(tx *Tx) error { return tx.rotateKey(server, old) })
	o.keys.forget(server)
	if err == nil && o.keys.spare(server) {
		o.makeSpare(server)
	}
	return err
}

func (tx *Tx) rotateKey(server, old string) error {
	var next string
	now := tx.org.now()
	err := tx.q.QueryRow(tx.ctx, `SELECT n.kid FROM signing_key n JOIN signing_key a ON a.server = n.server
		WHERE n.server = $1 AND n.state = 'next' AND a.state = 'active' AND a.kid = $2`, server, old).Scan(&next)
	if db.IsNone(err) {
		return nil // somebody else was faster
	}
	if err != nil {
		return err
	}
	if _, err := tx.q.Exec(tx.ctx, `UPDATE signing_key SET state = 'retired', expires = $2 WHERE kid = $1`, old, millis(now.Add(keyOverlap))); err != nil {
		return err
	}
	if _, err := tx.q.Exec(tx.ctx, `UPDATE signing_key SET state = 'active', created = $2 WHERE kid = $1`, next, millis(now)); err != nil {
		return err
	}
	target := Target{ID: server, Type: "AuthorizationServer", AlternateID: server, DisplayName: server}
	if server != OrgServer {
		doc, err := tx.get(authServers, tx.org.serverID(server))
		if err != nil {
			return err
		}
		target = serverTarget(doc)
	}
	tx.log(Event{Type: serverEvent(server, "app.oauth2.%skey.rollover"), Message: "Token signing key rolled over", Targets: []Target{target}})
	return nil
}
