package handlers

import (
	"encoding/json"
	"net/netip"
	"net/url"
	"strings"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
	"gatehouse/web/templates/ui"
)

// zoneAddress is an entry of an IP zone, zoneLocation one of a dynamic zone.
type (
	zoneAddress struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	}
	zoneLocation struct {
		Country string  `json:"country"`
		Region  *string `json:"region"`
	}
)

// proxyTypes are the kinds of proxies that a dynamic zone can be told by.
var proxyTypes = []ui.Option{{Value: "", Label: "Do not look at it"}, {Value: "Any", Label: "Any proxy"}, {Value: "Tor", Label: "Tor"}, {Value: "NotTorAnonymizer", Label: "Anonymizers but Tor"}}

// proxyWords is a proxy type as people say it; "" for none. The cloud writes it in two ways.
func proxyWords(key string) string {
	for _, o := range proxyTypes[1:] {
		if strings.EqualFold(o.Value, key) {
			return o.Label
		}
	}
	return key
}

// zoneForm is a stored zone as the form holds it: lists with an entry a line.
func zoneForm(doc okta.Object) url.Values {
	in := url.Values{"name": {doc.Text("name")}}
	if doc.Text("usage") == policy.ZoneBlocklist {
		in.Set("blocks", "true")
	}
	switch doc.Text("type") {
	case policy.ZoneIP:
		for _, name := range []string{"gateways", "proxies"} {
			in.Set(name, lines(doc.Get(name), func(a zoneAddress) string { return strings.ReplaceAll(a.Value, " ", "") }))
		}
	case policy.ZoneDynamic:
		in.Set("locations", lines(doc.Get("locations"), func(l zoneLocation) string {
			if l.Region != nil && *l.Region != "" {
				return *l.Region
			}
			return l.Country
		}))
		in.Set("asns", lines(doc.Get("asns"), func(n string) string { return n }))
		for _, o := range proxyTypes[1:] {
			if strings.EqualFold(doc.Text("proxyType"), o.Value) {
				in.Set("proxyType", o.Value)
			}
		}
	}
	return in
}

// lines writes a list with an entry a line; "" for one that cannot be read.
func lines[T any](raw json.RawMessage, word func(T) string) string {
	var all []T
	if len(raw) == 0 || json.Unmarshal(raw, &all) != nil {
		return ""
	}
	words := make([]string, len(all))
	for i, v := range all {
		words[i] = word(v)
	}
	return strings.Join(words, "\n")
}

// entries are what stands in a box, with lines or commas between. A range may have spaces in it.
func entries(text string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ';' }) {
		if s = strings.Join(strings.Fields(s), ""); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// zoneBody is what the form says, with the members that a zone of its type has.
func zoneBody(kind string, in url.Values) okta.Object {
	usage := policy.ZonePolicy
	if in.Get("blocks") == "true" {
		usage = policy.ZoneBlocklist
	}
	doc := okta.Object{}.With("type", kind).With("name", strings.TrimSpace(in.Get("name"))).With("usage", usage)
	if kind == policy.ZoneIP {
		return doc.With("gateways", zoneAddresses(in.Get("gateways"))).With("proxies", zoneAddresses(in.Get("proxies")))
	}
	locations := []zoneLocation{}
	for _, word := range entries(strings.ToUpper(in.Get("locations"))) {
		l := zoneLocation{Country: word}
		if country, _, regional := strings.Cut(word, "-"); regional {
			l.Country, l.Region = country, &word
		}
		locations = append(locations, l)
	}
	asns := []string{}
	for _, n := range entries(strings.ToUpper(in.Get("asns"))) {
		asns = append(asns, strings.TrimPrefix(n, "AS"))
	}
	doc = doc.With("locations", locations).With("asns", asns)
	if t := in.Get("proxyType"); t != "" {
		return doc.With("proxyType", t)
	}
	return doc.With("proxyType", nil)
}

// zoneAddresses reads a box of addresses, networks and ranges.
func zoneAddresses(text string) []zoneAddress {
	out := []zoneAddress{}
	for _, e := range entries(text) {
		a := zoneAddress{"CIDR", e}
		if strings.Contains(e, "-") {
			a.Type = "RANGE"
		} else if ip, err := netip.ParseAddr(e); err == nil {
			a.Value = netip.PrefixFrom(ip, ip.BitLen()).String()
		}
		out = append(out, a)
	}
	return out
}

// zoneFields are the inputs of a zone of a type. wrong is what the org said of each.
func zoneFields(kind string, in url.Values, wrong map[string]string, locked bool) []ui.Field {
	const perLine = "One a line. "
	fields := []ui.Field{{Name: "name", Label: "Name", Required: true, MaxLength: 128, Autocomplete: "off"}}
	switch kind {
	case policy.ZoneIP:
		fields = append(fields,
			ui.Field{Name: "gateways", Label: "Gateway addresses", Type: "textarea", Wide: true, Help: perLine + "An address, a network or a range: 203.0.113.9, 203.0.113.0/24, 203.0.113.5-203.0.113.9"},
			ui.Field{Name: "proxies", Label: "Proxies", Type: "textarea", Wide: true, Help: perLine + "Whoever comes through one of these counts by the address behind it, in this zone only."})
	case policy.ZoneDynamic:
		fields = append(fields,
			ui.Field{Name: "proxyType", Label: "Kind of proxy", Type: "select", Options: proxyTypes},
			ui.Field{Name: "locations", Label: "Countries and regions", Type: "textarea", Wide: true, Help: perLine + "Codes of ISO 3166: PT, US-CA"},
			ui.Field{Name: "asns", Label: "Networks (ASN)", Type: "textarea", Wide: true, Help: perLine + "Numbers of networks: 23457"})
	}
	for i, f := range fields {
		fields[i].Value, fields[i].Error, fields[i].ReadOnly = in.Get(f.Name), wrong[f.Name], locked
	}
	return fields
}
