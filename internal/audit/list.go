package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxLimit bounds a page of List.
const maxLimit = 200

// ErrCursor: a cursor that List did not return.
var ErrCursor = errors.New("not a cursor of this list")

// Filter chooses changes; empty fields choose all.
type Filter struct {
	// Actor is the id of who acted.
	Actor string
	// Target is an id that the change names: an argument of the call, or what it made.
	Target    string
	Operation string
	// Since and Until bound when it began: from Since on, before Until.
	Since, Until time.Time
}

// Change is an intent with its outcome, or an event.
type Change struct {
	// Seq is the row of the intent or event, and names the change.
	Seq       int64
	At        time.Time
	Actor     Actor
	Operation string
	// Method and Path (a template) are empty for an event.
	Method, Path string
	Args, Query  map[string]string
	Targets      []string
	Reason       string
	// Before is the document as the caller knew it; Sent is the body of the call; After is
	// the org's answer. Secrets are masked; each may be absent or no object (a list).
	Before, Sent, After json.RawMessage
	Result              Result
	// Ended is when the outcome was written; zero while there is none.
	Ended     time.Time
	Status    int
	RequestID string
	Attempts  int
	Error     string
	Detail    map[string]string
}

// List returns changes, newest first, at most limit (0 means 50), and the cursor of the
// next page; empty at the end. The first page has no cursor.
func (l *Log) List(ctx context.Context, f Filter, cursor string, limit int) (page []Change, next string, err error) {
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, maxLimit)
	q := f.query()
	if cursor != "" {
		before, err := strconv.ParseInt(cursor, 10, 64)
		if err != nil || before < 1 {
			return nil, "", ErrCursor
		}
		q.and(q.seq+" < ?", before)
	}
	text := `SELECT r.seq, r.entry, coalesce(o.entry, '') ` + q.from +
		` LEFT JOIN audit_row o ON o.change = r.seq AND o.kind = 'outcome'` + q.where() +
		` ORDER BY ` + q.seq + ` DESC LIMIT ` + strconv.Itoa(limit+1)
	rows, err := l.db.Reader().Query(ctx, text, q.args...)
	if err != nil {
		return nil, "", fmt.Errorf("list changes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		var begun, ended string
		if err := rows.Scan(&seq, &begun, &ended); err != nil {
			return nil, "", fmt.Errorf("list changes: %w", err)
		}
		c, err := l.change(seq, begun, ended)
		if err != nil {
			return nil, "", err
		}
		page = append(page, c)
	}
	if err := rows.Err(); err != nil {
		return nil, "", fmt.Errorf("list changes: %w", err)
	}
	if len(page) > limit {
		page = page[:limit]
		next = strconv.FormatInt(page[limit-1].Seq, 10)
	}
	return page, next, nil
}

// Get returns the change that seq names; db.ErrNoRows where there is none.
func (l *Log) Get(ctx context.Context, seq int64) (Change, error) {
	var begun, ended string
	err := l.db.Reader().QueryRow(ctx, `SELECT r.entry, coalesce(o.entry, '') FROM audit_row r
		LEFT JOIN audit_row o ON o.change = r.seq AND o.kind = 'outcome'
		WHERE r.seq = $1 AND r.kind <> 'outcome'`, seq).Scan(&begun, &ended)
	if err != nil {
		return Change{}, fmt.Errorf("read change %d: %w", seq, err)
	}
	return l.change(seq, begun, ended)
}

// Count counts changes, up to limit.
func (l *Log) Count(ctx context.Context, f Filter, limit int) (n int, err error) {
	q := f.query()
	text := `SELECT count(*) FROM (SELECT 1 AS one ` + q.from + q.where() + ` LIMIT ` + strconv.Itoa(limit) + `) AS chosen`
	if err := l.db.Reader().QueryRow(ctx, text, q.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count changes: %w", err)
	}
	return n, nil
}

// change puts the two rows of a change together. ended is empty where there is no outcome.
func (l *Log) change(seq int64, begun, ended string) (Change, error) {
	var b, o entry
	if err := json.Unmarshal([]byte(begun), &b); err != nil {
		return Change{}, fmt.Errorf("audit row %d cannot be read: %w", seq, err)
	}
	c := Change{
		Seq: seq, At: b.At, Operation: b.Operation, Method: b.Method, Path: b.Path, Args: b.Args, Query: b.Query,
		Targets: b.Targets, Reason: b.Reason, Before: b.Before, Sent: b.Sent, Result: b.Result, Error: b.Error, Detail: b.Detail,
	}
	if b.Actor != nil {
		c.Actor = *b.Actor
	}
	switch {
	case ended != "":
		if err := json.Unmarshal([]byte(ended), &o); err != nil {
			return Change{}, fmt.Errorf("the outcome of audit row %d cannot be read: %w", seq, err)
		}
		c.After, c.Result, c.Ended, c.Status = o.After, o.Result, o.At, o.Status
		c.RequestID, c.Attempts, c.Error = o.RequestID, o.Attempts, o.Error
		c.Targets = unique(append(c.Targets, o.Targets...))
	case b.Kind == intent && l.isOpen(seq):
		c.Result = Running
	case b.Kind == intent:
		c.Result = Unknown
	}
	return c, nil
}

// selection is the FROM and WHERE of a Filter. seq is the column that orders it.
type selection struct {
	from, seq  string
	conditions []string
	args       []any
}

func (f Filter) query() *selection {
	q := &selection{from: `FROM audit_row r`, seq: `r.seq`, conditions: []string{`r.kind <> 'outcome'`}}
	if f.Target != "" {
		q.from, q.seq = `FROM audit_target t JOIN audit_row r ON r.seq = t.change`, `t.change`
		q.and(`t.target = ?`, f.Target)
	}
	if f.Actor != "" {
		q.and(`r.actor = ?`, f.Actor)
	}
	if f.Operation != "" {
		q.and(`r.operation = ?`, f.Operation)
	}
	if !f.Since.IsZero() {
		q.and(`r.at >= ? AND `+q.seq+` >= (SELECT coalesce(min(seq), 9223372036854775807)
			FROM (SELECT seq FROM audit_row WHERE at >= ? ORDER BY at LIMIT `+clockSlack+`) AS earliest)`, f.Since.UnixMilli())
	}
	if !f.Until.IsZero() {
		q.and(`r.at < ? AND `+q.seq+` <= (SELECT coalesce(max(seq), 0)
			FROM (SELECT seq FROM audit_row WHERE at < ? ORDER BY at DESC LIMIT `+clockSlack+`) AS latest)`, f.Until.UnixMilli())
	}
	return q
}

// clockSlack is how many rows may lie behind a clock that was set back and still be
// found by time. Rows are read in the order of their numbers, which is that of time but
// for such steps; a bound on the number keeps a page from walking the whole trail.
const clockSlack = "10000"

func (q *selection) and(condition string, arg any) {
	q.args = append(q.args, arg)
	q.conditions = append(q.conditions, strings.ReplaceAll(condition, "?", fmt.Sprintf("$%d", len(q.args))))
}

func (q *selection) where() string { return " WHERE " + strings.Join(q.conditions, " AND ") }
