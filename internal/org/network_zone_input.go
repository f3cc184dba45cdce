package org

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// The published bounds: characters of a name, addresses of each list of a zone that an admin
// makes, of one that blocks and of the system's, addresses of all zones together, networks
// and locations of a dynamic zone. How many zones there may be is [assumed].
const (
	maxZoneName         = 128
	maxZoneAddresses    = 150
	maxBlockedAddresses = 1000
	maxSystemAddresses  = 5000
	maxAllAddresses     = 25_000
	maxDynamicEntries   = 75
	maxZones            = 500
)

// zoneFields are what a zone of each type keeps of a request, in the order of answers
// ("recorded"; published examples). What is not sent is null.
var zoneFields = map[string][]string{
	policy.ZoneIP:        {"gateways", "proxies"},
	policy.ZoneDynamic:   {"locations", "proxyType", "asns"},
	policy.ZoneDynamicV2: {"locations", "ipServiceCategories", "asns"},
}

// proxyTypes are of the two published spellings: "ANY" in examples, "Any" in the schema.
var proxyTypes = []string{"", "null", "any", "tor", "nottoranonymizer"}

var (
	asnPattern     = regexp.MustCompile(`^[0-9]{1,10}$`)
	countryPattern = regexp.MustCompile(`^[A-Z]{2}$`)
	regionPattern  = regexp.MustCompile(`^[A-Z]{2}-[A-Z0-9]{1,3}$`)
)

// zoneInput is a zone as a request says it.
type zoneInput struct {
	name, kind, status, usage string
	// fields are the members of its type.
	fields okta.Object
	// addresses is how many there are.
	addresses int
}

// readZone reads what a request says about a zone, and refuses what the cloud would not
// keep. system is for a zone that the system made: it may stay empty.
func readZone(r *Request, system bool) (z zoneInput, err error) {
	doc, err := r.object()
	if err != nil {
		return z, err
	}
	var in struct {
		Name   string `json:"name"`
		Type   string `json:"type"`
		Status string `json:"status"`
		Usage  string `json:"usage"`
	}
	if doc.Decode(&in) != nil {
		return z, fail("E0000003", "")
	}
	fields, known := zoneFields[in.Type]
	switch {
	case strings.TrimSpace(in.Name) == "":
		return z, invalid("name", "name: The field cannot be left blank")
	case utf8.RuneCountInString(in.Name) > maxZoneName:
		return z, invalid("name", "name: The field is too long")
	case in.Type == "":
		return z, invalid("type", "type: The field cannot be left blank")
	case !known, !slices.Contains([]string{"", policy.ZonePolicy, policy.ZoneBlocklist}, in.Usage), !slices.Contains([]string{"", active, zoneInactive}, in.Status):
		return z, fail("E0000003", "") // an unknown word of the API
	}
	z = zoneInput{name: in.Name, kind: in.Type, status: in.Status, usage: in.Usage}
	if z.usage == "" {
		z.usage = policy.ZonePolicy
	}
	defined := false
	for _, name := range fields {
		value := doc.Get(name)
		if value == nil {
			value = json.RawMessage("null")
		}
		z.fields = z.fields.With(name, value)
		defined = defined || !slices.Contains([]string{"null", "[]", "{}", `""`}, strings.TrimSpace(string(value)))
	}
	if !defined && !system {
		return z, invalid(fields[0], fields[0]+": Give at least one of "+strings.Join(fields, ", "))
	}
	if in.Type == policy.ZoneIP {
		return z, z.checkAddresses(system)
	}
	return z, z.checkDynamic()
}

// checkAddresses reads the addresses of an IP zone.
func (z *zoneInput) checkAddresses(system bool) error {
	var in struct {
		Gateways []okta.Object `json:"gateways"`
		Proxies  []okta.Object `json:"proxies"`
	}
	if z.fields.Decode(&in) != nil {
		return fail("E0000003", "")
	}
	most := map[string]int{"gateways": maxZoneAddresses, "proxies": maxZoneAddresses}
	if z.usage == policy.ZoneBlocklist {
		most["gateways"] = maxBlockedAddresses
	}
	for name, entries := range map[string][]okta.Object{"gateways": in.Gateways, "proxies": in.Proxies} {
		if system {
			most[name] = maxSystemAddresses
		}
		if len(entries) > most[name] {
			return invalid(name, name+": There are more addresses than a zone of this kind may have")
		}
		z.addresses += len(entries)
	}
	if _, err := policy.ParseZone(z.fields.Bytes()); err != nil {
		field, _, _ := strings.Cut(err.Error(), ":")
		return invalid(field, err.Error())
	}
	return nil
}

// checkDynamic reads what a dynamic zone is told by. The newer type has each list twice, to
// include and to exclude.
func (z *zoneInput) checkDynamic() error {
	type location struct {
		Country string  `json:"country"`
		Region  *string `json:"region"`
	}
	var locations []location
	var asns []string
	if z.kind == policy.ZoneDynamic {
		var in struct {
			Locations []location `json:"locations"`
			ASNs      []string   `json:"asns"`
			ProxyType *string    `json:"proxyType"`
		}
		if z.fields.Decode(&in) != nil {
			return fail("E0000003", "")
		}
		if in.ProxyType != nil && !slices.Contains(proxyTypes, strings.ToLower(*in.ProxyType)) {
			return invalid("proxyType", "proxyType: The proxy type must be Any, Tor or NotTorAnonymizer")
		}
		locations, asns = in.Locations, in.ASNs
	} else {
		type both[T any] struct {
			Include []T `json:"include"`
			Exclude []T `json:"exclude"`
		}
		var in struct {
			Locations  both[location] `json:"locations"`
			ASNs       both[string]   `json:"asns"`
			Categories both[string]   `json:"ipServiceCategories"`
		}
		if z.fields.Decode(&in) != nil {
			return fail("E0000003", "")
		}
		locations, asns = slices.Concat(in.Locations.Include, in.Locations.Exclude), slices.Concat(in.ASNs.Include, in.ASNs.Exclude)
	}
	if len(locations) > maxDynamicEntries {
		return invalid("locations", "locations: There can be at most 75")
	}
	if len(asns) > maxDynamicEntries {
		return invalid("asns", "asns: There can be at most 75")
	}
	for _, l := range locations {
		if !countryPattern.MatchString(l.Country) {
			return invalid("locations", "locations: A country is two letters of ISO 3166-1, such as US")
		}
		if l.Region != nil && *l.Region != "" && !(regionPattern.MatchString(*l.Region) && strings.HasPrefix(*l.Region, l.Country+"-")) {
			return invalid("locations", "locations: A region is a code of ISO 3166-2 within its country, such as US-CA")
		}
	}
	for _, a := range asns {
		if !asnPattern.MatchString(a) {
			return invalid("asns", "asns: The number of a network is digits, such as 23457")
		}
	}
	return nil
}
