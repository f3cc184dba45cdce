package org

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/internal/db"
)

// bulkRow is a row of at most four texts.
type bulkRow [4]string

// bulkTable is a table that takes many rows at once: width texts, and perhaps a number.
type bulkTable struct {
	insert string
	width  int
	number numbering
	// set says that a row that is there already is left as it is. SQLite keeps no journal for
	// such a statement, before which it would have to write the trigrams gathered so far.
	set bool
}

// numbering says which number a row has besides its texts.
type numbering int

const (
	unnumbered numbering = iota
	// counted: before the texts, one more for each row.
	counted
	// stamped: behind the texts, the same for every row.
	stamped
)

// The tables of the engine.
var (
	bulkDocument = &bulkTable{insert: "INSERT INTO document (kind, id, body) VALUES ", width: 3}
	bulkAttr     = &bulkTable{insert: "INSERT INTO attr (kind, name, value, id) VALUES ", width: 4, set: true}
	bulkUnique   = &bulkTable{insert: "INSERT INTO uniq (name, value, id) VALUES ", width: 3}
	bulkEdge     = &bulkTable{insert: "INSERT INTO edge (kind, src, dst, created) VALUES ", width: 3, number: stamped}
	bulkGram     = &bulkTable{insert: "INSERT INTO gram (kind, id, value) VALUES ", width: 3}
	bulkIndex    = &bulkTable{insert: "INSERT INTO event_index (name, value, seq) VALUES ", width: 2, number: stamped, set: true}
	bulkGramRow  = &bulkTable{insert: "INSERT INTO gram_row (num, kind, id) VALUES ", width: 2, number: counted}
)

// write inserts rows, many a statement. Few lengths of statement occur, so that each is
// prepared once: a person's values take two or three. number is the number of the first row.
func (t *bulkTable) write(ctx context.Context, q db.Querier, dialect db.Dialect, rows []bulkRow, number int64) error {
	args := make([]any, 0, min(len(rows), 256)*(t.width+1))
	for _, size := range []int{256, 32, 16, 8, 4, 2, 1} {
		query := ""
		for len(rows) >= size {
			if query == "" {
				query = t.statement(dialect, size)
			}
			args = args[:0]
			for _, r := range rows[:size] {
				if t.number == counted {
					args = append(args, number)
					number++
				}
				for _, v := range r[:t.width] {
					args = append(args, v)
				}
				if t.number == stamped {
					args = append(args, number)
				}
			}
			if _, err := q.Exec(ctx, query, args...); err != nil {
				return err
			}
			rows = rows[size:]
		}
	}
	return nil
}

// statement is the INSERT of this many rows. SQLite takes $1 for a name and looks names
// up one by one, which costs more than the rows: there the places have no name.
func (t *bulkTable) statement(dialect db.Dialect, rows int) string {
	columns := t.width
	if t.number != unnumbered {
		columns++
	}
	var b strings.Builder
	b.WriteString(t.insert)
	for i := range rows * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("), (")
		default:
			b.WriteString(", ")
		}
		if dialect == db.SQLite {
			b.WriteByte('?')
		} else {
			fmt.Fprintf(&b, "$%d", i+1)
		}
	}
	b.WriteByte(')')
	if t.set {
		b.WriteString(" ON CONFLICT DO NOTHING")
	}
	return b.String()
}
