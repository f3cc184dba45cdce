package org

import (
	"net/http"
	"strings"

	"gatehouse/internal/okta"
)

// pages is a list that an index of its own gives by id: assignments, targets of roles.
type pages struct {
	// limits has the limits of a page.
	limits listing
	// of names the list: a cursor of another one is refused.
	of string
	// ids reads the next n ids behind after, in order.
	ids func(after string, n int) ([]string, error)
	// keep leaves some out; nil keeps all.
	keep   func(id string) (bool, error)
	render func(id string) (okta.Object, error)
}

// answerPages answers a page of documents in order of their ids.
func (o *Org) answerPages(r *Request, p pages) (Reply, error) {
	limit, err := p.limits.pageSize(r)
	if err != nil {
		return Reply{}, err
	}
	identity := []byte("pages " + p.of + " " + r.Query.Get("q") + " " + r.Query.Get("filter"))
	at, err := o.openCursor(r.Query.Get("after"), identity)
	if err != nil {
		return Reply{}, err
	}
	found, more, err := p.read(at.id, limit)
	if err != nil {
		return Reply{}, err
	}
	links := []string{o.selfLink(r)}
	if more {
		links = append(links, o.nextLink(r, limit, o.sealCursor(position{id: found[limit-1]}, identity)))
	}
	docs := make([]okta.Object, len(found))
	for i, id := range found {
		if docs[i], err = p.render(id); err != nil {
			return Reply{}, err
		}
	}
	return Reply{Status: http.StatusOK, Header: http.Header{"Link": links}, Body: listBody(docs)}, nil
}

// read reads up to limit ids that are kept, and tells whether there are more.
func (p pages) read(after string, limit int) (found []string, more bool, err error) {
	for n := limit + 1; ; n = min(2*n, max(limit+1, 1000)) {
		batch, err := p.ids(after, n)
		if err != nil {
			return nil, false, err
		}
		for _, id := range batch {
			kept := true
			if p.keep != nil {
				if kept, err = p.keep(id); err != nil {
					return nil, false, err
				}
			}
			switch {
			case !kept:
			case len(found) == limit:
				return found, true, nil
			default:
				found = append(found, id)
			}
		}
		if len(batch) < n {
			return found, false, nil
		}
		after = batch[len(batch)-1]
	}
}

// begins tells whether a text begins with another, whatever the case.
func begins(text, with string) bool { return strings.HasPrefix(fold(text), fold(with)) }
