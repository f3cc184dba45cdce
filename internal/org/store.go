package org

import (
	"context"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// store reads documents and edges, inside a transaction or outside.
type store struct {
	ctx context.Context
	q   db.Querier
}

// reads is the store outside any transaction.
func (o *Org) reads(ctx context.Context) store { return store{ctx, o.db.Reader()} }

// get returns a document, or E0000007 with the collection's noun.
func (s store) get(c *collection, id string) (okta.Object, error) {
	var body []byte
	err := s.q.QueryRow(s.ctx, `SELECT body FROM document WHERE kind = $1 AND id = $2`, c.kind, id).Scan(&body)
	if db.IsNone(err) {
		return okta.Object{}, notFound(printable(id), c.noun)
	}
	if err != nil {
		return okta.Object{}, err
	}
	return okta.Trusted(body)
}

// each calls f for every document of a small collection, by id. It is not for people or groups.
func (s store) each(c *collection, f func(okta.Object) error) error {
	rows, err := s.q.Query(s.ctx, `SELECT body FROM document WHERE kind = $1 ORDER BY id`, c.kind)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		doc, err := okta.Trusted([]byte(body))
		if err != nil {
			return err
		}
		if err := f(doc); err != nil {
			return err
		}
	}
	return rows.Err()
}

// holder returns the id that holds a unique value, or "".
func (s store) holder(name, value string) (string, error) {
	var id string
	err := s.q.QueryRow(s.ctx, `SELECT id FROM uniq WHERE name = $1 AND value = $2`, name, fold(value)).Scan(&id)
	if db.IsNone(err) {
		return "", nil
	}
	return id, err
}

// linked tells whether an edge is there.
func (s store) linked(kind, src, dst string) (bool, error) {
	var one int
	err := s.q.QueryRow(s.ctx, `SELECT 1 FROM edge WHERE kind = $1 AND src = $2 AND dst = $3`, kind, src, dst).Scan(&one)
	if db.IsNone(err) {
		return false, nil
	}
	return err == nil, err
}

// sources lists the src ids of edges that end at dst, at most limit, in order.
func (s store) sources(kind, dst string, limit int) ([]string, error) {
	return s.ids(`SELECT src FROM edge WHERE kind = $1 AND dst = $2 ORDER BY src LIMIT $3`, kind, dst, limit)
}

// targets lists the dst ids of edges that begin at src, at most limit, in order.
func (s store) targets(kind, src string, limit int) ([]string, error) {
	return s.ids(`SELECT dst FROM edge WHERE kind = $1 AND src = $2 ORDER BY dst LIMIT $3`, kind, src, limit)
}

func (s store) ids(query string, args ...any) ([]string, error) {
	rows, err := s.q.Query(s.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}
