package org

import (
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// seedZones are the network zones of the seed company, in addresses that nobody has (RFC 5737).
var seedZones = []struct{ name, kind, usage, fields string }{
	{"Offices", policy.ZoneIP, policy.ZonePolicy, `{"gateways":[{"type":"CIDR","value":"203.0.113.0/25"},{"type":"RANGE","value":"203.0.113.200-203.0.113.209"}],"proxies":[{"type":"CIDR","value":"192.0.2.10/32"}]}`},
	{"Countries we work in", policy.ZoneDynamic, policy.ZonePolicy, ""},
	{"Refused networks", policy.ZoneIP, policy.ZoneBlocklist, `{"gateways":[{"type":"CIDR","value":"198.51.100.0/24"}],"proxies":null}`},
}

// writeSeedZones stores them, and the rule that asks for less in the offices.
func writeSeedZones(tx *Tx) error {
	for _, z := range seedZones {
		fields := okta.Object{}
		if z.fields != "" {
			fields = constant(z.fields)
		} else {
			fields = fields.With("locations", seedCountries()).With("proxyType", nil).With("asns", []string{})
		}
		in := zoneInput{name: z.name, kind: z.kind, status: active, usage: z.usage, fields: fields}
		id := tx.org.ids.fixedID(zones.prefix, z.name)
		if err := tx.putZone(in.document(id, stamp(tx.now), stamp(tx.now), false)); err != nil {
			return err
		}
	}
	return seedOfficeRule(tx)
}

// writeSeedOrigins stores the origin whose scripts may read the API, and where sign-outs may lead.
func writeSeedOrigins(tx *Tx) error {
	d := originDocument{
		ID: tx.org.ids.fixedID(trustedOrigins.prefix, "Intranet"), Name: "Intranet", Origin: "https://intranet.company.example",
		Scopes: []okta.Object{constant(`{"type":"CORS"}`), constant(`{"type":"REDIRECT"}`)}, Status: active,
		Created: stamp(tx.now), Updated: stamp(tx.now),
	}
	doc, err := d.stored()
	if err != nil {
		return err
	}
	return tx.put(trustedOrigins, d.ID, doc)
}

func seedCountries() (all []map[string]any) {
	for _, c := range seedCities {
		all = append(all, map[string]any{"country": c.country, "region": nil})
	}
	return all
}

// seedOfficeRule puts a rule in front of that of "Production access": in the offices once a day is enough.
func seedOfficeRule(tx *Tx) error {
	k := policyKindOf(policy.TypeSignOn)
	owner := tx.org.ids.fixedID(k.prefix, "Production access")
	body := constant(`{"conditions":{"network":{"connection":"ZONE","include":["` + tx.org.ids.fixedID(zones.prefix, "Offices") + `"]}},
		"actions":{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"SESSION","factorLifetime":480,"session":{"maxSessionIdleMinutes":60,"maxSessionLifetimeMinutes":720}}}}`)
	parts, err := readRuleParts(k, policyInput{}, body, okta.Object{})
	if err != nil {
		return err
	}
	f := policyFields{
		ID: tx.org.ids.fixedID(k.rulePrefix, owner+"/In the offices"), Status: active, Name: "In the offices", Priority: unplaced, Type: k.rule,
		Created: stamp(tx.now), Updated: stamp(tx.now),
	}
	held, err := tx.rulesOf(owner)
	if err != nil {
		return err
	}
	doc, first := f.ruleDocument(owner, okta.Object{}, parts), 1
	if err := tx.putPolicyRule(doc); err != nil {
		return err
	}
	return tx.rearrange(policyRules, append(held, doc), k.ranked, f.ID, &first)
}
