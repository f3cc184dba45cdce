package audit_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"gatehouse/internal/audit"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// security 43
func TestVerifyNamesTheFirstBadRow(t *testing.T) {
	// Three changes: intents in rows 1, 3 and 5, outcomes in rows 2, 4 and 6.
	cases := map[string]struct {
		tamper []string
		bad    int64
		why    string
	}{
		"nothing":                    {nil, 0, ""},
		"a byte of an entry":         {[]string{`UPDATE audit_row SET entry = replace(entry, '00u2', '00u9') WHERE seq = 3`}, 3, "content"},
		"a mac":                      {[]string{`UPDATE audit_row SET mac = CASE WHEN mac LIKE 'ff%' THEN '00' ELSE 'ff' END || substr(mac, 3) WHERE seq = 4`}, 4, "content"},
		"a key id":                   {[]string{`UPDATE audit_row SET key_id = '00000000' WHERE seq = 1`}, 1, "content"},
		"the actor column":           {[]string{`UPDATE audit_row SET actor = 'nobody' WHERE seq = 5`}, 5, "column actor"},
		"the operation column":       {[]string{`UPDATE audit_row SET operation = 'getUser' WHERE seq = 5`}, 5, "column operation"},
		"the time column":            {[]string{`UPDATE audit_row SET at = at + 1 WHERE seq = 2`}, 2, "column at"},
		"an outcome given elsewhere": {[]string{`UPDATE audit_row SET change = 99 WHERE seq = 2`}, 2, "column change"},
		"a target removed":           {[]string{`DELETE FROM audit_target WHERE seq = 3`}, 3, "audit_target"},
		"a target added":             {[]string{`INSERT INTO audit_target (target, change, seq) VALUES ('00ux', 1, 2)`}, 2, "audit_target"},
		"a target led elsewhere":     {[]string{`UPDATE audit_target SET change = 3 WHERE seq = 1`}, 1, "audit_target"},
		"a row removed":              {[]string{`DELETE FROM audit_row WHERE seq = 2`}, 2, "missing"},
		"the first row removed":      {[]string{`DELETE FROM audit_row WHERE seq = 1`}, 1, "missing"},
		"two rows exchanged": {[]string{
			`UPDATE audit_row SET seq = 100 WHERE seq = 2`, `UPDATE audit_row SET seq = 2 WHERE seq = 4`, `UPDATE audit_row SET seq = 4 WHERE seq = 100`,
		}, 2, "content"},
		"a row removed and the rest moved up": {[]string{
			`DELETE FROM audit_row WHERE seq = 3`, `UPDATE audit_row SET seq = 3 WHERE seq = 4`,
			`UPDATE audit_row SET seq = 4 WHERE seq = 5`, `UPDATE audit_row SET seq = 5 WHERE seq = 6`,
		}, 3, "content"},
		"the end cut off": {[]string{`DELETE FROM audit_row WHERE seq > 4`, `DELETE FROM audit_target WHERE seq > 4`}, 5, "removed"},
		"everything gone": {[]string{`DELETE FROM audit_row`, `DELETE FROM audit_target`}, 1, "removed"},
	}
	each(t, func(t *testing.T, w *world) {
		for i := range 3 {
			w.suspend(fmt.Sprintf("00u%d", i+1))
		}
		whole := w.verify(nil)
		if !whole.Whole() || whole.Rows != 6 {
			t.Fatalf("before: %s", whole)
		}
		w.sql(`CREATE TABLE saved_row AS SELECT * FROM audit_row`, `CREATE TABLE saved_target AS SELECT * FROM audit_target`)
		for name, c := range cases {
			w.sql(c.tamper...)
			r := w.verify(&whole.Head)
			if r.BadRow != c.bad || !strings.Contains(r.Why, c.why) || r.Whole() != (c.bad == 0) {
				t.Errorf("%s: %s; want row %d, %q", name, r, c.bad, c.why)
			}
			w.sql(`DELETE FROM audit_row`, `DELETE FROM audit_target`,
				`INSERT INTO audit_row SELECT * FROM saved_row`, `INSERT INTO audit_target SELECT * FROM saved_target`)
		}
	})
}

// security 43
func TestATrailWrittenAnewIsNotTheOneTheHeadNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.suspend("00u1")
		head := w.verify(nil).Head
		w.sql(`DELETE FROM audit_row`, `DELETE FROM audit_target`)
		w.suspend("00u2")
		if r := w.verify(nil); !r.Whole() {
			t.Errorf("without a head: %s", r)
		}
		if r := w.verify(&head); r.BadRow != head.Seq {
			t.Errorf("with the head: %s; want row %d", r, head.Seq)
		}
	})
}

