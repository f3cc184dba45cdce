package org

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"gatehouse/internal/okta"
)

// claimBadge claims a badge for a person as a profile write does.
func (x *testOrg) claimBadge(user, before, after string) error {
	profile := func(badge string) okta.Object {
		if badge == "" {
			return okta.Object{}
		}
		return okta.Object{}.With("badge", badge)
	}
	return x.update(&Request{ctx: x.t.Context(), Now: second(x.now())}, func(tx *Tx) error {
		return tx.claimUnique(x.defaultType(), user, profile(before), profile(after))
	})
}

func TestUniqueAttribute(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		x.call("POST", defaultSchema, schemaBody(`"badge":{"title":"B","type":"string","unique":true}`)).want(200)
		const writers = 16
		errs := make([]error, writers)
		var wg sync.WaitGroup
		for i := range writers {
			wg.Go(func() { errs[i] = x.claimBadge(fmt.Sprint("user", i), "", "B-1") })
		}
		wg.Wait()
		winner := -1
		for i, err := range errs {
			var e *okta.Error
			switch {
			case err == nil && winner < 0:
				winner = i
			case err == nil:
				t.Errorf("%d and %d hold one value", winner, i)
			case !errors.As(err, &e) || e.Causes[0].Summary != "badge: An object with this field already exists in the current organization":
				t.Errorf("refused with %v", err)
			}
		}
		if winner < 0 {
			t.Fatal("nobody got the value")
		}
		if err := x.claimBadge("another", "", "b-1"); err == nil {
			t.Error("the same value in another case is free")
		}
		if err := x.claimBadge(fmt.Sprint("user", winner), "B-1", "B-2"); err != nil {
			t.Fatal(err)
		}
		if err := x.claimBadge("another", "", "B-1"); err != nil {
			t.Errorf("a value given up is not free: %v", err)
		}

		// With the attribute its claims go.
		x.call("POST", defaultSchema, schemaBody(`"badge":null`)).want(200)
		x.idle()
		x.call("POST", defaultSchema, schemaBody(`"badge":{"title":"B","type":"string","unique":true}`)).want(200)
		if err := x.claimBadge("third", "", "B-2"); err != nil {
			t.Errorf("the claims of a removed attribute are left: %v", err)
		}
	})
}

// An attribute with values becomes unique when no two people share one.
func TestAttributeBecomesUnique(t *testing.T) {
	x := newTestOrg(t)
	x.call("POST", defaultSchema, schemaBody(`"badge":{"title":"B","type":"string"}`)).want(200)
	one := x.personOf(x.defaultType(), "one@org.example", `,"badge":"B-1"`)
	x.personOf(x.defaultType(), "two@org.example", `,"badge":"B-2"`)

	x.call("POST", defaultSchema, schemaBody(`"badge":{"unique":"UNIQUE_VALIDATED"}`)).want(200)
	x.idle()
	state := func() string {
		return x.call("GET", defaultSchema, "").want(200).doc().Text("definitions", "custom", "properties", "badge", "unique")
	}
	if got := state(); got != "UNIQUE_VALIDATED" {
		t.Fatalf("state %s", got)
	}
	if err := x.claimBadge("another", "", "B-1"); err == nil {
		t.Error("a value that somebody had before is free")
	}

	x.call("POST", defaultSchema, schemaBody(`"badge":{"unique":false}`)).want(200)
	x.personOf(x.defaultType(), "three@org.example", `,"badge":"B-1"`)
	x.call("POST", defaultSchema, schemaBody(`"badge":{"unique":true}`)).want(200)
	x.idle()
	if got := state(); got != "NOT_UNIQUE" {
		t.Errorf("state with a duplicate: %s", got)
	}
	if err := x.claimBadge(one, "", "B-9"); err != nil {
		t.Error(err)
	}
	if err := x.claimBadge("another", "", "B-9"); err != nil {
		t.Errorf("claims are left behind: %v", err)
	}
}
