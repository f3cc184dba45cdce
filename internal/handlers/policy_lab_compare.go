package handlers

import (
	"cmp"
	"context"
	"slices"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// comparison is what a draft changes for a crowd.
type comparison struct {
	crowd *audience
	// met are the effects that somebody meets, before or after.
	met []effect
	// moves are the places in the crowd that go from an effect to another.
	moves map[[2]int][]int
	// of is the change for each of the crowd, from and to what they meet by their places in
	// met, now and then the rules that decide for them.
	of        []labChange
	from, to  []int
	now, then []string
	// unsure counts the people for whom a condition could not be judged.
	unsure int
}

// compare decides for each of a crowd by the policies of a type as they are and as they would
// be with a draft saved. c is where they come from and with what; set are the policies
// that count, in their order.
//
// It is what "See who is affected" stands on: nothing is asked of the org but the crowd.
func compare(kind policyType, names policyNames, set []labPolicy, draft policyDraft, c policy.Context, who *audience) (*comparison, error) {
	then := set
	if draft.is() {
		var err error
		if then, err = draft.in(set); err != nil {
			return nil, err
		}
	}
	before, err := evaluable(set)
	if err != nil {
		return nil, err
	}
	after, err := evaluable(then)
	if err != nil {
		return nil, err
	}
	n := len(who.people)
	x := &comparison{crowd: who, moves: map[[2]int][]int{}, of: make([]labChange, n), from: make([]int, n), to: make([]int, n), now: make([]string, n), then: make([]string, n)}
	for _, one := range policy.Compare(before, after, c, who.people) {
		was, err := effects{kind, names, set}.of(one.Before)
		if err != nil {
			return nil, err
		}
		will, err := effects{kind, names, then}.of(one.After)
		if err != nil {
			return nil, err
		}
		from, to, changed := x.place(was), x.place(will), changeOf(was, will)
		x.moves[[2]int{from, to}] = append(x.moves[[2]int{from, to}], one.People...)
		for _, i := range one.People {
			x.of[i], x.from[i], x.to[i], x.now[i], x.then[i] = changed, from, to, was.rule, will.rule
		}
		if !was.certain || !will.certain {
			x.unsure += len(one.People)
		}
	}
	return x, nil
}

// place is where an effect stands in met, which it joins where it is new.
func (x *comparison) place(e effect) int {
	at := slices.IndexFunc(x.met, func(o effect) bool {
		return o.words() == e.words() && o.Denied == e.Denied && !o.More(e.Demand) && !e.More(o.Demand)
	})
	if at < 0 {
		at = len(x.met)
		x.met = append(x.met, e)
	}
	return at
}

// order is the places in met for people to read, of those that somebody meets before (0) or
// after (1): who is asked for little first, denials last.
func (x *comparison) order(side int) []int {
	weight := func(e effect) (n int) {
		for _, o := range x.met {
			switch {
			case e.More(o.Demand) && !o.More(e.Demand):
				n++
			case o.More(e.Demand) && !e.More(o.Demand):
				n--
			}
		}
		return n
	}
	seen := map[int]bool{}
	var at []int
	for move := range x.moves {
		if i := move[side]; !seen[i] {
			seen[i] = true
			at = append(at, i)
		}
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Or(cmp.Compare(weight(x.met[a]), weight(x.met[b])), cmp.Compare(a, b)) })
	return at
}

// byName sorts places in the crowd by the names of the people.
func (x *comparison) byName(at []int) []int {
	names := make(map[int]string, len(at))
	for _, i := range at {
		names[i] = personName(x.crowd.docs[i])
	}
	at = slices.Clone(at)
	slices.SortFunc(at, func(a, b int) int { return cmp.Or(cmp.Compare(names[a], names[b]), cmp.Compare(a, b)) })
	return at
}

// readScope finds the group that a comparison is for: everybody, or the one that a box
// names. found are several to choose from; one is the answer.
func (h *console) readScope(ctx context.Context, text string) (found []okta.Object, everyone okta.Object, err error) {
	reads := []func(context.Context) error{func(ctx context.Context) (err error) {
		everyone, err = h.everyoneGroup(ctx)
		return err
	}}
	if text != everybodyID {
		reads = append(reads, func(ctx context.Context) (err error) {
			found, err = h.namedGroup(ctx, text)
			return err
		})
	}
	err = together(ctx, reads...)
	if text == everybodyID && !everyone.IsZero() {
		found = []okta.Object{everyone}
	}
	return found, everyone, err
}