func TestVerifyWithoutTheTrailCannotBeRead(t *testing.T) {
	d := dbtest.Open(t, db.SQLite, db.Options{})
	if _, err := audit.Verify(context.Background(), d, [][]byte{firstKey}, nil); err == nil {
		t.Error("a database without a trail verifies")
	}
}

func TestKeysRotate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.suspend("00u1")
		rotated := w.newLog(secondKey, firstKey)
		if err := rotated.Write(context.Background(), audit.Entry{Operation: "signIn", Result: audit.Success}); err != nil {
			t.Fatal(err)
		}
		if r := w.verify(nil, secondKey, firstKey); !r.Whole() || r.Rows != 3 {
			t.Errorf("with both keys: %s", r)
		}
		if r := w.verify(nil, secondKey); r.Whole() || r.Unchecked != 2 || r.BadRow != 0 {
			t.Errorf("without the older key: %s; want 2 unchecked rows", r)
		}
		w.sql(`UPDATE audit_row SET entry = replace(entry, 'signIn', 'signXX') WHERE seq = 3`)
		if r := w.verify(nil, secondKey); r.BadRow != 3 {
			t.Errorf("a changed row behind unchecked ones: %s; want row 3", r)
		}
		_, err := audit.New(context.Background(), w.db, audit.Options{Keys: [][]byte{firstKey}, Logger: slog.New(slog.DiscardHandler)})
		if !errors.Is(err, audit.ErrKey) {
			t.Errorf("going on under the older key alone: %v; want ErrKey", err)
		}
	})
}

func TestTheHeadGoesToTheLog(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	w.suspend("00u1")
	if err := w.log.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	head := w.verify(nil).Head
	if !strings.Contains(w.out.String(), head.String()) {
		t.Errorf("log %q does not hold the head %s", w.out, head)
	}
	if back, err := audit.ParseHead(head.String()); err != nil || back != head {
		t.Errorf("the head reads back as %v (%v)", back, err)
	}
	for _, wrong := range []string{"", "5", "x:y", "0:" + head.MAC, "5:abc", head.String() + "0"} {
		if _, err := audit.ParseHead(wrong); err == nil {
			t.Errorf("%q passes for a head", wrong)
		}
	}
}

func TestTheHeadGoesToTheLogEveryThousandRows(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	for range 1000 {
		if err := w.log.Write(context.Background(), audit.Entry{Operation: "signIn"}); err != nil {
			t.Fatal(err)
		}
	}
	if head := w.verify(nil).Head; strings.Count(w.out.String(), "audit head") != 1 || !strings.Contains(w.out.String(), head.String()) {
		t.Errorf("log %q; want the head %s once", w.out, head)
	}
}

func TestConcurrentAppendsMakeOneChain(t *testing.T) {
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			ctx := context.Background()
			o := db.Options{URL: dbtest.URL(t, dialect)}
			var consoles []*world // two on one database
			for range 2 {
				d, err := db.Open(ctx, o)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { d.Close() })
				consoles = append(consoles, newWorld(t, d))
			}
			const writers, writes = 4, 5
			var wg sync.WaitGroup
			for i := range writers {
				log := consoles[i%2].log
				wg.Go(func() {
					for range writes {
						if err := log.Write(ctx, audit.Entry{Operation: "signIn", Targets: []string{"00u1"}}); err != nil {
							t.Errorf("append: %v", err)
						}
					}
				})
			}
			wg.Wait()
			if r := consoles[0].verify(nil); !r.Whole() || r.Rows != writers*writes {
				t.Errorf("%s; want %d rows", r, writers*writes)
			}
		})
	}
}

// The formula of contracts.md section 9, worked out here once more: a reader of an
// exported trail checks it without this package.
func TestTheMacCoversNumberPreviousMacAndEntry(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite, db.Options{}))
	w.suspend("00u1")
	previous := make([]byte, sha256.Size)
	for seq := uint64(1); seq <= 2; seq++ {
		var entry, mac string
		err := w.db.Reader().QueryRow(context.Background(), `SELECT entry, mac FROM audit_row WHERE seq = $1`, int64(seq)).Scan(&entry, &mac)
		if err != nil {
			t.Fatal(err)
		}
		h := hmac.New(sha256.New, firstKey)
		binary.Write(h, binary.BigEndian, seq) //nolint:errcheck // a hash takes everything
		h.Write(previous)
		h.Write([]byte(entry))
		previous = h.Sum(nil)
		if got := hex.EncodeToString(previous); got != mac {
			t.Errorf("row %d has the mac %s; want %s", seq, mac, got)
		}
	}
}
