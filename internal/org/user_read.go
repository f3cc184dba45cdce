package org

import (
	"net/http"

	"gatehouse/internal/okta"
)

// getUser answers a person by id, login, short login or "me", with the ETag that no other answer has ("recorded").
func getUser(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).argumentUser(r)
	if err != nil {
		return Reply{}, err
	}
	reply, err := o.answerUser(doc)
	if asksLess(r) {
		reply.Body = omitting(r, o.renderUser(doc)).Bytes()
	}
	reply.Header = http.Header{"Etag": {userETag(doc)}}
	return reply, err
}

// listUsers answers people, deactivated ones only to filter and search.
func listUsers(o *Org, r *Request) (Reply, error) {
	f, projected, err := parseFields(r.Query.Get("fields"))
	if err != nil {
		return Reply{}, err
	}
	if !projected && !asksLess(r) {
		return o.answerBytes(r, userList, o.appendListedUser)
	}
	return o.answerList(r, userList, func(doc okta.Object) (okta.Object, error) {
		if projected {
			return f.of(doc), nil
		}
		return omitting(r, o.renderListedUser(doc)), nil
	})
}

// appendListedUser is renderListedUser for a stored person, without reading the document.
func (o *Org) appendListedUser(body []byte, h hit) ([]byte, error) {
	return appendWith(body, h.body, "_links", `{"self":{"href":"`+o.userURL(h.at.id)+`"}}`), nil
}
