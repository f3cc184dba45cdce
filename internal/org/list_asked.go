package org

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// asked is what one request asks of a listing.
type asked struct {
	listing
	limit int
	// words is the parameter q.
	words string
	// hiding leaves out what listing.hide names.
	hiding bool
	after  position
}

// position is a place in a list: the sort value and the id of the document there.
type position struct{ value, id string }

// read reads the parameters of a request.
func (l listing) read(r *Request) (*asked, error) {
	q := &asked{listing: l}
	var err error
	if q.limit, err = l.pageSize(r); err != nil {
		return nil, err
	}
	if l.q != nil {
		q.words = strings.TrimSpace(r.Query.Get("q"))
	}
	q.hiding = l.hide != nil
	return q, nil
}

// identity tells the lists apart that a cursor may belong to: what is listed, what is
// asked and in what order.
func (q *asked) identity() []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", q.collection.kind, q.words)
	if q.via != nil {
		fmt.Fprintf(h, " %q", *q.via)
	}
	return h.Sum(nil)
}
