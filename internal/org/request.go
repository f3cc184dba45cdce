package org

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// handler answers one operation. It gets a request that is authenticated and allowed.
type handler func(*Org, *Request) (Reply, error)

// Request is one call of the management API.
type Request struct {
	ctx context.Context
	// Op is the operation's row.
	Op *okta.Operation
	// Args are the unescaped path parameters by name.
	Args  map[string]string
	Query url.Values
	// Header is the request's header.
	Header http.Header
	body   []byte
	// person is who userId names, where the first statement of the request has read them.
	person okta.Object
	// Actor is who calls.
	Actor Principal
	// reach is how far the caller's roles cover the operation; nil is the whole org.
	reach *reach
	// ID is the X-Okta-Request-Id, and the transaction id of the events.
	ID string
	// Now is the one time that everything in this request is stamped with.
	Now time.Time
	// Client is where the call came from.
	Client Client
	// zones are the network zones as they were when the call was let in.
	zones []policy.Zone
	// URI is the path and query as sent.
	URI string
}

// Client is the other end of a request.
type Client struct {
	IP netip.Addr
	// Forwarded are the addresses that IP says it forwards for, nearest first: anybody
	// can say so, and they count only where an admin named IP as a proxy.
	Forwarded []netip.Addr
	UserAgent string
}

// chain is where a request came from, the nearest address first.
func (c Client) chain() []netip.Addr { return append([]netip.Addr{c.IP}, c.Forwarded...) }

// Reply is what an operation answers: a status, more headers and a JSON body (nil for none).
type Reply struct {
	Status int
	Header http.Header
	Body   json.RawMessage
}

// object reads the body as one JSON object; anything else is E0000003.
func (r *Request) object() (okta.Object, error) {
	doc, err := okta.Parse(r.body)
	if err != nil {
		var causes []string
		if errors.Is(err, okta.ErrDuplicateKey) {
			causes = append(causes, err.Error())
		}
		return okta.Object{}, fail("E0000003", "", causes...)
	}
	return doc, nil
}

// decode reads the body, one JSON object, into v. An empty body leaves v as it is, and so
// does null, which the vendor's Go SDK sends where a body is optional and not given.
func (r *Request) decode(v any) error {
	if body := bytes.TrimSpace(r.body); len(body) == 0 || string(body) == "null" {
		return nil
	}
	doc, err := r.object()
	if err != nil {
		return err
	}
	if err := doc.Decode(v); err != nil {
		return fail("E0000003", "")
	}
	return nil
}

// flag reads a boolean query parameter.
func (r *Request) flag(name string, otherwise bool) bool {
	switch r.Query.Get(name) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// ok answers 200 with a document.
func ok(doc okta.Object) (Reply, error) {
	return Reply{Status: http.StatusOK, Body: doc.Bytes()}, nil
}

// created answers 201 with a document.
func created(doc okta.Object) (Reply, error) {
	return Reply{Status: http.StatusCreated, Body: doc.Bytes()}, nil
}

// noContent answers 204.
func noContent() (Reply, error) { return Reply{Status: http.StatusNoContent}, nil }

// empty answers 200 with {}, as the lifecycle operations of users do ("recorded").
func empty() (Reply, error) { return Reply{Status: http.StatusOK, Body: []byte("{}")}, nil }
