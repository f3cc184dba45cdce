package org

import (
	"strings"
	"unicode/utf8"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// The trigram table is the one place where the databases differ by more than their
// tables (contracts.md section 8). It answers a superset of the documents that contain
// a text: the condition is checked on each.

// maxGrams bounds the trigrams of one search text: more make the answer no smaller.
const maxGrams = 16

// gramText is what the trigram table indexes of a document: the folded values of c.contains, uncut.
func (c *collection) gramText(doc okta.Object) string {
	if doc.IsZero() {
		return ""
	}
	var b strings.Builder
	for _, name := range c.contains {
		eachScalar(valueAt(doc, name), func(s scalar) bool {
			b.WriteString(s.key())
			b.WriteByte('\n')
			return true
		})
	}
	return b.String()
}

// putGrams keeps the trigrams of a document.
func (tx *Tx) putGrams(c *collection, id string, before, after okta.Object) error {
	if c.contains == nil {
		return nil
	}
	old, text := c.gramText(before), c.gramText(after)
	if old == text {
		return nil
	}
	if tx.org.db.Dialect == db.Postgres {
		return tx.putGramsPostgres(c, id, text)
	}
	var num int64
	err := db.ErrNoRows
	if old != "" {
		err = tx.q.QueryRow(tx.ctx, `SELECT num FROM gram_row WHERE kind = $1 AND id = $2`, c.kind, id).Scan(&num)
	}
	if db.IsNone(err) {
		num, err = tx.insertNumbered(`INSERT INTO gram_row (kind, id) VALUES ($1, $2)`, "num", c.kind, id)
	} else if err == nil {
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM gram_`+c.kind+` WHERE rowid = $1`, num)
	}
	if err != nil {
		return err
	}
	if text == "" {
		_, err = tx.q.Exec(tx.ctx, `DELETE FROM gram_row WHERE num = $1`, num)
		return err
	}
	_, err = tx.q.Exec(tx.ctx, `INSERT INTO gram_`+c.kind+` (rowid, value) VALUES ($1, $2)`, num, text)
	return err
}

func (tx *Tx) putGramsPostgres(c *collection, id, text string) error {
	if text == "" {
		_, err := tx.q.Exec(tx.ctx, `DELETE FROM gram WHERE kind = $1 AND id = $2`, c.kind, id)
		return err
	}
	_, err := tx.q.Exec(tx.ctx, `INSERT INTO gram (kind, id, value) VALUES ($1, $2, $3)
		ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value`, c.kind, id, text)
	return err
}

// gramQuery adds the query that lists the ids of documents that may contain text,
// folded and of at least three characters.
func (b *builder) gramQuery(c *collection, text string) string {
	if b.dialect == db.Postgres {
		return `SELECT b.id FROM gram b WHERE b.kind = $1 AND b.value LIKE ` +
			b.arg("%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)+"%")
	}
	var grams []string
	runes := []rune(text)
	for i := 0; i+3 <= len(runes) && len(grams) < maxGrams; i++ {
		grams = append(grams, `"`+strings.ReplaceAll(string(runes[i:i+3]), `"`, `""`)+`"`)
	}
	return `SELECT b.id FROM gram_` + c.kind + ` f CROSS JOIN gram_row b WHERE f.gram_` + c.kind + ` MATCH ` +
		b.arg(strings.Join(grams, " AND ")) + ` AND b.num = f.rowid AND b.kind = $1`
}

// gramable tells whether the trigram table answers "co" for an attribute and a text.
func (c *collection) gramable(name, text string) bool {
	if utf8.RuneCountInString(text) < 3 {
		return false
	}
	for _, n := range c.contains {
		if n == name {
			return true
		}
	}
	return false
}
