package org

import (
	"cmp"
	"slices"

	"gatehouse/internal/okta"
)

// ranks gives the priorities of ranked entries once one of them, id, wants a place: 1, 2,
// 3 ... without gaps, what the system made last. want is nil for the place that it has, or
// the last one for a new entry. Entries are in their order and hold id.
func ranks(entries []policyPlace, id string, want *int) map[string]int {
	var own []policyPlace
	var system []policyPlace
	at := -1
	for _, e := range entries {
		switch {
		case e.System:
			system = append(system, e)
		case e.ID == id:
			at = len(own)
		default:
			own = append(own, e)
		}
	}
	if at >= 0 {
		if want != nil {
			at = *want - 1
		}
		own = slices.Insert(own, min(max(at, 0), len(own)), policyPlace{ID: id})
	}
	out := map[string]int{}
	for i, e := range append(own, system...) {
		out[e.ID] = i + 1
	}
	return out
}

// looseRanks is ranks for the rules of a policy that is not ranked: from 0, as asked for,
// the others make room; the system's rule keeps its place ("recorded").
func looseRanks(entries []policyPlace, id string, want *int) map[string]int {
	out, taken, next := map[string]int{}, map[int]string{}, 0
	for _, e := range entries {
		out[e.ID] = e.Priority
		if !e.System && e.ID != id {
			taken[e.Priority] = e.ID
			next = max(next, e.Priority+1)
		}
	}
	if want == nil {
		if out[id] < 0 { // new
			out[id] = min(next, systemPriority-1)
		}
		return out
	}
	place := min(max(*want, 0), systemPriority-1)
	for moved := id; moved != ""; place++ {
		pushed := taken[place]
		out[moved] = place
		moved = pushed
	}
	return out
}

// unplaced is the priority of a new entry until it has a place.
const unplaced = -1

// rearrange gives policies or rules their priorities once one of them wants a place, and
// stores those that moved: they count as changed ("recorded").
func (tx *Tx) rearrange(c *collection, docs []okta.Object, ranked bool, id string, want *int) error {
	entries := make([]policyPlace, len(docs))
	for i, doc := range docs {
		var err error
		if entries[i], err = placeOf(doc); err != nil {
			return err
		}
	}
	order := looseRanks
	if ranked {
		order = ranks
		// A new entry stands behind its equals until it is placed.
		slices.SortStableFunc(entries, func(a, b policyPlace) int {
			return cmp.Compare(newLast(a), newLast(b))
		})
	}
	places := order(entries, id, want)
	for i, doc := range docs {
		e := doc.Text("id")
		old, err := placeOf(docs[i])
		if err != nil {
			return err
		}
		if places[e] == old.Priority {
			continue
		}
		if err := tx.put(c, e, doc.With("priority", places[e]).With("lastUpdated", stamp(tx.now))); err != nil {
			return err
		}
	}
	return nil
}

func newLast(p policyPlace) int {
	if p.Priority == unplaced {
		return 1
	}
	return 0
}
