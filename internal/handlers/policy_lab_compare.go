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
	// before and after are the effects that somebody meets, the mildest first.
	before, after []effect
	// moves are the places in the crowd that go from an effect to another.
	moves map[[2]int][]int
	// of is the change for each of the crowd, from and to what they meet, now and then the
	// rules that decide for them.
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
		from, to, changed := placeOf(&x.before, was), placeOf(&x.after, will), changeOf(was, will)
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

// placeOf is where an effect stands in a list, which it joins where it is new.
func placeOf(list *[]effect, e effect) int {
	at := slices.IndexFunc(*list, func(o effect) bool { return o.words() == e.words() && o.Denied == e.Denied })
	if at < 0 {
		at = len(*list)
		*list = append(*list, e)
	}
	return at
}

// inWeight are the places of effects for people to read: who is asked for little first, denials last.
func inWeight(list []effect) []int {
	weight := func(e effect) (n int) {
		for _, o := range list {
			switch {
			case e.More(o.Demand) && !o.More(e.Demand):
				n++
			case o.More(e.Demand) && !e.More(o.Demand):
				n--
			}
		}
		return n
	}
	at := make([]int, len(list))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(weight(list[a]), weight(list[b])) })
	return at
}

// people are the places in the crowd of those whom a change meets, by name.
func (x *comparison) people(c labChange) []int {
	type named struct {
		name string
		at   int
	}
	var all []named
	for i, is := range x.of {
		if is == c {
			all = append(all, named{personName(x.crowd.docs[i]), i})
		}
	}
	slices.SortFunc(all, func(a, b named) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.at, b.at)) })
	at := make([]int, len(all))
	for i, n := range all {
		at[i] = n.at
	}
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
