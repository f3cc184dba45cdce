package org

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"

	"gatehouse/internal/okta"
)

// maxSecrets is how many secrets a client has: one to use and one to change to (API reference).
const maxSecrets = 2

// renderSecret is a secret as the API answers it: the cloud, too, tells it whenever it
// is asked ("recorded").
func (o *Org) renderSecret(app string, a appSecret) (okta.Object, error) {
	at := o.appURL(app) + "/credentials/secrets/" + a.id
	status, links := appActive, map[string]hintedLink{"deactivate": sessionLink(at+"/lifecycle/deactivate", "POST")}
	if !a.active {
		status = appInactive
		links = map[string]hintedLink{"activate": sessionLink(at+"/lifecycle/activate", "POST"), "delete": sessionLink(at, "DELETE")}
	}
	sum := sha256.Sum256([]byte(a.value))
	return encodeDocument(struct {
		ID      string                `json:"id"`
		Created string                `json:"created"`
		Updated string                `json:"lastUpdated"`
		Status  string                `json:"status"`
		Secret  string                `json:"client_secret"`
		Hash    string                `json:"secret_hash"`
		Links   map[string]hintedLink `json:"_links"`
	}{a.id, stamp(a.created), stamp(a.updated), status, a.value, base64.RawURLEncoding.EncodeToString(sum[:16]), links})
}

// secretHolder reads the application of a request about secrets, with them. Only a
// client that proves itself by a secret has any.
func (o *Org) secretHolder(s store, r *Request) (okta.Object, []appSecret, error) {
	app, err := s.get(apps, r.Args["appId"])
	if err != nil {
		return app, nil, err
	}
	if !isClient(app) {
		return app, nil, notFound(printable(r.Args["appId"]), "OAuth2AppInstance")
	}
	held, err := o.appSecrets(s, app.Text("id"))
	return app, held, err
}

func namedSecret(held []appSecret, id string) (appSecret, error) {
	i := slices.IndexFunc(held, func(a appSecret) bool { return a.id == id })
	if i < 0 {
		return appSecret{}, notFound(printable(id), "OAuth2ClientSecret")
	}
	return held[i], nil
}

// readSecrets is secretHolder for who asks to see them, all or the one that the path
// names: that is told in the System Log where there is something to see.
func (o *Org) readSecrets(r *Request) (app okta.Object, held []appSecret, err error) {
	err = o.update(r, func(tx *Tx) error {
		if app, held, err = o.secretHolder(tx.store, r); err != nil {
			return err
		}
		if id, one := r.Args["secretId"]; one {
			a, err := namedSecret(held, id)
			if err != nil {
				return err
			}
			held = []appSecret{a}
		}
		tx.log(appEvent(app, "app.oauth2.client.read_client_secret", "Read OAuth client's secret(s)"))
		return nil
	})
	return app, held, err
}

func listClientSecretsForApplication(o *Org, r *Request) (Reply, error) {
	app, held, err := o.readSecrets(r)
	if err != nil {
		return Reply{}, err
	}
	docs := make([]okta.Object, len(held))
	for i, a := range held {
		if docs[i], err = o.renderSecret(app.Text("id"), a); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Body: listBody(docs)}, nil
}

func getClientSecretForApplication(o *Org, r *Request) (Reply, error) {
	app, held, err := o.readSecrets(r)
	if err != nil {
		return Reply{}, err
	}
	doc, err := o.renderSecret(app.Text("id"), held[0])
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// createNewClientSecretForApplication adds a secret beside the one in use, so that a
// client changes from one to the other without a refused request.
func createNewClientSecretForApplication(o *Org, r *Request) (Reply, error) {
	var in struct {
		Secret string `json:"client_secret"`
	}
	if err := r.decode(&in); err != nil {
		return Reply{}, err
	}
	if err := (appInput{secret: in.Secret}).checkSecret(); err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		app, held, err := o.secretHolder(tx.store, r)
		if err != nil {
			return err
		}
		switch app.Text("credentials", "oauthClient", "token_endpoint_auth_method") {
		case authNone, authPrivateKey:
			return invalid("client_secret", "client_secret: The client proves itself without a secret")
		}
		if len(held) >= maxSecrets {
			return invalid("client_secret", "client_secret: The client has 2 secrets already: delete one first")
		}
		if in.Secret == "" {
			in.Secret = o.NewSecret(newSecretSize)
		}
		a, err := tx.putSecret(app.Text("id"), in.Secret)
		if err != nil {
			return err
		}
		tx.log(appEvent(app, "app.oauth2.client.lifecycle.update", "Update OAuth client"))
		doc, err = o.renderSecret(app.Text("id"), a)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return created(doc)
}

func activateClientSecretForApplication(o *Org, r *Request) (Reply, error) {
	return o.switchSecret(r, true)
}

func deactivateClientSecretForApplication(o *Org, r *Request) (Reply, error) {
	return o.switchSecret(r, false)
}

// switchSecret turns a secret on or off. The last active one stays on.
func (o *Org) switchSecret(r *Request, active bool) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) error {
		app, held, err := o.secretHolder(tx.store, r)
		if err != nil {
			return err
		}
		a, err := namedSecret(held, r.Args["secretId"])
		if err != nil {
			return err
		}
		others := slices.ContainsFunc(held, func(b appSecret) bool { return b.active && b.id != a.id })
		if !active && !others {
			return invalid("secretId", "secretId: This is the last active secret of the client: create another one first")
		}
		if a.active != active {
			a.active, a.updated = active, tx.now
			tx.changed = true
			if _, err := tx.q.Exec(tx.ctx, `UPDATE app_secret SET active = $2, updated = $3 WHERE id = $1`, a.id, number(active), tx.now.UnixMilli()); err != nil {
				return err
			}
			tx.log(appEvent(app, "app.oauth2.client.lifecycle.update", "Update OAuth client"))
		}
		doc, err = o.renderSecret(app.Text("id"), a)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(doc)
}

// deleteClientSecretForApplication removes an inactive secret.
func deleteClientSecretForApplication(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		app, held, err := o.secretHolder(tx.store, r)
		if err != nil {
			return err
		}
		a, err := namedSecret(held, r.Args["secretId"])
		if err != nil {
			return err
		}
		if a.active {
			return invalid("secretId", "secretId: The secret is active: deactivate it first")
		}
		tx.log(appEvent(app, "app.oauth2.client.lifecycle.update", "Update OAuth client"))
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM app_secret WHERE id = $1`, a.id)
		return err
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
