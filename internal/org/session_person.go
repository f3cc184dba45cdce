package org

import (
	"context"
	"net/http"
	"strings"
	"time"

	"gatehouse/internal/okta"
)

// Begin is a request outside the management API, such as a sign-in: what its events and answers are stamped with.
func (o *Org) Begin(h *http.Request) *Request {
	return &Request{
		ctx: h.Context(), Query: h.URL.Query(), Header: h.Header, ID: o.ids.random(22),
		Now: second(o.now()), Client: o.client(h), URI: h.URL.Path,
	}
}

// Context is the context of the call.
func (r *Request) Context() context.Context { return r.ctx }

// Person returns the document of somebody who may hold sessions and tokens; anybody else is E0000011.
func (o *Org) Person(ctx context.Context, id string) (okta.Object, error) {
	return o.reads(ctx).activePerson(id)
}

func (s store) activePerson(id string) (okta.Object, error) {
	doc, err := s.get(users, id)
	if isCode(err, "E0000007") {
		return okta.Object{}, fail("E0000011", "")
	}
	if err != nil {
		return okta.Object{}, err
	}
	switch doc.Text("status") {
	case "ACTIVE", "PASSWORD_EXPIRED", "RECOVERY", "LOCKED_OUT":
		return doc, nil
	}
	return okta.Object{}, fail("E0000011", "")
}

// subject is a person as the actor or target of an event.
func (s store) subject(id string) (Target, error) {
	doc, err := s.activePerson(id)
	if err != nil {
		return Target{}, err
	}
	name := strings.TrimSpace(doc.Text("profile", "firstName") + " " + doc.Text("profile", "lastName"))
	return Target{ID: id, Type: "User", AlternateID: doc.Text("profile", "login"), DisplayName: name}, nil
}

// appTarget is what a sign-in was for.
func appTarget(name string) Target {
	return Target{ID: "unknown", Type: "AppInstance", AlternateID: name, DisplayName: name}
}

// ID is the org's id: 00o and 17 characters. It is also the idp of its ID tokens.
func (o *Org) ID() string { return o.ids.orgID }

// APIError is an error of the management API and the authentication API, by its code, such as "E0000004".
func APIError(code string, causes ...string) *okta.Error { return fail(code, "", causes...) }

// WriteError answers a request outside the operations as they answer theirs.
func (o *Org) WriteError(w http.ResponseWriter, r *Request, err error) { o.writeError(w, r, err) }

// Link is a link with the methods it takes, as answers carry it.
func Link(href string, methods ...string) any { return sessionLink(href, methods...) }

// Stamp writes a time as the API does.
func Stamp(t time.Time) string { return stamp(t) }
