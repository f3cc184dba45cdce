package policy

import (
	"maps"
	"slices"
)

// network is where the request comes from: ANYWHERE, or inside or outside of zones.
type network struct {
	Connection string   `json:"connection"`
	Include    []string `json:"include"`
	Exclude    []string `json:"exclude"`
}

// allZones stands for every zone of the org (published).
const allZones = "ALL_ZONES"

func (n network) judge(c Context) (clauses []Clause) {
	switch n.Connection {
	case "", "ANYWHERE":
		return []Clause{matched("network.connection", "ANYWHERE", address(c))}
	case "ZONE":
	default: // ON_NETWORK and OFF_NETWORK of old documents among them
		return []Clause{unknown("network.connection", n.Connection, "connections of this kind are not evaluated")}
	}
	if len(n.Include) > 0 {
		in, why := inZones(c, n.Include)
		clauses = append(clauses, zoneClause(in, why, "network.include", n.Include, c))
	}
	if len(n.Exclude) > 0 {
		in, why := inZones(c, n.Exclude)
		clauses = append(clauses, zoneClause(not(in), why, "network.exclude", n.Exclude, c))
	}
	if clauses == nil { // a zone condition without a zone is met by nobody [assumed]
		return []Clause{failed("network.connection", "ZONE", address(c))}
	}
	return clauses
}

func zoneClause(outcome Outcome, why, name string, zones []string, c Context) Clause {
	if outcome == Unknown {
		return unknown(name, words(zones), why)
	}
	return met(outcome == Matched, name, words(zones), address(c))
}

func not(o Outcome) Outcome {
	switch o {
	case Matched:
		return Failed
	case Failed:
		return Matched
	}
	return Unknown
}

// inZones tells whether the request is in one of the zones and, where that is not known, why.
func inZones(c Context, zones []string) (outcome Outcome, why string) {
	if c.Network == nil {
		return Unknown, "where the request comes from is not known"
	}
	if len(zones) == 1 && zones[0] == allZones {
		return inAnyZone(c.Network)
	}
	outcome = Failed
	for _, z := range zones {
		in, known := c.Network.Zones[z]
		if in {
			return Matched, ""
		}
		if !known && outcome != Unknown {
			if outcome, why = Unknown, c.Network.UnknownZones[z]; why == "" {
				why = "whether the address " + address(c) + " is in the zone " + z + " is not known"
			}
		}
	}
	return outcome, why
}

// inAnyZone is inZones for all zones that there are.
func inAnyZone(n *Network) (Outcome, string) {
	for _, in := range n.Zones {
		if in {
			return Matched, ""
		}
	}
	ids := slices.Sorted(maps.Keys(n.UnknownZones)) // the same reason each time
	if len(ids) == 0 {
		return Failed, ""
	}
	return Unknown, n.UnknownZones[ids[0]]
}

func address(c Context) string {
	if c.Network == nil || !c.Network.Address.IsValid() {
		return "an unknown address"
	}
	return c.Network.Address.String()
}

// authContext is how the person comes in.
type authContext struct {
	AuthType string `json:"authType"`
}

func (a authContext) judge(c Context) []Clause {
	return equal("authContext.authType", a.AuthType, c.AuthType, "how the person signs in is not known")
}

// equal is a condition that wants one value; "" and "ANY" are met by all.
func equal(name, wanted, read, why string) []Clause {
	switch {
	case wanted == "":
		return nil
	case wanted == "ANY":
		return []Clause{matched(name, wanted, read)}
	case read == "":
		return []Clause{unknown(name, wanted, why)}
	}
	return []Clause{met(wanted == read, name, wanted, read)}
}

// identityProvider is who checks the credentials: this org, or others by id.
type identityProvider struct {
	Provider string   `json:"provider"`
	IDs      []string `json:"idpIds"`
}

func (p identityProvider) judge(c Context) []Clause {
	const name = "identityProvider.provider"
	if p.Provider != "SPECIFIC_IDP" {
		return equal(name, p.Provider, c.IdentityProvider, "who checks the credentials is not known")
	}
	if c.IdentityProvider == "" {
		return []Clause{unknown("identityProvider.idpIds", words(p.IDs), "who checks the credentials is not known")}
	}
	return []Clause{met(slices.Contains(p.IDs, c.IdentityProvider), "identityProvider.idpIds", words(p.IDs), c.IdentityProvider)}
}

// riskScore wants one level of risk, or one at least.
type riskScore struct {
	Level   string `json:"level"`
	Minimum string `json:"minRiskLevel"`
}

// riskLevels are in ascending order.
var riskLevels = []string{"LOW", "MEDIUM", "HIGH"}

const noRisk = "the risk of the request is not known"

func (r riskScore) judge(c Context) []Clause {
	clauses := equal("riskScore.level", r.Level, c.Risk, noRisk)
	if r.Minimum == "" {
		return clauses
	}
	const name = "riskScore.minRiskLevel"
	wanted, read := slices.Index(riskLevels, r.Minimum), slices.Index(riskLevels, c.Risk)
	if wanted < 0 || read < 0 {
		return append(clauses, unknown(name, r.Minimum, noRisk))
	}
	return append(clauses, met(read >= wanted, name, r.Minimum, c.Risk))
}

// risk wants behaviours, such as a new device, which nobody detects here.
type risk struct {
	Behaviors []string `json:"behaviors"`
}

func (r risk) judge(Context) []Clause {
	if len(r.Behaviors) == 0 {
		return nil
	}
	return []Clause{unknown("risk.behaviors", words(r.Behaviors), "behaviors are not detected")}
}
