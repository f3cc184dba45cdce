package org

import (
	"bytes"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
)

// hit is a document of a page and its place in the list.
type hit struct {
	body []byte
	at   position
}

// run reads the documents of a page, and tells whether there are more behind it.
func (f *finder) run() (found []hit, more bool, err error) {
	next := f.batch
	if f.node == nil && (f.via != nil || !f.narrows()) {
		next = f.plain
	} else if err := f.choose(); err != nil {
		return nil, false, err
	}
	at, n := f.after, f.limit+1
	found = make([]hit, 0, min(n, 1000))
	for {
		batch, err := next(at, n)
		if err != nil {
			return nil, false, err
		}
		for _, h := range batch {
			shown, err := f.shows(h)
			if err != nil {
				return nil, false, err
			}
			if !shown {
				continue
			}
			if len(found) == f.limit {
				return found, true, nil
			}
			found = append(found, h)
		}
		if len(batch) < n {
			return found, false, nil
		}
		at = batch[len(batch)-1].at
		n = min(2*n, max(f.limit+1, 1000)) // many were left out: read ahead
	}
}

// plain reads the next n documents of a list without search, hidden ones too.
func (f *finder) plain(at position, n int) ([]hit, error) {
	if f.via == nil {
		return scanHits(f.s, n, `SELECT id, '', body FROM document WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3`,
			f.collection.kind, at.id, n)
	}
	b := &builder{f.dialect, []any{f.collection.kind, at.id, n, f.via.kind}}
	end, near, id := `src`, `dst`, f.via.dst
	if id == "" {
		end, near, id = `dst`, `src`, f.via.src
	}
	return scanHits(f.s, n, `SELECT d.id, '', d.body FROM edge e CROSS JOIN document d
		WHERE e.kind = $4 AND e.`+near+` = `+b.arg(id)+` AND e.`+end+` > $2 AND d.kind = $1 AND d.id = e.`+end+
		f.withinReach(b, `e.`+end)+` ORDER BY e.`+end+` LIMIT $3`, b.args...)
}

// shows tells whether a document is in the list: what the index only suggests is decided
// here. Documents that cannot hold the hidden value are not looked into.
func (f *finder) shows(h hit) (bool, error) {
	if f.without != "" && h.at.id == f.without {
		return false, nil
	}
	body := h.body
	hiding := f.hiding && bytes.Contains(body, []byte(f.hide.value))
	if !hiding && f.node == nil {
		return true, nil
	}
	doc, err := okta.Trusted(body)
	if err != nil {
		return false, err
	}
	if hiding && hasText(doc, *f.hide) {
		return false, nil
	}
	return f.node == nil || expr.Match(f.node, func(t *expr.Term) bool { return f.conditions[t].accepts(doc) }), nil
}

// hasText tells whether a document has a text as this attribute, exactly.
func hasText(doc okta.Object, a attr) (has bool) {
	eachScalar(valueAt(doc, a.name), func(s scalar) bool {
		has = s.kind == '"' && s.text == a.value
		return !has
	})
	return has
}
