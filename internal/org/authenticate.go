package org

import (
	"strings"
	"time"

	"gatehouse/internal/db"
)

// Principal is who calls the management API.
type Principal struct {
	// UserID, Login and Name are the person; empty for a client that acts for itself.
	UserID, Login, Name string
	// ClientID is the OAuth client of a bearer token.
	ClientID string
	// Scopes are those of the access token. An SSWS token has none and needs none.
	Scopes []string
	// SSWS marks an API token: it has its owner's roles and passes every scope check.
	SSWS bool
	// held are the admin's standard roles, direct and through groups.
	held []holding
	// Session is the sign-in session behind a bearer token, where there is one.
	Session string
	// bound is the thumbprint of the key that the access token is bound to, "" for none.
	bound string
	// expires is when the token ends; zero for an API token.
	expires time.Time
}

// authenticate finds the caller, unless a zone keeps their address out. A missing or unknown token is E0000011; a malformed header E0000004.
func (o *Org) authenticate(r *Request) (Principal, error) {
	s := o.reads(r.ctx)
	generation, zones, err := s.begin(r)
	if err != nil {
		return Principal{}, err
	}
	if err := o.admitAt(r, zones); err != nil {
		return Principal{}, err
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if token == "" {
		return Principal{}, fail("E0000011", "")
	}
	switch {
	case strings.EqualFold(scheme, "SSWS"):
		key := hashSecret(token)
		if p, ok := o.caches.principal(generation, key); ok {
			return p, nil
		}
		p, err := o.apiToken(s, key)
		if err == nil {
			o.caches.keep(generation, key, p)
		}
		return p, err
	case strings.EqualFold(scheme, "Bearer"), strings.EqualFold(scheme, "DPoP"):
		return o.bearer(s, generation, token)
	}
	return Principal{}, fail("E0000004", "")
}

// apiToken finds the owner of an SSWS token by its hash.
func (o *Org) apiToken(s store, hash string) (Principal, error) {
	var user string
	err := s.q.QueryRow(s.ctx, `SELECT user_id FROM api_token WHERE hash = $1`, hash).Scan(&user)
	if db.IsNone(err) {
		return Principal{}, fail("E0000011", "")
	}
	if err != nil {
		return Principal{}, err
	}
	p, err := o.person(s, user)
	p.SSWS = true
	return p, err
}

// person is a user as a caller, with the roles held now. Somebody who may not sign in any more has no valid token.
func (o *Org) person(s store, id string) (Principal, error) {
	doc, err := s.get(users, id)
	if isCode(err, "E0000007") {
		return Principal{}, fail("E0000011", "")
	}
	if err != nil {
		return Principal{}, err
	}
	switch doc.Text("status") {
	case "SUSPENDED", "DEPROVISIONED", "STAGED":
		return Principal{}, fail("E0000011", "")
	}
	p := Principal{UserID: id, Login: doc.Text("profile", "login")}
	p.Name = strings.TrimSpace(doc.Text("profile", "firstName") + " " + doc.Text("profile", "lastName"))
	p.held, err = s.holdingsOf(id)
	return p, err
}
