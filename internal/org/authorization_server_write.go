package org

import (
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

// The modes of key rotation: by the org every 90 days, or by an admin only.
const (
	rotationAuto   = "AUTO"
	rotationManual = "MANUAL"
)

// Bounds of a server [assumed]: the cloud's reference names none.
const (
	maxServerText  = 255
	maxServers     = 500
	maxServerParts = 1000
)

// serverInput is what a request says of a server.
type serverInput struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Audiences   []string `json:"audiences"`
	IssuerMode  string   `json:"issuerMode"`
	Credentials struct {
		Signing struct {
			RotationMode string `json:"rotationMode"`
		} `json:"signing"`
	} `json:"credentials"`
}

// readServer reads a server's body. One without an issuer mode has ORG_URL, one without a
// rotation mode AUTO [assumed: the recorded requests name both].
func readServer(r *Request) (okta.Object, serverInput, error) {
	var in serverInput
	body, err := r.object()
	if err != nil {
		return body, in, err
	}
	if body.Decode(&in) != nil {
		return body, in, fail("E0000003", "")
	}
	if in.IssuerMode == "" {
		in.IssuerMode = "ORG_URL"
	}
	if in.Credentials.Signing.RotationMode == "" {
		in.Credentials.Signing.RotationMode = rotationAuto
	}
	const object = "authorizationServer"
	switch mode := in.Credentials.Signing.RotationMode; {
	case strings.TrimSpace(in.Name) == "":
		return body, in, invalid(object, "name: The field cannot be left blank")
	case utf8.RuneCountInString(in.Name) > maxServerText || utf8.RuneCountInString(in.Description) > 4*maxServerText:
		return body, in, invalid(object, "name: The field is too long")
	case len(in.Audiences) != 1 || strings.TrimSpace(in.Audiences[0]) == "": // one, although it is a list (API reference)
		return body, in, invalid(object, "audiences: Name one audience")
	case utf8.RuneCountInString(in.Audiences[0]) > maxServerText:
		return body, in, invalid(object, "audiences: The field is too long")
	case in.IssuerMode == "CUSTOM_URL":
		return body, in, invalid(object, "issuerMode: The org has no custom URL domain")
	case in.IssuerMode != "ORG_URL" && in.IssuerMode != "DYNAMIC":
		return body, in, invalid(object, "issuerMode: The value must be one of ORG_URL, CUSTOM_URL, DYNAMIC")
	case mode != rotationAuto && mode != rotationManual:
		return body, in, invalid(object, "credentials.signing.rotationMode: The value must be one of AUTO, MANUAL")
	}
	return body, in, nil
}

// document is a server as it is stored; what the body says beyond the known parts is kept.
func (in serverInput) document(body okta.Object, id, status, created, updated string) okta.Object {
	doc := okta.Object{}.With("id", id).With("name", in.Name).With("description", in.Description).With("audiences", in.Audiences).
		With("issuerMode", in.IssuerMode).With("status", status).With("created", created).With("lastUpdated", updated).
		WithPath(in.Credentials.Signing.RotationMode, "credentials", "signing", "rotationMode")
	return withOthers(doc, body.Without("issuer", "default"))
}

// createAuthorizationServer stores a server with the scopes and claims that each is born with.
func createAuthorizationServer(o *Org, r *Request) (Reply, error) {
	body, in, err := readServer(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		var n int
		if err := tx.q.QueryRow(tx.ctx, `SELECT count(*) FROM document WHERE kind = $1`, authServers.kind).Scan(&n); err != nil {
			return err
		}
		if n >= maxServers {
			return invalid("authorizationServer", "There can be at most 500 authorization servers")
		}
		now := stamp(tx.now)
		doc = in.document(body, o.ids.mint(authServers.prefix), active, now, now)
		tx.logServer("oauth2.as.created", "Authorization server is created", doc)
		return tx.newServer(doc)
	})
	return o.answerServer(r, doc, err, created)
}

