package org

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

const zonesPath = "/api/v1/zones"

// The life of a zone, statuses and key order as recorded.
func TestNetworkZone(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *testOrg) {
		const fields = `"gateways":[{"type":"RANGE","value":"2.3.4.5-2.3.4.15"},{"type":"CIDR","value":"1.2.3.4/24"}],"proxies":[{"type":"CIDR","value":"2.2.3.4/24"}]`
		doc := x.call("POST", zonesPath, `{`+fields+`,"name":"Office <1>","status":"INACTIVE","type":"IP","usage":"POLICY"}`).want(200).doc()
		path := zonesPath + "/" + doc.Text("id")
		link := `"href":"http://org.example` + path
		want := `{"type":"IP","id":"` + doc.Text("id") + `","name":"Office <1>","status":"ACTIVE","usage":"POLICY","created":"2026-03-02T09:00:00.000Z",` +
			`"lastUpdated":"2026-03-02T09:00:00.000Z","system":false,` + fields +
			`,"_links":{"self":{` + link + `","hints":{"allow":["GET","PUT","DELETE"]}},"deactivate":{` + link + `/lifecycle/deactivate","hints":{"allow":["POST"]}}}}`
		if string(doc.Bytes()) != want || !strings.HasPrefix(doc.Text("id"), "nzo") {
			t.Errorf("created\n%s\nwant\n%s", doc.Bytes(), want)
		}
		if got := x.call("GET", path, "").want(200); string(got.body) != want {
			t.Errorf("read\n%s\nwant\n%s", got.body, want)
		}
		x.call("DELETE", path, "").refused(400, "E0000001", "id: The zone: "+doc.Text("id")+" is an active zone. Active zones cannot be deleted.")

		x.clock.forward(time.Minute)
		got := x.call("POST", path+"/lifecycle/deactivate", "").want(200).doc()
		if got.Text("status") != "INACTIVE" || got.Text("lastUpdated") != "2026-03-02T09:01:00.000Z" || got.Text("_links", "activate", "href") == "" || got.Get("_links", "deactivate") != nil {
			t.Errorf("deactivated: %s", got.Bytes())
		}
		got = x.call("PUT", path, `{"name":"Office","type":"IP","status":"ACTIVE","usage":"BLOCKLIST","gateways":[{"type":"CIDR","value":"10.0.0.0/8"}]}`).want(200).doc()
		if got.Text("status") != "ACTIVE" || got.Text("usage") != "BLOCKLIST" || string(got.Get("proxies")) != "null" || got.Text("created") != "2026-03-02T09:00:00.000Z" {
			t.Errorf("updated: %s", got.Bytes())
		}
		x.call("PUT", path, `{"name":"Office","type":"IP","gateways":[{"type":"CIDR","value":"10.0.0.0/8"}]}`).want(200)
		x.call("PUT", path, `{"name":"Office","type":"DYNAMIC","asns":["23457"]}`).refused(400, "E0000001", "type: The type of a zone cannot be changed")
		x.call("POST", path+"/lifecycle/deactivate", "").want(200)
		x.call("POST", path+"/lifecycle/activate", "").want(200)
		x.call("POST", path+"/lifecycle/deactivate", "").want(200)
		x.call("DELETE", path, "").want(204)
		for _, gone := range []answer{
			x.call("GET", path, ""), x.call("DELETE", path, ""), x.call("POST", path+"/lifecycle/activate", ""),
			x.call("PUT", path, `{"name":"Office","type":"IP","gateways":[{"type":"CIDR","value":"10.0.0.0/8"}]}`),
		} {
			gone.refused(404, "E0000007", "")
		}
		for event, n := range map[string]int{"create": 1, "update": 2, "deactivate": 3, "activate": 1, "delete": 1, "make_blacklist": 1, "remove_blacklist": 1} {
			if got := x.events("zone." + event); got != n {
				t.Errorf("%d events zone.%s, want %d", got, event, n)
			}
		}
	})
}

