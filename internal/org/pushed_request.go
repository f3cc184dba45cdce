package org

import (
	"strings"
	"time"

	"gatehouse/internal/db"
)

// pushedLife is how long a pushed authorization request may be used (API reference).
const pushedLife = time.Hour

// pushedURI begins the name of a pushed request (RFC 9126 section 2.2).
const pushedURI = "urn:okta:par:"

// PushRequest keeps an authorization request of a client at a server, a query, and returns the
// request_uri that stands for it once, and for how long.
func (o *Org) PushRequest(r *Request, c OAuthClient, a AuthServer, query string) (uri string, life time.Duration, err error) {
	o.sweep()
	uri = pushedURI + o.ids.random(43)
	return uri, pushedLife, o.update(r, func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO pushed_request (hash, client_id, server, request, expires) VALUES ($1, $2, $3, $4, $5)`,
			hashSecret(uri), c.ID, a.ID, query, millis(r.Now.Add(pushedLife)))
		return err
	})
}

// IsPushed tells whether a request_uri has the form of a pushed request's.
func IsPushed(uri string) bool { return strings.HasPrefix(uri, pushedURI) }

// TakePushed returns the request that a request_uri of this client at this server stands for.
// found is false for one that is unknown, used, or too old.
func (o *Org) TakePushed(r *Request, client, server, uri string) (query string, found bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		found = false
		var expires int64
		err := tx.q.QueryRow(tx.ctx, `DELETE FROM pushed_request WHERE hash = $1 AND client_id = $2 AND server = $3 RETURNING request, expires`, hashSecret(uri), client, server).
			Scan(&query, &expires)
		if db.IsNone(err) {
			return nil
		}
		found = err == nil && tx.now.Before(fromMillis(expires))
		return err
	})
	return query, found, err
}
