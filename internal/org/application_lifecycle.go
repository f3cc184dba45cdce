package org

import (
	"gatehouse/internal/okta"
)

// updateApplication replaces an application: what the request leaves out has its default again.
func updateApplication(o *Org, r *Request) (Reply, error) {
	body, err := r.object()
	if err != nil {
		return Reply{}, err
	}
	if err := (appInput{secret: body.Text("credentials", "oauthClient", "client_secret")}).checkSecret(); err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	var secret string
	err = o.update(r, func(tx *Tx) error {
		before, err := tx.argumentApp(r)
		if err != nil {
			return err
		}
		if doc, secret, err = tx.replaceApp(before, body); err != nil {
			return err
		}
		tx.log(appEvent(doc, "application.lifecycle.update", "Update application"))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(showSecret(o.renderApp(doc), secret))
}

func (tx *Tx) replaceApp(before, body okta.Object) (doc okta.Object, secret string, err error) {
	name, mode := before.Text("name"), before.Text("signOnMode")
	in, err := readApp(body, mode)
	if err != nil {
		return doc, "", err
	}
	if _, known := catalogNamed(name); in.mode != mode && (!known || mode == modeOIDC || in.mode == modeOIDC) {
		return doc, "", invalid("signOnMode", "signOnMode: The sign-on mode of this application cannot be changed")
	}
	if mode == modeAutoLogin && ownApp(name) && before.Text("status") == appInactive { // "recorded"
		return doc, "", fail("E0000024", "", "This operation on app metadata is not yet supported: No active instances.")
	}
	if doc, err = in.compose(name); err != nil {
		return doc, "", err
	}
	for _, name := range hiddenMembers {
		if v := before.Get(name); v != nil {
			doc = doc.With(name, v)
		}
	}
	for _, name := range []string{"id", "orn", "name", "status", "created", "features"} {
		doc = doc.With(name, before.Get(name))
	}
	if doc, err = tx.withSigningKey(before, doc, body.Text("credentials", "signing", "kid")); err != nil {
		return doc, "", err
	}
	if isClient(doc) {
		if doc, secret, err = tx.putClientAgain(before, doc, in); err != nil {
			return doc, "", err
		}
	}
	doc, err = tx.putApp(doc)
	return doc, secret, err
}

// withSigningKey keeps the key that an application signs with, or makes another one of
// its keys that. An id of no key of it is passed over [assumed]: clients send back what
// they once read ("recorded").
func (tx *Tx) withSigningKey(before, doc okta.Object, asked string) (okta.Object, error) {
	id, kid := before.Text("id"), before.Text("credentials", "signing", "kid")
	switch {
	case asked != "" && asked != kid:
		held, err := tx.found(`SELECT kid FROM app_key WHERE app = $1 AND kid = $2 AND csr = ''`, id, asked)
		if err != nil {
			return doc, err
		}
		if held {
			kid = asked
		}
	case kid == "" && signs(doc.Text("signOnMode")):
		var err error
		if kid, err = tx.mintKey(id); err != nil {
			return doc, err
		}
	}
	if kid != "" {
		doc = doc.WithPath(kid, "credentials", "signing", "kid")
	}
	return doc, nil
}

func activateApplication(o *Org, r *Request) (Reply, error) {
	return o.moveApp(r, appActive, "application.lifecycle.activate", "Activate application")
}

// deactivateApplication ends every token that the application's client was given (okta-semantics C9).
func deactivateApplication(o *Org, r *Request) (Reply, error) {
	return o.moveApp(r, appInactive, "application.lifecycle.deactivate", "Deactivate application")
}

// moveApp answers 200 {} for an application that is in that state already, too ("recorded").
func (o *Org) moveApp(r *Request, status, event, message string) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.argumentApp(r)
		if err != nil || doc.Text("status") == status {
			return err
		}
		if _, err := tx.putApp(doc.With("status", status)); err != nil {
			return err
		}
		tx.log(appEvent(doc, event, message))
		if status == appInactive {
			return tx.revokeTokensOfApp(doc)
		}
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return empty()
}

// deleteApplication removes an inactive application with its assignments, its client
// and the role targets that name it.
func deleteApplication(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.argumentApp(r)
		if err != nil {
			return err
		}
		if doc.Text("status") != appInactive {
			return fail("E0000056", "", "The application is active: deactivate it first")
		}
		if err := tx.revokeTokensOfApp(doc); err != nil {
			return err
		}
		id := doc.Text("id")
		for _, table := range []string{"app_client", "app_secret", "app_user", "app_group", "app_key", "app_scope", "app_logo"} {
			if _, err := tx.q.Exec(tx.ctx, `DELETE FROM `+table+` WHERE app = $1`, id); err != nil {
				return err
			}
		}
		if err := tx.dropTarget(okta.AppTargets, id); err != nil {
			return err
		}
		for _, more := range []*collection{appSchemas, appProvisioning} {
			if err := tx.remove(more, id); err != nil && !isCode(err, "E0000007") {
				return err
			}
		}
		tx.changed = true
		tx.log(appEvent(doc, "application.lifecycle.delete", "Delete application"))
		return tx.remove(apps, id)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
