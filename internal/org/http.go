package org

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// maxBody is the largest body of a management API request (security 61).
const maxBody = 1 << 20

// formAround is what a form may add to the file in it.
const formAround = 16 << 10

// maxURL is the longest request target; beyond it E0000256.
const maxURL = 8 << 10

// Values of headers that every answer has; nobody changes them.
var (
	noStore = []string{"no-cache, no-store"}
	noSniff = []string{"nosniff"}
	isJSON  = []string{"application/json"}
)

// ServeHTTP answers the management API, and serves the logos that were uploaded by it.
func (o *Org) ServeHTTP(w http.ResponseWriter, h *http.Request) {
	if strings.HasPrefix(h.URL.Path, logoPath) {
		o.serveLogo(w, h)
		return
	}
	r := &Request{
		ctx: h.Context(), Query: h.URL.Query(), Header: h.Header, ID: o.ids.random(22),
		Now: second(o.now()), Client: o.client(h), URI: h.URL.RequestURI(),
	}
	header := w.Header() // set past Header.Set, which checks the spelling of each name
	header["X-Okta-Request-Id"] = []string{r.ID}
	header["Cache-Control"] = noStore
	header["X-Content-Type-Options"] = noSniff
	defer func() {
		if p := recover(); p != nil {
			o.log.Error("panic in an operation", "request", r.ID, "panic", p, "stack", string(debug.Stack()))
			o.writeError(w, r, fail("E0000009", ""))
		}
	}()
	answered, err := o.CrossOrigin(w, r, h.Method, false)
	if answered {
		return
	}
	var reply Reply
	if err == nil {
		reply, err = o.serve(w, h, r)
	}
	if err != nil {
		o.writeError(w, r, err)
		return
	}
	for name, values := range reply.Header {
		header[name] = values
	}
	if reply.Body == nil {
		w.WriteHeader(reply.Status)
		return
	}
	if header["Content-Type"] == nil {
		header["Content-Type"] = isJSON
	}
	header["Content-Length"] = []string{strconv.Itoa(len(reply.Body))}
	w.WriteHeader(reply.Status)
	w.Write(reply.Body) //nolint:errcheck // the client is gone
}

// serve is the way of every request: match, read, authenticate, authorise, answer.
func (o *Org) serve(w http.ResponseWriter, h *http.Request, r *Request) (Reply, error) {
	if len(r.URI) > maxURL {
		return Reply{}, fail("E0000256", "")
	}
	route, args, known := o.routes.find(h.Method, h.URL.EscapedPath(), r.Query)
	if !known {
		return Reply{}, fail("E0000008", "")
	}
	if route != nil {
		r.Op, r.Args = route.op, args
	}
	actor, err := o.authenticate(r)
	if err != nil {
		return Reply{}, err
	}
	r.Actor = actor
	if err := o.UseToken(r, h.Method, h.URL.EscapedPath(), actor.bound); err != nil {
		return Reply{}, o.refuseProof(w.Header(), r, err)
	}
	if err := o.CountRequest(w.Header(), h.Method, h.URL.Path); err != nil {
		return Reply{}, err
	}
	if route == nil {
		return Reply{}, fail("E0000022", "")
	}
	for name, value := range args {
		if !validArgument(name, value) {
			return Reply{}, notFound(printable(value), nounOf(name))
		}
	}
	if err := o.authorize(w.Header(), r); err != nil {
		return Reply{}, err
	}
	if r.body, err = readBody(w, h, fileTypes[route.op.ID]); err != nil {
		return Reply{}, err
	}
	return route.answer(o, r)
}

// fileTypes are the content types of the operations that are sent a file, no JSON.
var fileTypes = map[string][]string{
	"publishCerCert+publishBinaryCerCert+publishDerCert+publishBinaryDerCert+publishBinaryPemCert": certificateTypes,
	"uploadApplicationLogo": logoTypes,
}

// readBody reads the body within its bound. Where no file is expected, it refuses what
// is no JSON, and U+0000, which neither database holds.
func readBody(w http.ResponseWriter, h *http.Request, files []string) ([]byte, error) {
	if h.Body == nil || h.Method == http.MethodGet {
		return nil, nil
	}
	kind, _, _ := strings.Cut(h.Header.Get("Content-Type"), ";")
	file := slices.Contains(files, strings.ToLower(strings.TrimSpace(kind)))
	if h.ContentLength > 0 && !file && !strings.Contains(kind, "json") {
		return nil, fail("E0000019", "")
	}
	most := int64(maxBody)
	if file {
		most += formAround
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, h.Body, most))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		e := fail("E0000003", "", "The body is larger than 1 MB.")
		e.Status = http.StatusRequestEntityTooLarge
		return nil, e
	}
	if err != nil {
		return nil, fail("E0000003", "")
	}
	if file {
		return body, nil
	}
	if strings.Contains(string(body), `\u0000`) || strings.ContainsRune(string(body), 0) {
		return nil, fail("E0000003", "", "The character U+0000 is not allowed.")
	}
	return body, nil
}

// writeError answers with the error's body. What is no API error is logged and told as E0000009 or, where nothing can be stored, E0000010.
func (o *Org) writeError(w http.ResponseWriter, r *Request, err error) {
	var e *okta.Error
	switch {
	case errors.As(err, &e):
	case db.Unwritable(err):
		o.log.Error("the store cannot be written", "request", r.ID, "error", err)
		w.Header().Set("Retry-After", "5")
		e = fail("E0000010", "")
	case r.ctx.Err() != nil:
		e = fail("E0000009", "")
	default:
		o.log.Error("operation failed", "request", r.ID, "error", err)
		e = fail("E0000009", "")
	}
	answer := *e
	answer.ID = "oae" + o.ids.random(22)
	body, merr := json.Marshal(answer)
	if merr != nil {
		o.log.Error("error body", "request", r.ID, "error", merr)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Status)
	w.Write(body) //nolint:errcheck // the client is gone
}

// client tells where a request came from.
func (o *Org) client(h *http.Request) Client {
	c := Client{UserAgent: h.UserAgent()}
	if chain := o.clientChain(h); len(chain) > 0 {
		c.IP, c.Forwarded = chain[0], chain[1:]
	}
	return c
}
