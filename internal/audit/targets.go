package audit

// targetRow is a row of audit_target.
type targetRow struct {
	seq, change int64
	target      string
}

// targetReader reads the rows of audit_target beside those of audit_row, both in order.
type targetReader struct {
	next  func() (row targetRow, ok bool, err error)
	ahead *targetRow
}

// of returns the targets of row seq. What does not belong to it, and to no row before
// it, is returned too, marked, so that it does not pass for what was written.
func (t *targetReader) of(seq, change int64) ([]string, error) {
	var found []string
	for {
		if t.ahead == nil {
			row, ok, err := t.next()
			if err != nil || !ok {
				return found, err
			}
			t.ahead = &row
		}
		if t.ahead.seq > seq {
			return found, nil
		}
		if t.ahead.seq != seq || t.ahead.change != change {
			t.ahead.target += " (foreign)"
		}
		found = append(found, t.ahead.target)
		t.ahead = nil
	}
}
