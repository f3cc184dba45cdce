package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// condition is one member of a conditions object.
type condition interface {
	// judge adds a clause for each thing that the condition asks; none where it asks nothing.
	judge(Context) []Clause
}

// readers make the conditions that this package knows of their JSON, in the order in
// which they are judged and shown.
var readers = []struct {
	name string
	read func(json.RawMessage) (condition, error)
}{
	{"clients", read[clients]},
	{"people", read[people]},
	{"userType", read[userType]},
	{"authProvider", read[authProvider]},
	{"network", read[network]},
	{"authContext", read[authContext]},
	{"userIdentifier", read[userIdentifier]},
	{"identityProvider", read[identityProvider]},
	{"riskScore", read[riskScore]},
	{"risk", read[risk]},
	{"app", read[app]},
	{"platform", read[platform]},
	{"device", read[device]},
	{"grantTypes", read[grantTypes]},
	{"scopes", read[scopes]},
}

func read[T condition](raw json.RawMessage) (condition, error) {
	var c T
	err := json.Unmarshal(raw, &c)
	return c, err
}

// Conditions are all that must be met. The zero value asks nothing.
type Conditions struct{ list []condition }

// UnmarshalJSON reads a conditions object, or null. A condition that this package does
// not know, or cannot read, is kept as one whose outcome is unknown.
func (c *Conditions) UnmarshalJSON(b []byte) error {
	c.list = nil
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil {
		return fmt.Errorf("conditions: %w", err)
	}
	for _, r := range readers {
		raw, given := members[r.name]
		delete(members, r.name)
		if !given || string(raw) == "null" {
			continue
		}
		known, err := r.read(raw)
		if err != nil {
			known = opaque{r.name, string(raw), unreadable}
		}
		c.list = append(c.list, known)
	}
	names := make([]string, 0, len(members))
	for name, raw := range members {
		if text := string(raw); text != "null" && text != "{}" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		c.list = append(c.list, opaque{name, string(members[name]), "conditions of this kind are not evaluated"})
	}
	return nil
}

// Fault names the first condition of a known kind that cannot be read; "" for none.
func (c Conditions) Fault() string {
	for _, one := range c.list {
		if o, ok := one.(opaque); ok && o.why == unreadable {
			return o.name
		}
	}
	return ""
}

func (c Conditions) judge(x Context) (clauses []Clause) {
	for _, one := range c.list {
		clauses = append(clauses, one.judge(x)...)
	}
	return clauses
}

const unreadable = "the condition cannot be read"

// opaque is a condition that cannot be judged.
type opaque struct{ name, wanted, why string }

func (o opaque) judge(Context) []Clause {
	wanted := o.wanted
	if len(wanted) > maxShown {
		wanted = strings.ToValidUTF8(wanted[:maxShown], "") + "…"
	}
	return []Clause{unknown(o.name, wanted, o.why)}
}

// maxShown bounds, in bytes, what a trace repeats of a condition.
const maxShown = 200

// words lists ids for people to read: the first few, and how many there are.
func words(ids []string) string {
	const few = 5
	if len(ids) == 0 {
		return "none"
	}
	if len(ids) > few {
		return strings.Join(ids[:few], ", ") + fmt.Sprintf(" and %d more", len(ids)-few)
	}
	return strings.Join(ids, ", ")
}

// common lists the members of a that are in b.
func common(a, b []string) (both []string) {
	for _, v := range a {
		if slices.Contains(b, v) {
			both = append(both, v)
		}
	}
	return both
}
