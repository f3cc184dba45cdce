package org

import (
	"time"

	"gatehouse/internal/db"
)

// A scan of the log reads at most this many entries and takes at most this long; what
// is left is behind the next link.
const (
	logScanRows  = 20_000
	logScanTime  = 2 * time.Second
	logScanBatch = 1000
)

// logFound is a page of the log.
type logFound struct {
	bodies []string
	// last is the sequence number of the last entry read, matching or not.
	last int64
	more bool
}

// scanLog reads entries in the order of their sequence numbers, from the index rows of
// a filter's actor, target or event type where it names one, else from the time range.
func (o *Org) scanLog(s store, q logQuery) (logFound, error) {
	found := logFound{last: q.after, bodies: []string{}}
	low, high, err := logRange(s, q)
	if err != nil || low > high {
		found.last = max(found.last, low-1)
		return found, err
	}
	started, read := time.Now(), 0
	if q.limit == 0 {
		return found, nil
	}
	for {
		batch, err := q.batch(s, low, high)
		if err != nil {
			return found, err
		}
		for i, e := range batch {
			found.last = e.seq
			keep, err := q.matches(e.body)
			if err != nil {
				return found, err
			}
			if keep {
				found.bodies = append(found.bodies, e.body)
			}
			if len(found.bodies) == q.limit {
				found.more = i < len(batch)-1 || len(batch) == q.batchSize()
				return found, nil
			}
		}
		if len(batch) < q.batchSize() {
			return found, nil
		}
		if read += len(batch); read >= logScanRows || time.Since(started) > logScanTime {
			found.more = true
			return found, nil
		}
		if q.descending {
			high = found.last - 1
		} else {
			low = found.last + 1
		}
	}
}

// logRange is the range of sequence numbers of the time range, behind the cursor.
func logRange(s store, q logQuery) (low, high int64, err error) {
	first := func(query string, at time.Time) (int64, error) {
		var seq int64
		err := s.q.QueryRow(s.ctx, query, at.UnixMilli()).Scan(&seq)
		if db.IsNone(err) {
			return 0, nil
		}
		return seq, err
	}
	low, err = first(`SELECT seq FROM event WHERE published >= $1 ORDER BY published, seq LIMIT 1`, q.since)
	if err != nil {
		return 0, 0, err
	}
	if low == 0 {
		return q.after + 1, 0, nil
	}
	high, err = first(`SELECT seq FROM event WHERE published < $1 ORDER BY published DESC, seq DESC LIMIT 1`, q.until)
	if err != nil {
		return 0, 0, err
	}
	if q.after > 0 && q.descending {
		high = min(high, q.after-1)
	} else if q.after > 0 {
		low = max(low, q.after+1)
	}
	return low, high, nil
}

type logRow struct {
	seq  int64
	body string
}

// batchSize reads little more than the page when nothing is sifted out.
func (q logQuery) batchSize() int {
	if q.filter == nil && len(q.words) == 0 {
		return q.limit + 1
	}
	return logScanBatch
}

func (q logQuery) batch(s store, low, high int64) ([]logRow, error) {
	order := ""
	if q.descending {
		order = " DESC"
	}
	query := `SELECT seq, body FROM event WHERE seq BETWEEN $1 AND $2 ORDER BY seq` + order + ` LIMIT $3`
	args := []any{low, high, q.batchSize()}
	if name, value := q.filter.key(); name != "" {
		query = `SELECT e.seq, e.body FROM event_index i JOIN event e ON e.seq = i.seq
			WHERE i.name = $4 AND i.value = $5 AND i.seq BETWEEN $1 AND $2 ORDER BY i.seq` + order + ` LIMIT $3`
		args = append(args, name, value)
	}
	rows, err := s.q.Query(s.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var batch []logRow
	for rows.Next() {
		var r logRow
		if err := rows.Scan(&r.seq, &r.body); err != nil {
			return nil, err
		}
		batch = append(batch, r)
	}
	return batch, rows.Err()
}
