package org

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// Tx is a write transaction of one request: documents, edges and the events they
// cause are committed together. Its function may run more than once.
type Tx struct {
	store
	org *Org
	// req is the request that writes; nil for the org's own background work.
	req    *Request
	now    time.Time
	events []Event
	// changed is set when something that caches hold was written: tokens, roles, policies.
	changed bool
	// touched are people whose profile, status or groups changed: the group rules are
	// evaluated for them before the commit.
	touched []string
	// keepSignIn is the key of the sign-in that changes a password, which outlives the change.
	keepSignIn string
	// ruleJobs are started after the commit.
	ruleJobs []ruleJob
}

// update runs f in a write transaction, applies the group rules to the people it
// touched, and stores its events with it.
func (o *Org) update(r *Request, f func(*Tx) error) error { return o.commit(r.ctx, r, r.Now, f) }

// commit is update for work that no request causes, too: r is nil then.
func (o *Org) commit(ctx context.Context, r *Request, now time.Time, f func(*Tx) error) error {
	leave, err := o.turn(ctx)
	if err != nil {
		return err
	}
	defer leave()
	var tx *Tx
	err = o.db.Update(ctx, func(q db.Querier) error {
		tx = &Tx{store: store{ctx, q}, org: o, req: r, now: now}
		if err := f(tx); err != nil {
			return err
		}
		if err := tx.applyRules(); err != nil {
			return err
		}
		if err := tx.writeEvents(); err != nil {
			return err
		}
		if !tx.changed {
			return nil
		}
		return bumpGeneration(tx.store)
	})
	if err == nil {
		for _, j := range tx.ruleJobs {
			o.startRuleJob(j)
		}
	}
	return err
}

// from is where the request comes from; no address for the org's own work.
func (tx *Tx) from() Client {
	if tx.req == nil {
		return Client{}
	}
	return tx.req.Client
}

// turnWithin is how long a write waits for those before it (faults 12).
const turnWithin = 5 * time.Second

