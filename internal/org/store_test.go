package org

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

func TestDocumentAndItsValues(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		s := x.reads(t.Context())
		text := `{"id":"s01","big":12345678901234567890.10,"html":"<&>","nested":{"b":1,"a":[true,null]},"profile":{"login":"ä🙂\"'\\@x.example","firstName":"A"}}`
		doc, err := okta.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		x.write(func(tx *Tx) error { return tx.put(users, "s01", doc) })
		back, err := s.get(users, "s01")
		if err != nil || string(back.Bytes()) != text {
			t.Fatalf("read %s, %v; want every byte as it was", back.Bytes(), err)
		}
		if id, err := s.holder("user.login", "Ä🙂\"'\\@X.EXAMPLE"); err != nil || id != "s01" {
			t.Errorf("holder of the login: %q, %v", id, err)
		}
		changed := doc.WithPath("new@x.example", "profile", "login").WithPath([]string{"B", "b", "C"}, "profile", "firstName")
		x.write(func(tx *Tx) error { return tx.put(users, "s01", changed) })
		names, err := s.ids(`SELECT value FROM attr WHERE id = 's01' AND kind = 'user' AND name = 'profile.firstName' ORDER BY value`)
		if err != nil || !slices.Equal(names, []string{"b", "c"}) {
			t.Errorf("searched values %q, %v", names, err)
		}
		if id, err := s.holder("user.login", "ä🙂\"'\\@x.example"); err != nil || id != "" {
			t.Errorf("the old login still belongs to %q, %v", id, err)
		}
		x.write(func(tx *Tx) error { return tx.remove(users, "s01") })
		if _, err := s.get(users, "s01"); !isCode(err, "E0000007") {
			t.Errorf("a removed document: %v", err)
		}
		for _, table := range []string{"attr", "uniq"} {
			if left, err := s.ids(`SELECT id FROM ` + table + ` WHERE id = 's01'`); err != nil || len(left) > 0 {
				t.Errorf("%s keeps %d rows, %v", table, len(left), err)
			}
		}
	})
}

// TestNothingIsKeptOfAFailedWrite: document, values and edges are one transaction.
func TestNothingIsKeptOfAFailedWrite(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		before := x.rowsOf(`SELECT name || value || id FROM attr`, `SELECT kind || src || dst FROM edge`, `SELECT kind || id FROM document`)
		refused := errors.New("refused")
		r := &Request{ctx: context.Background(), Now: x.now()}
		err := x.update(r, func(tx *Tx) error {
			if err := tx.put(users, "s01", okta.Object{}.With("id", "s01")); err != nil {
				return err
			}
			if _, err := tx.link(member, "s01", "g"); err != nil {
				return err
			}
			return refused
		})
		if !errors.Is(err, refused) {
			t.Fatal(err)
		}
		err = x.update(r, func(tx *Tx) error {
			return tx.put(users, "s02", okta.Object{}.With("id", "s02").With("profile", map[string]string{"login": "a\x00b"}).With("raw", "x"))
		})
		if !errors.Is(err, db.ErrNUL) {
			t.Errorf("a value with U+0000: %v", err)
		}
		after := x.rowsOf(`SELECT name || value || id FROM attr`, `SELECT kind || src || dst FROM edge`, `SELECT kind || id FROM document`)
		if len(before) != len(after) {
			t.Errorf("%d rows, before %d", len(after), len(before))
		}
	})
}

// TestOneLoginOneWinner: of writers that race for a login exactly one gets it.
func TestOneLoginOneWinner(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		const writers = 16
		errs := make([]error, writers)
		var group sync.WaitGroup
		for i := range writers {
			group.Go(func() {
				id := fmt.Sprintf("s%02d", i)
				doc := okta.Object{}.With("id", id).With("profile", map[string]string{"login": "wanted@x.example"})
				errs[i] = x.update(&Request{ctx: context.Background(), Now: x.now()}, func(tx *Tx) error { return tx.put(users, id, doc) })
			})
		}
		group.Wait()
		winner := ""
		for i, err := range errs {
			var taken *TakenError
			switch {
			case err == nil && winner == "":
				winner = fmt.Sprintf("s%02d", i)
			case err == nil:
				t.Errorf("s%02d and %s both have the login", i, winner)
			case !errors.As(err, &taken) && !errors.Is(err, db.ErrBusy):
				t.Errorf("s%02d: %v", i, err)
			}
		}
		holder, err := x.reads(t.Context()).holder("user.login", "wanted@x.example")
		if err != nil || holder != winner || winner == "" {
			t.Errorf("%q holds the login, %q won, %v", holder, winner, err)
		}
	})
}