func TestDynamicNetworkZones(t *testing.T) {
	x := newTestOrg(t)
	got := x.call("POST", zonesPath, `{"type":"DYNAMIC","name":"Travel","locations":[{"country":"US","region":"US-CA"},{"country":"PT","region":null}],"proxyType":"Any"}`).want(200).doc()
	if string(got.Get("locations")) != `[{"country":"US","region":"US-CA"},{"country":"PT","region":null}]` || got.Text("proxyType") != "Any" || string(got.Get("asns")) != "null" || got.Get("gateways") != nil {
		t.Errorf("dynamic: %s", got.Bytes())
	}
	got = x.call("POST", zonesPath, `{"type":"DYNAMIC_V2","name":"Proxies","usage":"BLOCKLIST","ipServiceCategories":{"include":["ALL_ANONYMIZERS"],"exclude":[]}}`).want(200).doc()
	if string(got.Get("ipServiceCategories")) != `{"include":["ALL_ANONYMIZERS"],"exclude":[]}` || got.Text("usage") != "BLOCKLIST" {
		t.Errorf("enhanced: %s", got.Bytes())
	}
	x.call("GET", "/api/v1/users/me", "").want(200) // what nobody can place is not blocked
}

// A new org holds two zones of the system, which stay what they are.
func TestSystemZones(t *testing.T) {
	x := newTestOrg(t)
	for name, usage := range map[string]string{"LegacyIpZone": "POLICY", "BlockedIpZone": "BLOCKLIST"} {
		found := x.call("GET", zonesPath+"?filter="+url.QueryEscape(`usage eq "`+usage+`" and system eq true`), "").want(200).docs()
		if len(found) != 1 || found[0].Text("name") != name || string(found[0].Get("gateways")) != "null" {
			t.Fatalf("%s: %s", name, found)
		}
		path := zonesPath + "/" + found[0].Text("id")
		got := x.call("PUT", path, `{"name":"`+name+`","type":"IP","usage":"`+usage+`","gateways":[{"type":"CIDR","value":"203.0.113.0/24"}]}`).want(200).doc()
		if string(got.Get("system")) != "true" {
			t.Errorf("%s after an update: %s", name, got.Bytes())
		}
		other := map[string]string{"POLICY": "BLOCKLIST", "BLOCKLIST": "POLICY"}[usage]
		x.call("PUT", path, `{"name":"`+name+`","type":"IP","usage":"`+other+`"}`).refused(400, "E0000001", "usage: The network zone does not allow usage changes for "+name+".")
		x.call("POST", path+"/lifecycle/deactivate", "").want(200)
		x.call("DELETE", path, "").refused(400, "E0000001", "")
	}
}

