package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// creation is what the org stored when it last created a person: the floor stores the same
// rows again, for another person.
type creation struct {
	id, login string
	// document is the body alone, values what it is found by and what only one may have,
	// with its memberships; the trigrams of names are left out.
	document, values, events, index []row
}

// row is a statement with its values. {id} and {login} in them stand for the new person's,
// {seq} for the number of the event before it.
type row struct {
	insert *sql.Stmt
	args   []any
}

// readCreation reads the rows of the last creation.
func readCreation(ctx context.Context, read, write *sql.DB) (c creation, err error) {
	var first int64
	var body []byte
	err = read.QueryRowContext(ctx, `SELECT e.seq, e.body FROM event_index i JOIN event e ON e.seq = i.seq
		WHERE i.name = 'eventType' AND i.value = 'user.lifecycle.create' ORDER BY i.seq DESC LIMIT 1`).Scan(&first, &body)
	if err != nil {
		return c, fmt.Errorf("the org has created nobody yet: %w", err)
	}
	var event struct {
		Target []struct{ ID, AlternateID string }
	}
	if err := json.Unmarshal(body, &event); err != nil || len(event.Target) == 0 {
		return c, fmt.Errorf("event of a creation: %w: %s", err, body)
	}
	c.id, c.login = event.Target[0].ID, event.Target[0].AlternateID
	for _, table := range []struct {
		into           *[]row
		columns, where string
		by             any
	}{
		{&c.document, "document (kind, id, body)", "id = ?", c.id},
		{&c.values, "attr (kind, name, value, id)", "id = ?", c.id},
		{&c.values, "uniq (name, value, id)", "id = ?", c.id},
		{&c.values, "edge (kind, src, dst, created)", "src = ?", c.id},
		{&c.events, "event (published, body)", "seq >= ?", first},
		{&c.index, "event_index (name, value, seq)", "seq = ?", first},
	} {
		rows, err := c.read(ctx, read, write, table.columns, table.where, table.by)
		if err != nil {
			return c, fmt.Errorf("%s: %w", table.columns, err)
		}
		*table.into = append(*table.into, rows...)
	}
	return c, nil
}

// read makes the rows of a table that fulfil a condition into statements that insert them again.
func (c creation) read(ctx context.Context, read, write *sql.DB, columns, where string, by any) (out []row, err error) {
	table, names, _ := strings.Cut(strings.TrimSuffix(columns, ")"), " (")
	count := strings.Count(names, ",") + 1
	insert, err := write.PrepareContext(ctx, "INSERT INTO "+columns+" VALUES (?"+strings.Repeat(", ?", count-1)+")")
	if err != nil {
		return nil, err
	}
	rows, err := read.QueryContext(ctx, "SELECT "+names+" FROM "+table+" WHERE "+where+" LIMIT 100", by)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	marks := strings.NewReplacer(c.id, "{id}", strings.ToLower(c.id), "{id}", c.login, "{login}")
	for rows.Next() {
		r := row{insert, make([]any, count)}
		into := make([]any, count)
		for i := range into {
			into[i] = &r.args[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, v := range r.args {
			if text, is := v.(string); is {
				r.args[i] = marks.Replace(text)
			}
		}
		if strings.HasPrefix(table, "event_index") {
			r.args[count-1] = "{seq}"
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

// create stores a person again under a new name, in one commit: the document and its
// events; with index=1 also what these are looked up by, with values=1 also what the
// document is found by.
func (f *floor) create(c *gin.Context) {
	id := c.Query("name")
	if err := f.store(c.Request.Context(), "00f"+id, id, c.Query("index") != "", c.Query("values") != ""); err != nil {
		c.String(http.StatusInternalServerError, err.Error())
		return
	}
	c.Data(http.StatusOK, "application/json", []byte(f.made.document[0].args[2].(string)))
}

func (f *floor) store(ctx context.Context, id, login string, index, values bool) error {
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit this only says that it is over
	names := strings.NewReplacer("{id}", id, "{login}", login)
	put := func(rows []row, seq int64) (last int64, err error) {
		for _, r := range rows {
			args := make([]any, len(r.args))
			for i, v := range r.args {
				switch text, is := v.(string); {
				case text == "{seq}":
					args[i] = seq
				case is:
					args[i] = names.Replace(text)
				default:
					args[i] = v
				}
			}
			res, err := tx.StmtContext(ctx, r.insert).ExecContext(ctx, args...)
			if err != nil {
				return 0, err
			}
			if last, err = res.LastInsertId(); err != nil {
				return 0, err
			}
		}
		return last, nil
	}
	if _, err := put(f.made.document, 0); err != nil {
		return err
	}
	if values {
		if _, err := put(f.made.values, 0); err != nil {
			return err
		}
	}
	for i := range f.made.events {
		seq, err := put(f.made.events[i:i+1], 0)
		if err != nil {
			return err
		}
		if index {
			if _, err := put(f.made.index, seq); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}
