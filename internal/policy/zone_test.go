package policy

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

func zone(t *testing.T, body string) Zone {
	t.Helper()
	z, err := ParseZone([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return z
}

func chainOf(t *testing.T, text string) (chain []netip.Addr) {
	t.Helper()
	for _, a := range strings.Fields(text) {
		chain = append(chain, netip.MustParseAddr(a))
	}
	return chain
}

// The published table of "IP zone evaluation", and both ways to write addresses.
func TestWhichZoneARequestIsIn(t *testing.T) {
	const gateway, proxy = `{"type":"CIDR","value":"1.1.1.1/32"}`, `{"type":"CIDR","value":"2.2.2.2/32"}`
	for _, c := range []struct {
		gateways, proxies, chain string // of the chain the nearest is the first
		in                       bool
	}{
		{gateway, "", "1.1.1.1", true},
		{gateway, proxy, "1.1.1.1", true},
		{"", "", "1.1.1.1", false},
		{"", gateway, "1.1.1.1", false},
		{gateway, "", "2.2.2.2", false},
		{gateway, "", "2.2.2.2 1.1.1.1", false},
		{gateway, proxy, "2.2.2.2 1.1.1.1", true},
		{gateway, proxy, "2.2.2.2", false},
		{gateway, proxy, "2.2.2.2 3.3.3.3 1.1.1.1", false},
		{gateway, proxy, "1.1.1.1 3.3.3.3", true},
		{gateway, proxy, "2.2.2.2 2.2.2.2 2.2.2.2 2.2.2.2 1.1.1.1", true},
		{gateway, proxy, "2.2.2.2 2.2.2.2 2.2.2.2 2.2.2.2 2.2.2.2 1.1.1.1", false}, // the sixth
		{gateway, "", "", false},
		{`{"type":"CIDR","value":"1.2.3.4/24"}`, "", "1.2.3.0", true},
		{`{"type":"CIDR","value":"1.2.3.4/24"}`, "", "1.2.3.255", true},
		{`{"type":"CIDR","value":"1.2.3.4/24"}`, "", "1.2.4.0", false},
		{`{"type":"CIDR","value":"1.2.3.4"}`, "", "1.2.3.4", true},
		{`{"type":"CIDR","value":"1.2.3.4"}`, "", "::ffff:1.2.3.4", true},
		{`{"type":"CIDR","value":"0.0.0.0/0"}`, "", "::1", false},
		{`{"type":"CIDR","value":"2001:db8::/33"}`, "", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", true},
		{`{"type":"CIDR","value":"2001:db8::/33"}`, "", "2001:db8:8000::", false},
		{`{"type":"RANGE","value":"2.3.4.5-2.3.4.15"}`, "", "2.3.4.5", true},
		{`{"type":"RANGE","value":"2.3.4.5 - 2.3.4.15"}`, "", "2.3.4.15", true},
		{`{"type":"RANGE","value":"2.3.4.5-2.3.4.15"}`, "", "2.3.4.16", false},
		{`{"type":"RANGE","value":"2001:db8::1-2001:db8::f"}`, "", "2001:db8::a", true},
		{`{"type":"RANGE","value":"2001:db8::1-2001:db8::f"}`, "", "10.0.0.1", false},
	} {
		z := zone(t, fmt.Sprintf(`{"id":"nzo1","type":"IP","status":"ACTIVE","gateways":[%s],"proxies":[%s]}`, c.gateways, c.proxies))
		if in, why := z.Holds(chainOf(t, c.chain)...); in != c.in || why != "" {
			t.Errorf("gateways %s, proxies %s: %q in %v (%s), want %v", c.gateways, c.proxies, c.chain, in, why, c.in)
		}
	}
}

func TestZonesThatCannotBeRead(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{"gateways":[{"type":"CIDR","value":"1.2.3.4/33"}]}`, `gateways: "1.2.3.4/33" is not a network such as 203.0.113.0/24`},
		{`{"gateways":[{"type":"CIDR","value":"::ffff:1.2.3.4/120"}]}`, "is not a network"},
		{`{"gateways":[{"type":"CIDR","value":"fe80::1%eth0"}]}`, "is not a network"},
		{`{"proxies":[{"type":"RANGE","value":"1.2.3.4"}]}`, `proxies: "1.2.3.4" is not a range such as 203.0.113.5-203.0.113.9`},
		{`{"proxies":[{"type":"RANGE","value":"1.2.3.4-1.2.3.3"}]}`, "is not a range"},
		{`{"proxies":[{"type":"RANGE","value":"1.2.3.4-::1"}]}`, "is not a range"},
		{`{"gateways":[{"value":"1.2.3.4"}]}`, `the type of "1.2.3.4" must be CIDR or RANGE`},
		{`{"gateways":["1.2.3.4"]}`, "zone: "},
	} {
		if _, err := ParseZone([]byte(c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.body, err, c.want)
		}
	}
}

// Conditions on zones read what Locate says: inside, outside, all of them, and what nobody knows.
func TestConditionsOnZones(t *testing.T) {
	zones := []Zone{
		zone(t, `{"id":"nzoOffice","name":"Office","type":"IP","status":"ACTIVE","gateways":[{"type":"CIDR","value":"203.0.113.0/24"}]}`),
		zone(t, `{"id":"nzoOld","name":"Old office","type":"IP","status":"INACTIVE","gateways":[{"type":"CIDR","value":"198.51.100.0/24"}]}`),
	}
	travel := zone(t, `{"id":"nzoTravel","name":"Travel","type":"DYNAMIC","status":"ACTIVE","locations":[{"country":"PT"}]}`)
	const office, elsewhere = "203.0.113.9", "198.51.100.9"
	for _, c := range []struct {
		condition, from string
		dynamic         bool
		want            Outcome
	}{
		{`{"connection":"ZONE","include":["nzoOffice"]}`, office, false, Matched},
		{`{"connection":"ZONE","include":["nzoOffice"]}`, elsewhere, false, Failed},
		{`{"connection":"ZONE","exclude":["nzoOffice"]}`, office, false, Failed},
		{`{"connection":"ZONE","exclude":["nzoOffice"]}`, elsewhere, false, Matched},
		{`{"connection":"ZONE","include":["nzoOld"]}`, elsewhere, false, Failed}, // not active
		{`{"connection":"ZONE","exclude":["nzoOld"]}`, elsewhere, false, Matched},
		{`{"connection":"ZONE","include":["nzoOld","nzoOffice"]}`, office, false, Matched},
		{`{"connection":"ZONE","include":["ALL_ZONES"]}`, office, false, Matched},
		{`{"connection":"ZONE","include":["ALL_ZONES"]}`, elsewhere, false, Failed},
		{`{"connection":"ZONE","exclude":["ALL_ZONES"]}`, elsewhere, false, Matched},
		{`{"connection":"ZONE","include":["ALL_ZONES"]}`, office, true, Matched},
		{`{"connection":"ZONE","include":["ALL_ZONES"]}`, elsewhere, true, Unknown},
		{`{"connection":"ZONE","exclude":["ALL_ZONES"]}`, elsewhere, true, Unknown},
		{`{"connection":"ZONE","exclude":["nzoTravel"]}`, office, true, Unknown},
		{`{"connection":"ZONE","include":["nzoTravel","nzoOffice"]}`, office, true, Matched},
		{`{"connection":"ZONE","include":["nzoTravel","nzoOffice"]}`, elsewhere, true, Unknown},
		{`{"connection":"ZONE","include":["nzoGone"]}`, office, false, Unknown},
		{`{"connection":"ANYWHERE"}`, elsewhere, true, Matched},
		{`{"connection":"ZONE"}`, office, false, Failed},
	} {
		all := zones
		if c.dynamic {
			all = append(all[:len(all):len(all)], travel)
		}
		rule, err := ParseRule([]byte(`{"id":"1","status":"ACTIVE","conditions":{"network":` + c.condition + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		set := []Policy{{ID: "1", Status: "ACTIVE", Rules: []Rule{rule}}}
		d := Evaluate(set, Context{Network: Locate(all, netip.MustParseAddr(c.from))})
		got := d.Policies[0].Rules[0]
		if got.Outcome != c.want {
			t.Errorf("%s from %s: %v, want %v (%+v)", c.condition, c.from, got.Outcome, c.want, got.Clauses)
		}
		why := got.Clauses[0].Why
		if (c.want == Unknown) != (why != "") || c.want == Unknown && c.dynamic && !strings.Contains(why, "Travel") {
			t.Errorf("%s from %s: the reason is %q", c.condition, c.from, why)
		}
	}
}