// turn waits until no other request of this process writes. SQLite sees to that itself;
// on PostgreSQL nearly every write bumps the generation row, and of two that do at once
// one has to begin again: more than a few would use up their tries.
func (o *Org) turn(ctx context.Context) (leave func(), err error) {
	if o.db.Dialect == db.SQLite {
		return func() {}, nil
	}
	late := time.NewTimer(turnWithin)
	defer late.Stop()
	select {
	case o.writing <- struct{}{}:
		return func() { <-o.writing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-late.C:
		return nil, fmt.Errorf("%w: other writes took %s", db.ErrBusy, turnWithin)
	}
}

// put writes a document with its searched and unique values. A taken unique value is errTaken.
func (tx *Tx) put(c *collection, id string, doc okta.Object) error {
	var old string
	err := tx.q.QueryRow(tx.ctx, `SELECT body FROM document WHERE kind = $1 AND id = $2`, c.kind, id).Scan(&old)
	if db.IsNone(err) {
		return tx.add(c, id, doc)
	}
	if err != nil {
		return err
	}
	before, err := okta.Trusted([]byte(old))
	if err != nil {
		return err
	}
	if _, err := tx.q.Exec(tx.ctx, `UPDATE document SET body = $3 WHERE kind = $1 AND id = $2`, c.kind, id, string(doc.Bytes())); err != nil {
		return err
	}
	return tx.putValues(c, id, before, doc)
}

// add is put for a document that is not there yet.
func (tx *Tx) add(c *collection, id string, doc okta.Object) error {
	if _, err := tx.q.Exec(tx.ctx, `INSERT INTO document (kind, id, body) VALUES ($1, $2, $3)`, c.kind, id, string(doc.Bytes())); err != nil {
		return err
	}
	return tx.putValues(c, id, okta.Object{}, doc)
}

// putValues keeps what a document is found by, and what only one may have.
func (tx *Tx) putValues(c *collection, id string, before, after okta.Object) error {
	if err := tx.putUnique(c, id, before, after); err != nil {
		return err
	}
	return tx.putAttrs(c, id, before, after)
}

// TakenError says that a unique value belongs to another document.
type TakenError struct{ Name, Value string }

func (e *TakenError) Error() string { return e.Name + " is taken" }

func (tx *Tx) putUnique(c *collection, id string, before, after okta.Object) error {
	if c.unique == nil {
		return nil
	}
	gone, come := difference(c.unique, before, after)
	for _, a := range gone {
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM uniq WHERE name = $1 AND value = $2`, a.name, a.value); err != nil {
			return err
		}
	}
	for _, a := range come {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO uniq (name, value, id) VALUES ($1, $2, $3)`, a.name, a.value, id)
		if errors.Is(err, db.ErrDuplicate) {
			return &TakenError{a.name, a.value}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) putAttrs(c *collection, id string, before, after okta.Object) error {
	gone, come := difference(c.searchedValues, before, after)
	for _, a := range gone {
		if _, err := tx.q.Exec(tx.ctx, `DELETE FROM attr WHERE kind = $1 AND name = $2 AND value = $3 AND id = $4`, c.kind, a.name, a.value, id); err != nil {
			return err
		}
	}
	rows := make([]bulkRow, len(come))
	for i, a := range come {
		rows[i] = bulkRow{c.kind, a.name, a.value, id}
	}
	if err := bulkAttr.write(tx.ctx, tx.q, tx.org.db.Dialect, rows, 0); err != nil {
		return err
	}
	return tx.putGrams(c, id, before, after)
}

// difference lists the values that a change takes away and those that it adds, each once.
func difference(of func(okta.Object) []attr, before, after okta.Object) (gone, come []attr) {
	var old, now []attr
	if !before.IsZero() {
		old = of(before)
	}
	if !after.IsZero() {
		now = of(after)
	}
	return without(old, now), without(now, old)
}

// without lists what is in list and not in other, each once. An array attribute may have
// a hundred thousand elements, so nothing is compared with all the others.
func without(list, other []attr) (out []attr) {
	seen := make(map[attr]bool, len(list)+len(other))
	for _, a := range other {
		seen[a] = true
	}
	for _, a := range list {
		if !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}
	return out
}

// remove deletes a document with its values. Edges are the area's to remove.
func (tx *Tx) remove(c *collection, id string) error {
	doc, err := tx.get(c, id)
	if err != nil {
		return err
	}
	if err := tx.putValues(c, id, doc, okta.Object{}); err != nil {
		return err
	}
	_, err = tx.q.Exec(tx.ctx, `DELETE FROM document WHERE kind = $1 AND id = $2`, c.kind, id)
	return err
}

// link adds an edge and tells whether it is new.
func (tx *Tx) link(kind, src, dst string) (bool, error) {
	res, err := tx.q.Exec(tx.ctx, `INSERT INTO edge (kind, src, dst, created) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, kind, src, dst, tx.now.UnixMilli())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// unlink removes an edge and tells whether it was there.
func (tx *Tx) unlink(kind, src, dst string) (bool, error) {
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM edge WHERE kind = $1 AND src = $2 AND dst = $3`, kind, src, dst)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// unlinkAll removes every edge of a kind that begins or ends at id.
func (tx *Tx) unlinkAll(kind, id string) error {
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM edge WHERE kind = $1 AND src = $2`, kind, id); err != nil {
		return err
	}
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM edge WHERE kind = $1 AND dst = $2`, kind, id)
	return err
}

// insertNumbered inserts a row and returns the number that column got. SQLite makes a table
// for what RETURNING returns, which costs more than the row.
func (tx *Tx) insertNumbered(insert, column string, args ...any) (n int64, err error) {
	if tx.org.db.Dialect == db.Postgres {
		err = tx.q.QueryRow(tx.ctx, insert+` RETURNING `+column, args...).Scan(&n)
		return n, err
	}
	res, err := tx.q.Exec(tx.ctx, insert, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}
