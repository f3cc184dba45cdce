package policy

import (
	"maps"
	"slices"
)

// Mentions are the ids that the conditions of policies and of their rules name, each once
// and in order.
type Mentions struct {
	Users, Groups, Zones, Apps, Types, Providers []string
	// Identifier: a condition reads what somebody signs in as, or their profile.
	Identifier bool
}

// Mentioned reads what policies name; inactive ones and their rules count too.
func Mentioned(policies ...Policy) Mentions {
	m := mentions{map[string]map[string]bool{}, false}
	for _, p := range policies {
		m.read(p.Conditions)
		for _, r := range p.Rules {
			m.read(r.Conditions)
			if d, err := DiscoveryOf(&r); err == nil && p.Type == TypeDiscovery {
				m.add("providers", d.Providers)
			}
		}
	}
	sorted := func(kind string) []string { return slices.Sorted(maps.Keys(m.ids[kind])) }
	return Mentions{sorted("users"), sorted("groups"), sorted("zones"), sorted("apps"), sorted("types"), sorted("providers"), m.identifier}
}

type mentions struct {
	ids        map[string]map[string]bool
	identifier bool
}

func (m *mentions) add(kind string, ids ...[]string) {
	for _, list := range ids {
		for _, id := range list {
			if m.ids[kind] == nil {
				m.ids[kind] = map[string]bool{}
			}
			if id != "" && id != allZones {
				m.ids[kind][id] = true
			}
		}
	}
}

func (m *mentions) read(c Conditions) {
	for _, one := range c.list {
		switch one := one.(type) {
		case people:
			m.add("users", one.Users.Include, one.Users.Exclude)
			m.add("groups", one.Groups.Include, one.Groups.Exclude)
		case userType:
			m.add("types", one.Include, one.Exclude)
		case network:
			m.add("zones", one.Include, one.Exclude)
		case identityProvider:
			m.add("providers", one.IDs)
		case app:
			for _, r := range append(slices.Clone(one.Include), one.Exclude...) {
				m.add("apps", []string{r.ID})
			}
		case userIdentifier:
			m.identifier = true
		}
	}
}
