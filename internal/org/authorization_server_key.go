package org

import (
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// currentKey is the key id with which a server signs, and since when it does. A server without
// a key gets one.
func (o *Org) currentKey(r *Request, s store, server string) (signingKey, error) {
	var k signingKey
	var created int64
	read := func() error {
		return s.q.QueryRow(s.ctx, `SELECT kid, created FROM signing_key WHERE server = $1 AND state = 'active'`, server).Scan(&k.kid, &created)
	}
	err := read()
	if db.IsNone(err) {
		if err = o.ensureKey(r.ctx, server, keyActive); err == nil {
			err = read()
		}
	}
	k.created = fromMillis(created)
	return k, err
}

// keyStatuses are what the API calls the states of a key.
var keyStatuses = map[string]string{keyActive: "ACTIVE", keyNext: "NEXT", keyRetired: "EXPIRED"}

// answerKeys answers the published keys of a server: the one that signs, the next one and those
// that signed what may still be in use.
func (o *Org) answerKeys(r *Request, doc okta.Object) (Reply, error) {
	server := o.serverName(doc.Text("id"))
	for _, state := range []string{keyActive, keyNext} {
		if err := o.ensureKey(r.ctx, server, state); err != nil {
			return Reply{}, err
		}
	}
	keys, err := o.signingKeys(o.reads(r.ctx), server)
	if err != nil {
		return Reply{}, err
	}
	var docs []okta.Object
	for _, state := range []string{keyActive, keyNext, keyRetired} {
		for _, k := range keys {
			if k.state != state {
				continue
			}
			shown, err := o.renderKey(doc.Text("id"), k)
			if err != nil {
				return Reply{}, err
			}
			docs = append(docs, shown)
		}
	}
	return o.answerAll(r, docs, func(doc okta.Object) (okta.Object, bool, error) { return doc, true, nil })
}

func (o *Org) renderKey(server string, k signingKey) (okta.Object, error) {
	public, err := json.Marshal(jose.JSONWebKey{Key: k.private.Public()})
	if err != nil {
		return okta.Object{}, err
	}
	key, err := okta.Parse(public)
	if err != nil {
		return okta.Object{}, err
	}
	self := okta.Object{}.With("self", sessionLink(o.serverURL(server)+"/credentials/keys/"+k.kid, "GET"))
	return okta.Object{}.With("status", keyStatuses[k.state]).With("alg", string(jose.RS256)).With("e", key.Get("e")).With("n", key.Get("n")).
		With("kid", k.kid).With("kty", "RSA").With("use", "sig").With("_links", self), nil
}

// authServerRoutes are operations beyond the 347 to which the links of a key lead (published since).
var authServerRoutes = []extraRoute{
	{okta.Operation{ID: "getAuthorizationServerKey", Area: "AuthorizationServer", Method: "GET", Path: "/api/v1/authorizationServers/{authServerId}/credentials/keys/{keyId}", Scope: "okta.authorizationServers.read"}, getAuthorizationServerKey},
}

func getAuthorizationServerKey(o *Org, r *Request) (Reply, error) {
	s := o.reads(r.ctx)
	doc, err := s.argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	keys, err := o.signingKeys(s, o.serverName(doc.Text("id")))
	if err != nil {
		return Reply{}, err
	}
	for _, k := range keys {
		if k.kid == r.Args["keyId"] {
			shown, err := o.renderKey(doc.Text("id"), k)
			if err != nil {
				return Reply{}, err
			}
			return ok(shown)
		}
	}
	return Reply{}, notFound(printable(r.Args["keyId"]), nounOf("keyId"))
}

func listAuthorizationServerKeys(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	return o.answerKeys(r, doc)
}

// maxPublishedKeys bounds the keys of a server [assumed]: whoever verifies a token reads them all.
const maxPublishedKeys = 50

// rotateAuthorizationServerKeys lets the next key sign from now on, in either mode. The one
// before stays published as long as an access token may live.
func rotateAuthorizationServerKeys(o *Org, r *Request) (Reply, error) {
	var in struct {
		Use string `json:"use"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	doc, err := o.reads(r.ctx).argumentServer(o, r)
	if err != nil {
		return Reply{}, err
	}
	if in.Use != "sig" {
		return Reply{}, invalid("rotateKeys", "Invalid value specified for key 'use' parameter.")
	}
	server := o.serverName(doc.Text("id"))
	keys, err := o.signingKeys(o.reads(r.ctx), server)
	switch {
	case err != nil:
		return Reply{}, err
	case len(keys) >= maxPublishedKeys:
		return Reply{}, invalid("rotateKeys", "The keys were rotated too often: the old ones are published for a day, and there can be at most 50")
	}
	if err := o.RotateKeys(r, server); err != nil {
		return Reply{}, err
	}
	return o.answerKeys(r, doc)
}

// rotates tells whether the org replaces a server's key of this age by itself.
func (o *Org) rotates(s store, server string, age time.Duration) (bool, error) {
	if age <= keyLife || server == OrgServer {
		return age > keyLife, nil
	}
	doc, err := s.get(authServers, o.serverID(server))
	if isCode(err, "E0000007") {
		return false, nil // just deleted
	}
	return doc.Text("credentials", "signing", "rotationMode") != rotationManual, err
}
