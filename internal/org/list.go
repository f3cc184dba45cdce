package org

import (
	"maps"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
)

// listing says what a collection's list endpoint offers.
type listing struct {
	collection *collection
	// via drives the list from edges: the members of a group, the groups of a person.
	via *edgeList
	// defaultLimit and maxLimit are documents a page; a greater limit is cut to maxLimit.
	// qLimit is the default with q, where it differs.
	defaultLimit, maxLimit, qLimit int
	// search and filter are what these parameters may say; nil: the parameter means nothing here.
	search, filter *grammar
	// q are the attributes that the parameter q matches by prefix; nil: it means nothing here.
	q []string
	// keyword is what the parameter q is called here, where it has another name.
	keyword string
	// qOnce: an answer to q has no further page.
	qOnce bool
	// hide leaves out documents with this value, exactly as stored, unless search or filter is given.
	hide *attr
	// without is the id of a document that is left out, or "".
	without string
	// sortable: sortBy and sortOrder work together with search.
	sortable bool
}

// edgeList is one end of the edges of a kind; the list has the documents at the other
// end. Exactly one of src and dst is set.
type edgeList struct{ kind, src, dst string }

// page is one page of a list: documents in order and the values of the Link header.
type page struct {
	docs  []okta.Object
	links []string
}

// answerList answers with a page: a JSON array of what render makes of each document,
// and a Link header for each relation.
func (o *Org) answerList(r *Request, l listing, render func(okta.Object) (okta.Object, error)) (Reply, error) {
	return o.answerBytes(r, l, func(body []byte, h hit) ([]byte, error) {
		doc, err := okta.Trusted(h.body)
		if err != nil {
			return nil, err
		}
		if doc, err = render(doc); err != nil {
			return nil, err
		}
		return append(body, doc.Bytes()...), nil
	})
}

// answerBytes is answerList for documents that are answered as they are stored, or
// nearly: write appends one to the body.
func (o *Org) answerBytes(r *Request, l listing, write func(body []byte, h hit) ([]byte, error)) (Reply, error) {
	found, links, err := o.find(r, l)
	if err != nil {
		return Reply{}, err
	}
	size := 2
	for _, h := range found {
		size += len(h.body) + 512
	}
	body := append(make([]byte, 0, size), '[')
	for i, h := range found {
		if i > 0 {
			body = append(body, ',')
		}
		if body, err = write(body, h); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Header: http.Header{"Link": links}, Body: append(body, ']')}, nil
}

// appendWith appends a document with one more member at its end, which it must not have yet.
func appendWith(body, doc []byte, name, value string) []byte {
	body = append(body, doc[:len(doc)-1]...)
	if len(doc) > len("{}") {
		body = append(body, ',')
	}
	body = append(body, '"')
	body = append(body, name...)
	body = append(body, '"', ':')
	body = append(body, value...)
	return append(body, '}')
}

// list reads the page that the request's limit and after ask for. Bad paging is
// E0000029, a bad search E0000031, a bad filter E0000053, both together E0000033.
func (o *Org) list(r *Request, l listing) (page, error) {
	found, links, err := o.find(r, l)
	if err != nil {
		return page{}, err
	}
	p := page{docs: make([]okta.Object, len(found)), links: links}
	for i, h := range found {
		if p.docs[i], err = okta.Trusted(h.body); err != nil {
			return page{}, err
		}
	}
	return p, nil
}

func (o *Org) find(r *Request, l listing) (found []hit, links []string, err error) {
	q, err := l.read(r, o.db.Dialect)
	if err != nil {
		return nil, nil, err
	}
	if q.after, err = o.openCursor(r.Query.Get("after"), q.identity()); err != nil {
		return nil, nil, err
	}
	found, more, err := newFinder(q, o.reads(r.ctx)).run()
	if err != nil {
		return nil, nil, err
	}
	links = []string{o.selfLink(r)}
	if more && !(l.qOnce && q.words != "") {
		links = append(links, o.nextLink(r, q.limit, o.sealCursor(found[len(found)-1].at, q.identity())))
	}
	return found, links, nil
}

// pageSize reads the limit: at least 1, at most l.maxLimit.
func (l listing) pageSize(r *Request) (int, error) {
	n := l.defaultLimit
	if l.qLimit > 0 && r.Query.Get("q") != "" {
		n = l.qLimit
	}
	if text := r.Query.Get("limit"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > math.MaxInt32 {
			return 0, fail("E0000029", "", "limit: a number from 1 to "+strconv.Itoa(l.maxLimit)+" is needed")
		}
	}
	return min(n, l.maxLimit), nil
}

// selfLink and nextLink are values of Link headers (RFC 8288), with every parameter of
// the request kept, sorted ("recorded").
func (o *Org) selfLink(r *Request) string { return o.listLink(r, r.Query, "self") }

func (o *Org) nextLink(r *Request, limit int, after string) string {
	query := maps.Clone(r.Query)
	query.Set("after", after)
	query.Set("limit", strconv.Itoa(limit))
	return o.listLink(r, query, "next")
}

func (o *Org) listLink(r *Request, query url.Values, rel string) string {
	target, _, _ := strings.Cut(r.URI, "?")
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	return "<" + o.baseURL + target + `>; rel="` + rel + `"`
}
