package org

import (
	"strings"

	"gatehouse/internal/okta"
)

// hit is a document of a page and its place in the list.
type hit struct {
	doc okta.Object
	at  position
}

// run reads the documents of a page, and tells whether there are more behind it.
func (q *asked) run(s store) (found []hit, more bool, err error) {
	at := q.after
	for {
		batch, err := q.batch(s, at)
		if err != nil {
			return nil, false, err
		}
		for _, h := range batch {
			if !q.shows(h.doc) {
				continue
			}
			if len(found) == q.limit {
				return found, true, nil
			}
			found = append(found, h)
		}
		if len(batch) <= q.limit {
			return found, false, nil
		}
		at = batch[len(batch)-1].at
	}
}

// batch reads the next documents, one more than a page has, before shows is asked.
func (q *asked) batch(s store, at position) ([]hit, error) {
	query, args := `SELECT id, body FROM document WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3`, []any{q.collection.kind, at.id, q.limit + 1}
	switch {
	case q.via != nil && q.via.dst != "":
		query = `SELECT d.id, d.body FROM edge e JOIN document d ON d.kind = $1 AND d.id = e.src
			WHERE e.kind = $4 AND e.dst = $5 AND e.src > $2 ORDER BY e.src LIMIT $3`
		args = append(args, q.via.kind, q.via.dst)
	case q.via != nil:
		query = `SELECT d.id, d.body FROM edge e JOIN document d ON d.kind = $1 AND d.id = e.dst
			WHERE e.kind = $4 AND e.src = $5 AND e.dst > $2 ORDER BY e.dst LIMIT $3`
		args = append(args, q.via.kind, q.via.src)
	}
	rows, err := s.q.Query(s.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	batch := make([]hit, 0, q.limit+1)
	for rows.Next() {
		var h hit
		var body []byte
		if err := rows.Scan(&h.at.id, &body); err != nil {
			return nil, err
		}
		if h.doc, err = okta.Trusted(body); err != nil {
			return nil, err
		}
		batch = append(batch, h)
	}
	return batch, rows.Err()
}

// shows tells whether a document is in the list.
func (q *asked) shows(doc okta.Object) bool {
	if q.hiding && hasValue(doc, *q.hide) {
		return false
	}
	if q.words == "" {
		return true
	}
	for _, name := range q.q {
		starts := false
		eachScalar(valueAt(doc, name), func(s scalar) bool {
			starts = strings.HasPrefix(s.key(), fold(q.words))
			return !starts
		})
		if starts {
			return true
		}
	}
	return false
}

// hasValue tells whether a document has a value, folded.
func hasValue(doc okta.Object, a attr) (has bool) {
	eachScalar(valueAt(doc, a.name), func(s scalar) bool {
		has = s.key() == a.value
		return !has
	})
	return has
}
