package handlers

import (
	"net/url"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// networkControl is where a request comes from.
var networkControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v.Set("network", "ANYWHERE")
		v["zone"] = nil
		if c.Network.Connection != "ZONE" {
			return
		}
		v.Set("network", "IN")
		v["zone"] = c.Network.Include
		switch {
		case len(c.Network.Exclude) > 0 && len(c.Network.Include) > 0:
			v.Set("network", "BOTH")
		case len(c.Network.Exclude) > 0:
			v.Set("network", "OUT")
			v["zone"] = c.Network.Exclude
		}
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		switch v.Get("network") {
		case "IN", "OUT":
			list, other := "include", "exclude"
			if v.Get("network") == "OUT" {
				list, other = other, list
			}
			doc = withoutPath(doc.WithPath("ZONE", "conditions", "network", "connection"), "conditions", "network", other)
			return withIDs(doc, v["zone"], "conditions", "network", list)
		case "BOTH":
			return doc
		}
		doc = withoutPath(doc, "conditions", "network", "include")
		return withoutPath(doc, "conditions", "network", "exclude").WithPath("ANYWHERE", "conditions", "network", "connection")
	},
	draw: func(d *policyDrawing) []pages.Part {
		options := []pages.ChoiceOption{
			{Value: "ANYWHERE", Label: "Anywhere"}, {Value: "IN", Label: "In one of these zones"}, {Value: "OUT", Label: "In none of these zones"},
		}
		if d.v.Get("network") == "BOTH" {
			options = append(options, pages.ChoiceOption{Value: "BOTH", Label: "As it is: in some zones and not in others", Help: "See JSON. Choose another to replace it."})
		}
		zones := append([]ui.PickOption{{Value: allZones, Label: "Any zone", Note: "alone, it stands for all of them"}}, namedOptions(d.zones, zoneNote)...)
		return []pages.Part{
			d.choice("network", "Network", options...),
			when("network=IN|OUT", d.checks("zone", "Zones", "", zones)),
		}
	},
	check: func(v url.Values, wrong map[string]string) {
		if n := v.Get("network"); (n == "IN" || n == "OUT") && len(filledIn(v["zone"])) == 0 {
			wrong["zone"] = "Tick a zone: without one nobody would fit."
		}
	},
	causes: map[string]string{"conditions.network": "zone", "network": "zone", "network.include": "zone", "conditions.network.include": "zone", "conditions.network.exclude": "zone"},
}

// zoneNote says what kind of zone it is.
func zoneNote(z okta.Object) string {
	note := "addresses"
	if strings.HasPrefix(z.Text("type"), "DYNAMIC") {
		note = "dynamic: countries, networks, proxies"
	}
	if z.Text("usage") == policy.ZoneBlocklist {
		note += ", refused before any policy"
	}
	if z.Text("status") == "INACTIVE" {
		note += ", inactive"
	}
	return note
}

// authTypeControl is how somebody comes in.
var authTypeControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v.Set("auth_type", orAny(c.AuthContext.Type))
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		return doc.WithPath(v.Get("auth_type"), "conditions", "authContext", "authType")
	},
	draw: func(d *policyDrawing) []pages.Part {
		f := d.field(ui.Field{Name: "auth_type", Label: "Signs in over", Type: "select", Options: []ui.Option{
			{Value: anything, Label: "Anything"}, {Value: "RADIUS", Label: "RADIUS"}, {Value: "LDAP_INTERFACE", Label: "LDAP interface"},
		}})
		return []pages.Part{{Field: &f}}
	},
	rare:   true,
	causes: map[string]string{"conditions.authContext": "auth_type"},
}

func orAny(s string) string {
	if s == "" {
		return anything
	}
	return s
}

// providerControl is who checks the credentials.
var providerControl = policyControl{
	read: func(_ policyEntry, c policyConditions, v url.Values) {
		v.Set("provider", orAny(c.IdentityProvider.Provider))
		v["provider_id"] = c.IdentityProvider.IDs
	},
	write: func(doc okta.Object, v url.Values) okta.Object {
		doc = doc.WithPath(v.Get("provider"), "conditions", "identityProvider", "provider")
		ids := v["provider_id"]
		if v.Get("provider") != "SPECIFIC_IDP" {
			ids = nil
		}
		return withIDs(doc, ids, "conditions", "identityProvider", "idpIds")
	},
	draw: func(d *policyDrawing) []pages.Part {
		f := d.field(ui.Field{Name: "provider", Label: "Credentials are checked by", Type: "select", Options: []ui.Option{
			{Value: anything, Label: "Anybody"}, {Value: "OKTA", Label: "This org"}, {Value: "SPECIFIC_IDP", Label: "One of these identity providers"},
		}})
		return []pages.Part{
			{Field: &f},
			when("provider=SPECIFIC_IDP", d.checks("provider_id", "Identity providers", "The org has no identity provider that you may see.", namedOptions(d.providers, idpNote))),
		}
	},
	check: func(v url.Values, wrong map[string]string) {
		if v.Get("provider") == "SPECIFIC_IDP" && len(filledIn(v["provider_id"])) == 0 {
			wrong["provider_id"] = "Tick an identity provider, or choose another."
		}
	},
	rare:   true,
	causes: map[string]string{"conditions.identityProvider": "provider"},
}

func idpNote(d okta.Object) string { return d.Text("type") }

// riskControl is the level of risk, behaviorControl what people do otherwise than before.
var (
	riskControl = policyControl{
		read: func(_ policyEntry, c policyConditions, v url.Values) {
			v.Set("risk", orAny(c.RiskScore.Level))
		},
		write: func(doc okta.Object, v url.Values) okta.Object {
			return doc.WithPath(v.Get("risk"), "conditions", "riskScore", "level")
		},
		draw: func(d *policyDrawing) []pages.Part {
			f := d.field(ui.Field{Name: "risk", Label: "Risk", Type: "select", Options: []ui.Option{
				{Value: anything, Label: "Any"}, {Value: "LOW", Label: "Low"}, {Value: "MEDIUM", Label: "Medium"}, {Value: "HIGH", Label: "High"},
			}})
			return []pages.Part{{Field: &f}}
		},
		rare:   true,
		causes: map[string]string{"conditions.riskScore": "risk", "riskScore.level": "risk"},
	}
	behaviorControl = policyControl{
		read: func(_ policyEntry, c policyConditions, v url.Values) {
			v.Set("behaviors", joinLines(c.Risk.Behaviors))
		},
		write: func(doc okta.Object, v url.Values) okta.Object {
			return doc.WithPath(noneIDs(textLines(v.Get("behaviors"))), "conditions", "risk", "behaviors")
		},
		draw: func(d *policyDrawing) []pages.Part {
			return []pages.Part{d.area("behaviors", "Behaviors", "Names or ids of the org's behaviors, one a line, such as New Device. Empty: not asked.")}
		},
		rare:   true,
		causes: map[string]string{"conditions.risk": "behaviors"},
	}
)

func joinLines(list []string) string { return strings.Join(list, "\n") }