func TestNetworkZoneRefusals(t *testing.T) {
	x := newTestOrg(t)
	const gateways = `"gateways":[{"type":"CIDR","value":"203.0.113.0/24"}]`
	many := func(n int) string {
		entries := make([]string, n)
		for i := range entries {
			entries[i] = fmt.Sprintf(`{"type":"CIDR","value":"10.%d.%d.0/24"}`, i/256, i%256)
		}
		return `"gateways":[` + strings.Join(entries, ",") + `]`
	}
	x.call("POST", zonesPath, `{"type":"IP","name":"Office",`+many(150)+`}`).want(200)
	x.call("POST", zonesPath, `{"type":"IP","name":"Blocked","usage":"BLOCKLIST",`+many(1000)+`}`).want(200)
	for _, c := range []struct{ body, code, cause string }{
		{`{"type":"IP","name":"office",` + gateways + `}`, "E0000001", "name: An object with this field already exists in the current organization"},
		{`{"type":"IP","name":" ",` + gateways + `}`, "E0000001", "name: The field cannot be left blank"},
		{`{"type":"IP","name":"` + strings.Repeat("é", 129) + `",` + gateways + `}`, "E0000001", "name: The field is too long"},
		{`{"name":"New",` + gateways + `}`, "E0000001", "type: The field cannot be left blank"},
		{`{"type":"OTHER","name":"New",` + gateways + `}`, "E0000003", ""},
		{`{"type":"IP","name":"New","usage":"OTHER",` + gateways + `}`, "E0000003", ""},
		{`{"type":"IP","name":"New","status":"OTHER",` + gateways + `}`, "E0000003", ""},
		{`{"type":"IP","name":"New"}`, "E0000001", "gateways: Give at least one of gateways, proxies"},
		{`{"type":"IP","name":"New","gateways":[],"proxies":null}`, "E0000001", "gateways: Give at least one of gateways, proxies"},
		{`{"type":"IP","name":"New","gateways":"203.0.113.0/24"}`, "E0000003", ""},
		{`{"type":"IP","name":"New","gateways":[{"type":"CIDR","value":"203.0.113.0/99"}]}`, "E0000001", `gateways: "203.0.113.0/99" is not a network such as 203.0.113.0/24`},
		{`{"type":"IP","name":"New","proxies":[{"type":"RANGE","value":"203.0.113.9"}]}`, "E0000001", `proxies: "203.0.113.9" is not a range such as 203.0.113.5-203.0.113.9`},
		{`{"type":"IP","name":"New",` + many(151) + `}`, "E0000001", "gateways: There are more addresses than a zone of this kind may have"},
		{`{"type":"IP","name":"New","usage":"BLOCKLIST",` + many(1001) + `}`, "E0000001", "gateways: There are more addresses than a zone of this kind may have"},
		{`{"type":"IP","name":"New","usage":"BLOCKLIST","gateways":[{"type":"CIDR","value":"127.0.0.0/8"}]}`, "E0000001", "gateways: The zone would block 127.0.0.1, where this request comes from"},
		{`{"type":"DYNAMIC","name":"New"}`, "E0000001", "locations: Give at least one of locations, proxyType, asns"},
		{`{"type":"DYNAMIC","name":"New","locations":[{"country":"Portugal"}]}`, "E0000001", "locations: A country is two letters of ISO 3166-1, such as US"},
		{`{"type":"DYNAMIC","name":"New","locations":[{"country":"US","region":"PT-11"}]}`, "E0000001", "locations: A region is a code of ISO 3166-2 within its country, such as US-CA"},
		{`{"type":"DYNAMIC","name":"New","asns":["AS1"]}`, "E0000001", "asns: The number of a network is digits, such as 23457"},
		{`{"type":"DYNAMIC","name":"New","proxyType":"Some"}`, "E0000001", "proxyType: The proxy type must be Any, Tor or NotTorAnonymizer"},
		{"", "E0000003", ""},
	} {
		x.call("POST", zonesPath, c.body).refused(400, c.code, c.cause)
	}
	x.call("GET", zonesPath+"?filter="+url.QueryEscape(`name eq "Office"`), "").refused(400, "E0000053", "")
	if n := len(x.call("GET", zonesPath+"?limit=-1", "").want(200).docs()); n != 4 {
		t.Errorf("%d zones, want 4", n)
	}
	if n := len(x.call("GET", zonesPath+"?limit=3", "").want(200).docs()); n != 3 {
		t.Errorf("%d zones on a page of 3", n)
	}
}

// A zone that a rule names stays until the rule lets it go.
func TestAZoneInUseIsNotDeleted(t *testing.T) {
	x := newTestOrg(t)
	id := x.call("POST", zonesPath, `{"type":"IP","name":"Office","gateways":[{"type":"CIDR","value":"203.0.113.0/24"}]}`).want(200).doc().Text("id")
	policy := x.call("POST", "/api/v1/policies", `{"type":"OKTA_SIGN_ON","name":"Off the network"}`).want(200).doc().Text("id")
	rule := func(network string) string {
		return `{"name":"Ask","conditions":{"network":` + network + `},"actions":{"signon":{"access":"ALLOW","requireFactor":true,"factorPromptMode":"ALWAYS"}}}`
	}
	ruleID := x.call("POST", "/api/v1/policies/"+policy+"/rules", rule(`{"connection":"ZONE","exclude":["`+id+`"]}`)).want(200).doc().Text("id")
	x.call("POST", zonesPath+"/"+id+"/lifecycle/deactivate", "").want(200)
	x.call("DELETE", zonesPath+"/"+id, "").refused(400, "E0000001", "id: The zone is used by the rule Ask of the policy Off the network. Take it out of there first.")
	x.call("PUT", "/api/v1/policies/"+policy+"/rules/"+ruleID, rule(`{"connection":"ANYWHERE"}`)).want(200)
	x.call("DELETE", zonesPath+"/"+id, "").want(204)
}
