package org

import (
	"gatehouse/internal/okta"
)

func createApplication(o *Org, r *Request) (Reply, error) {
	body, err := r.object()
	if err != nil {
		return Reply{}, err
	}
	in, err := readApp(body, "")
	if err == nil {
		err = in.checkSecret()
	}
	if err != nil {
		return Reply{}, err
	}
	var doc okta.Object
	var secret string
	err = o.update(r, func(tx *Tx) error {
		if err := r.reach.mayCreateApp(in.name, in.mode); err != nil {
			return err
		}
		if doc, secret, err = tx.createApp(o.ids.mint(apps.prefix), in, r.flag("activate", true)); err != nil {
			return err
		}
		tx.log(appEvent(doc, "application.lifecycle.create", "Create application"))
		return nil
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(showSecret(o.renderApp(doc), secret))
}

// createApp stores a new application, and its client with a secret where it is one.
func (tx *Tx) createApp(id string, in appInput, active bool) (doc okta.Object, secret string, err error) {
	name := in.name
	switch {
	case name == "" && in.mode == modeOIDC:
		name = oidcClient
	case name == "" && in.mode == modeBookmark:
		name = bookmark
	case name == "":
		if name, err = tx.ownAppName(in.label); err != nil {
			return doc, "", err
		}
	}
	if doc, err = in.compose(name); err != nil {
		return doc, "", err
	}
	status, now := appInactive, stamp(tx.now)
	if active {
		status = appActive
	}
	doc = doc.With("id", id).With("orn", tx.org.appORN(name, id)).With("name", name).With("status", status).With("created", now)
	if signs(in.mode) {
		kid, err := tx.mintKey(id)
		if err != nil {
			return doc, "", err
		}
		doc = doc.WithPath(kid, "credentials", "signing", "kid")
	}
	if isClient(doc) {
		if doc, secret, err = tx.putNewClient(doc, in); err != nil {
			return doc, "", err
		}
	}
	doc, err = tx.putApp(doc)
	return doc, secret, err
}

// signs tells whether the applications of a mode have a signing key.
func signs(mode string) bool {
	return mode == modeSAML || mode == modeSAML11 || mode == modeWSFed || mode == modeOIDC
}

// putApp stores an application that changed now, and returns it with that time.
func (tx *Tx) putApp(doc okta.Object) (okta.Object, error) {
	tx.changed = true // clients are cached
	doc = doc.With("lastUpdated", stamp(tx.now))
	return doc, tx.put(apps, doc.Text("id"), doc)
}

// appORN is the resource name of an application.
func (o *Org) appORN(name, id string) string {
	return "orn:okta:idp:" + o.ids.orgID + ":apps:" + name + ":" + id
}