// newServer stores a server that is not there yet, with its system scopes and claims.
func (tx *Tx) newServer(doc okta.Object) error {
	id := doc.Text("id")
	if err := tx.put(authServers, id, doc); err != nil {
		return err
	}
	for _, in := range systemScopes {
		key := tx.org.ids.fixedID(authScopes.prefix, id+"/"+in.Name)
		if err := tx.put(authScopes, key, in.document(okta.Object{}, id, key, true)); err != nil {
			return err
		}
	}
	for _, in := range systemClaims() {
		key := tx.org.ids.fixedID(authClaims.prefix, id+"/"+in.Name)
		if err := tx.put(authClaims, key, in.document(okta.Object{}, id, key, true)); err != nil {
			return err
		}
	}
	return nil
}

func updateAuthorizationServer(o *Org, r *Request) (Reply, error) {
	body, in, err := readServer(r)
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err = o.update(r, func(tx *Tx) error {
		old, err := tx.argumentServer(o, r)
		if err != nil {
			return err
		}
		doc = in.document(body, old.Text("id"), old.Text("status"), old.Text("created"), stamp(tx.now))
		tx.logServer("oauth2.as.updated", "Authorization server is updated", doc)
		return tx.put(authServers, doc.Text("id"), doc)
	})
	return o.answerServer(r, doc, err, ok)
}

func (o *Org) answerServer(r *Request, doc okta.Object, err error, reply func(okta.Object) (Reply, error)) (Reply, error) {
	if err != nil {
		return Reply{}, err
	}
	if doc, err = o.renderServer(r, o.reads(r.ctx), doc); err != nil {
		return Reply{}, err
	}
	return reply(doc)
}

// deleteAuthorizationServer removes a server, an active one too, with its scopes, claims,
// policies and keys; the tokens that it gave are revoked.
func deleteAuthorizationServer(o *Org, r *Request) (Reply, error) {
	var name string
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.argumentServer(o, r)
		if err != nil {
			return err
		}
		id := doc.Text("id")
		name = o.serverName(id)
		held, err := tx.allOfServer(authPolicies, id)
		if err != nil {
			return err
		}
		for _, p := range held {
			if err := tx.dropAuthPolicy(p); err != nil {
				return err
			}
		}
		for _, c := range []*collection{authScopes, authClaims} {
			parts, err := tx.allOfServer(c, id)
			if err != nil {
				return err
			}
			for _, part := range parts {
				if err := tx.remove(c, part.Text("id")); err != nil {
					return err
				}
			}
		}
		if _, err := tx.revokeGrants(`UPDATE oauth_grant SET revoked = $2 WHERE server = $1 AND revoked = 0`, name); err != nil {
			return err
		}
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM signing_key WHERE server = $1`, name); err != nil {
			return err
		}
		tx.logServer("oauth2.as.deleted", "Authorization server is deleted", doc)
		if err := tx.dropConsentsTo(name, ""); err != nil {
			return err
		}
		return tx.remove(authServers, id)
	})
	if err != nil {
		return Reply{}, err
	}
	o.keys.forget(name)
	return noContent()
}

func activateAuthorizationServer(o *Org, r *Request) (Reply, error) {
	return o.moveServer(r, active, "oauth2.as.activated", "Authorization server is activated")
}

func deactivateAuthorizationServer(o *Org, r *Request) (Reply, error) {
	return o.moveServer(r, serverInactive, "oauth2.as.deactivated", "Authorization server is deactivated")
}

// moveServer gives a server a status. One that has it stays as it is.
func (o *Org) moveServer(r *Request, status, event, message string) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.argumentServer(o, r)
		if err != nil || doc.Text("status") == status {
			return err
		}
		tx.logServer(event, message, doc)
		if status == serverInactive {
			if err := tx.dropConsentsTo(o.serverName(doc.Text("id")), ""); err != nil {
				return err
			}
		}
		return tx.put(authServers, doc.Text("id"), doc.With("status", status).With("lastUpdated", stamp(tx.now)))
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}

// full refuses one more scope, claim, policy or rule where there are too many.
func full(held []okta.Object, object string) error {
	if len(held) < maxServerParts {
		return nil
	}
	return invalid(object, "There can be at most 1000 of them")
}
