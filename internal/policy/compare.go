package policy

import (
	"slices"
	"strings"
)

// Case is what happens to people whom the conditions treat alike.
type Case struct {
	Before, After Decision
	// People are their places in the crowd, in ascending order.
	People []int
}

// Compare decides for each of a crowd by the policies of a type as they are and as they would
// be. c is what is known but for the person. Each kind of people is judged once, whatever
// their number: the cost of a crowd is one look at each.
func Compare(before, after []Policy, c Context, crowd []Person) []Case {
	m := Mentioned(slices.Concat(before, after)...)
	var cases []Case
	at := map[string]int{}
	for i := range crowd {
		key := m.alike(&crowd[i])
		n, known := at[key]
		if !known {
			n = len(cases)
			at[key] = n
			c.Person = &crowd[i]
			cases = append(cases, Case{Before: Evaluate(before, c), After: Evaluate(after, c)})
		}
		cases[n].People = append(cases[n].People, i)
	}
	return cases
}

// alike is the same for two people whom no condition tells apart.
func (m Mentions) alike(p *Person) string {
	var b strings.Builder
	mark := func(named, held []string) {
		for _, id := range named {
			if slices.Contains(held, id) {
				b.WriteByte('1')
			} else {
				b.WriteByte('0')
			}
		}
	}
	mark(m.Groups, p.Groups)
	mark(m.Groups, p.Unread)
	b.WriteString(" " + p.TypeID + " " + p.Provider + " ")
	if _, named := slices.BinarySearch(m.Users, p.ID); named || m.Identifier {
		b.WriteString(p.ID)
	}
	return b.String()
}
