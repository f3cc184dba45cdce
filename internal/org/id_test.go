package org

import (
	"crypto/rand"
	"regexp"
	"testing"
)

// okta-semantics C4: 20 characters, the kind in front, the org's suffix at the end. security 14: no collision in 10,000.
func TestIDs(t *testing.T) {
	s := &idSource{rand: rand.Reader}
	s.cell = s.newCell()
	form := regexp.MustCompile(`^00u[0-9A-Za-z]{14}[0-9][a-z]7$`)
	seen := map[string]bool{}
	for range 10_000 {
		id := s.mint("00u")
		if !form.MatchString(id) {
			t.Fatalf("id %q", id)
		}
		if seen[id] {
			t.Fatalf("%s was minted twice", id)
		}
		seen[id] = true
	}
	if a, b := s.fixedID("00g", "Everyone"), (&idSource{}).fixedID("00g", "Everyone"); a != b || len(a) != 20 {
		t.Errorf("fixed ids %s and %s", a, b)
	}
	if a, b := s.fixedID("00g", "Sales"), s.fixedID("00u", "Sales"); a[3:] == b[3:] {
		t.Error("two kinds share an id")
	}
}

func TestRandomHasTheLengthAskedFor(t *testing.T) {
	s := &idSource{rand: rand.Reader}
	for _, n := range []int{0, 1, 22, 43, 96, 200} {
		if got := s.random(n); len(got) != n {
			t.Errorf("%d characters, want %d", len(got), n)
		}
	}
}
