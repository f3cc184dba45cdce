package org

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/expr"
)

// maxWords bounds the words of the parameter q, and maxQuery its bytes.
const (
	maxWords = 10
	maxQuery = 256
)

// asked is what one request asks of a listing.
type asked struct {
	listing
	dialect db.Dialect
	limit   int
	// words, expression and sort are parameters as given; expression is search or filter.
	words, expression string
	// node is what a document must fulfil, nil for nothing; exact compares with case.
	node  expr.Node
	exact bool
	// folded are the terms that q stands for: they are compared without case.
	folded map[*expr.Term]bool
	// sort is the attribute to sort by, "" for the id.
	sort string
	desc bool
	// hiding leaves out what listing.hide names.
	hiding bool
	// reach is how far the caller's roles let the list go; nil is the whole org.
	reach *reach
	after position
}

// position is a place in a list: the sort value and the id of the document there.
type position struct{ value, id string }

// read reads the parameters of a request.
func (l listing) read(r *Request, dialect db.Dialect) (*asked, error) {
	q := &asked{listing: l, dialect: dialect, reach: r.reach}
	var err error
	if q.limit, err = l.pageSize(r); err != nil {
		return nil, err
	}
	search, filter := r.Query.Get("search"), r.Query.Get("filter")
	if l.q != nil {
		q.words = strings.TrimSpace(r.Query.Get(cmp.Or(l.keyword, "q")))
	}
	if l.search == nil {
		search = ""
	}
	if l.filter == nil {
		filter = ""
	}
	switch {
	case search != "" && (filter != "" || q.words != ""):
		return nil, fail("E0000033", "")
	case search != "":
		if q.node, err = l.search.parse(search); err == nil {
			err = q.readSort(r)
		}
		q.expression, q.exact = search, l.search.exact
	case filter != "":
		q.node, err = l.filter.parse(filter)
		q.expression, q.exact = filter, l.filter.exact
	}
	if err != nil {
		return nil, err
	}
	q.hiding = l.hide != nil && q.expression == ""
	return q, q.readWords()
}

// readSort reads sortBy and sortOrder, which count with search only. An order other
// than desc is ascending ("recorded": sortOrder=0).
func (q *asked) readSort(r *Request) error {
	by := r.Query.Get("sortBy")
	if !q.sortable || by == "" {
		return nil
	}
	if q.listing.search.operators(by) == nil {
		return fail("E0000031", "", "sortBy: '"+printable(by)+"' cannot be sorted by; the names are "+q.listing.search.names())
	}
	if by != "id" {
		q.sort = by
	}
	q.desc = strings.EqualFold(r.Query.Get("sortOrder"), "desc")
	return nil
}

// readWords adds what q asks: that an attribute begins with the whole text, or that
// each word begins some attribute.
func (q *asked) readWords() error {
	if q.words == "" {
		return nil
	}
	if len(q.words) > maxQuery || strings.ContainsRune(q.words, 0) {
		return fail("E0000031", "", fmt.Sprintf("q: at most %d bytes, without U+0000", maxQuery))
	}
	q.folded = map[*expr.Term]bool{}
	begins := func(text string) expr.Or {
		var any expr.Or
		for _, name := range q.q {
			t := &expr.Term{Attr: name, Op: expr.Sw, Value: expr.Value{Kind: expr.String, Text: text}}
			q.folded[t] = true
			any = append(any, t)
		}
		return any
	}
	some := begins(q.words)
	if words := strings.Fields(q.words); len(words) > 1 && len(words) <= maxWords {
		var every expr.And
		for _, w := range words {
			every = append(every, begins(w))
		}
		some = append(some, every)
	}
	if q.node == nil {
		q.node = some
	} else {
		q.node = expr.And{q.node, some}
	}
	return nil
}

// identity tells the lists apart that a cursor may belong to: what is listed, what is
// asked and in what order.
func (q *asked) identity() []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %v %q %v %q", q.collection.kind, q.words, q.expression, q.exact, q.sort, q.desc, q.reach.identity())
	if q.via != nil {
		fmt.Fprintf(h, " %q", *q.via)
	}
	return h.Sum(nil)
}
