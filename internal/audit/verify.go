package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gatehouse/internal/db"
)

// Report is what Verify found.
type Report struct {
	// Rows is how many rows are whole, from the first on.
	Rows int64
	// Head is the last whole row.
	Head Head
	// BadRow is the first row that was changed, removed or moved; 0 when there is none. Why says what is wrong with it.
	BadRow int64
	Why    string
	// Unchecked is how many rows at the beginning were written under a key that is not at
	// hand: only that their order is unbroken is known.
	Unchecked int64
}

// Whole tells whether nothing is wrong and nothing was left unchecked.
func (r Report) Whole() bool { return r.BadRow == 0 && r.Unchecked == 0 }

// String says in one line what was found.
func (r Report) String() string {
	switch {
	case r.BadRow != 0:
		return fmt.Sprintf("broken at row %d: %s (%d rows before it are whole)", r.BadRow, r.Why, r.Rows)
	case r.Unchecked != 0:
		return fmt.Sprintf("rows 1 to %d were written under a secret key that is not at hand, the %d behind them are whole: add that key to the secret key file", r.Unchecked, r.Rows-r.Unchecked)
	case r.Rows == 0:
		return "whole: no rows yet"
	}
	return fmt.Sprintf("whole: %d rows, head %s", r.Rows, r.Head)
}

// Verify walks the chain in d, which may be in use, and stops at the first row that is
// not as it was written. keys are those of Options. expected is a head that the log
// once had; nil checks no head: then a cut-off end does not show. The error means
// that the trail cannot be read.
func Verify(ctx context.Context, d *db.DB, keys [][]byte, expected *Head) (Report, error) {
	v := verifier{keys: newKeys(keys), expected: expected}
	last, err := head(ctx, d.Reader()) // rows appended from here on are left out: the two queries below see different ones of them
	if err != nil {
		return Report{}, fmt.Errorf("read the audit trail: %w", err)
	}
	targets, err := d.Reader().Query(ctx, `SELECT seq, change, target FROM audit_target WHERE seq <= $1 ORDER BY seq, target`, last.Seq)
	if err != nil {
		return Report{}, fmt.Errorf("read the audit trail: %w", err)
	}
	defer targets.Close()
	v.targets = &targetReader{next: func() (row targetRow, ok bool, err error) {
		if !targets.Next() {
			return row, false, targets.Err()
		}
		return row, true, targets.Scan(&row.seq, &row.change, &row.target)
	}}
	rows, err := d.Reader().Query(ctx, `SELECT seq, at, kind, change, actor, operation, entry, key_id, mac
		FROM audit_row WHERE seq <= $1 ORDER BY seq`, last.Seq)
	if err != nil {
		return Report{}, fmt.Errorf("read the audit trail: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.seq, &r.at, &r.kind, &r.change, &r.actor, &r.operation, &r.entry, &r.keyID, &r.mac); err != nil {
			return Report{}, fmt.Errorf("read the audit trail: %w", err)
		}
		ok, err := v.check(r)
		if err != nil {
			return Report{}, fmt.Errorf("read the audit trail: %w", err)
		}
		if !ok {
			return v.report, nil
		}
	}
	if err := rows.Err(); err != nil {
		return Report{}, fmt.Errorf("read the audit trail: %w", err)
	}
	if expected != nil && v.report.Head.Seq < expected.Seq {
		v.bad(v.report.Head.Seq+1, fmt.Sprintf("removed: the trail ends before row %d, which the head names", expected.Seq))
	}
	return v.report, nil
}

// row is a stored row.
type row struct {
	seq, at, change        int64
	kind, actor, operation string
	entry, keyID, mac      string
}

type verifier struct {
	keys     []key
	expected *Head
	targets  *targetReader
	report   Report
}

func (v *verifier) bad(seq int64, why string) bool {
	v.report.BadRow, v.report.Why = seq, why
	return false
}

// check checks one row against the one before; false: it is the first bad one.
func (v *verifier) check(r row) (bool, error) {
	last := v.report.Head
	if r.seq != last.Seq+1 {
		return v.bad(last.Seq+1, fmt.Sprintf("missing: row %d follows row %d", r.seq, last.Seq)), nil
	}
	switch v.linked(r, last.MAC) {
	case linkChanged:
		return v.bad(r.seq, "its content, key or place is not what was written"), nil
	case linkUnknown:
		if v.report.Unchecked != last.Seq { // rows before it are under known keys, and keys only go forward
			return v.bad(r.seq, "its key is not at hand, or it was changed"), nil
		}
		v.report.Unchecked++
	}
	why, err := v.columns(r)
	if err != nil || why != "" {
		return v.bad(r.seq, why), err
	}
	if v.expected != nil && v.expected.Seq == r.seq && v.expected.MAC != r.mac {
		return v.bad(r.seq, "it is not the row that the head names: the trail was written anew"), nil
	}
	v.report.Rows++
	v.report.Head = Head{r.seq, r.mac}
	return true, nil
}

type linkState int

const (
	linkWhole linkState = iota
	linkChanged
	linkUnknown
)

func (v *verifier) linked(r row, previous string) linkState {
	for _, k := range v.keys {
		if k.link(r.seq, previous, []byte(r.entry)) == r.mac {
			if k.id != r.keyID {
				return linkChanged
			}
			return linkWhole
		}
	}
	if slices.ContainsFunc(v.keys, func(k key) bool { return k.id == r.keyID }) {
		return linkChanged
	}
	return linkUnknown
}

// columns compares what the row is found by with what the mac covers; "" when they agree.
func (v *verifier) columns(r row) (string, error) {
	var e entry
	if err := json.Unmarshal([]byte(r.entry), &e); err != nil {
		return "its content is no entry", nil //nolint:nilerr // that is the finding
	}
	change := e.Change
	if change == 0 {
		change = r.seq
	}
	found, err := v.targets.of(r.seq, change)
	if err != nil {
		return "", err
	}
	switch {
	case e.Kind != r.kind:
		return "the column kind was changed", nil
	case e.At.UnixMilli() != r.at:
		return "the column at was changed", nil
	case change != r.change:
		return "the column change was changed", nil
	case e.actorID() != r.actor:
		return "the column actor was changed", nil
	case e.Operation != r.operation:
		return "the column operation was changed", nil
	case !slices.Equal(found, e.Targets):
		return "its rows in audit_target were changed", nil
	}
	return "", nil
}
