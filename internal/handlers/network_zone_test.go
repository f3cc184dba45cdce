package handlers

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const (
	officeID = "nzo1office0000000001"
	office   = `{"type":"IP","id":"` + officeID + `","name":"Office <b>","status":"ACTIVE","usage":"POLICY","created":"2026-03-01T00:00:00.000Z","lastUpdated":"2026-03-01T00:00:00.000Z","system":false,` +
		`"gateways":[{"type":"CIDR","value":"203.0.113.0/24"}],"proxies":null}`
	travel = `{"type":"DYNAMIC","id":"nzo1travel0000000001","name":"Travel","status":"ACTIVE","usage":"BLOCKLIST","lastUpdated":"2026-03-01T00:00:00.000Z","system":false,` +
		`"locations":[{"country":"US","region":"US-CA"},{"country":"PT","region":null}],"proxyType":"ANY","asns":["23457"]}`
)

// zoneOrg is an org with two zones and a rule that names one; bodies are what it was sent.
func zoneOrg(bodies *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			b, _ := io.ReadAll(r.Body)
			*bodies = append(*bodies, r.Method+" "+string(b))
		}
		switch {
		case r.URL.Path == "/api/v1/zones" && r.Method == http.MethodGet:
			answerJSON(w, "["+office+","+travel+"]")
		case strings.HasSuffix(r.URL.Path, "/nzo1travel0000000001"):
			answerJSON(w, travel)
		case strings.HasPrefix(r.URL.Path, "/api/v1/zones"):
			answerJSON(w, office)
		case r.URL.Query().Get("type") == "OKTA_SIGN_ON":
			answerJSON(w, `[{"id":"00p1","type":"OKTA_SIGN_ON","name":"Sales <i>","status":"ACTIVE","_embedded":{"rules":[
				{"id":"0pr1","name":"Off site","conditions":{"network":{"connection":"ZONE","exclude":["`+officeID+`"]}}},{"id":"0pr2","name":"Anywhere","conditions":null}]}}]`)
		case strings.HasPrefix(r.URL.Path, "/api/v1/policies"):
			answerJSON(w, "[]")
		default:
			answerJSON(w, "{}")
		}
	}
}

func zoneFixture(t *testing.T, scopes ...string) (*fixture, *[]string) {
	t.Helper()
	var bodies []string
	f := newFixture(t, zoneOrg(&bodies))
	f.desk.session.Scopes = append(f.desk.session.Scopes, append(scopes, "okta.networkZones.read")...)
	f.desk.session.Address = "198.51.100.7"
	return f, &bodies
}

func TestTheListTellsWhichZonesHoldAnAddress(t *testing.T) {
	f, _ := zoneFixture(t)
	for query, want := range map[string][]string{
		"":                {"203.0.113.0/24", "US-CA, PT and 2 more", "Blocks", "For policies"},
		"?q=203.0.113.9":  {"Holds 203.0.113.9", ">Yes<", ">Not known<"},
		"?q=198.51.100.1": {"Holds 198.51.100.1", ">No<", ">Not known<"},
		"?q=office":       {"Type one IP address"},
	} {
		page := f.ask(t, request(http.MethodGet, "/network-zones"+query)).Body.String()
		for _, w := range want {
			if !strings.Contains(page, w) {
				t.Errorf("%s lacks %q:\n%s", query, w, page)
			}
		}
		if strings.Contains(page, "Add zone") {
			t.Errorf("%s offers what this sign-in may not do", query)
		}
	}
}

// A zone names the rules that use it, and is not offered for deletion while they do.
func TestAZoneTellsWhoUsesIt(t *testing.T) {
	f, _ := zoneFixture(t, "okta.networkZones.manage", "okta.policies.read")
	page := f.ask(t, request(http.MethodGet, "/network-zones/"+officeID+"?address=203.0.113.200")).Body.String()
	for _, want := range []string{"Office &lt;b&gt;", "Sales &lt;i&gt;", "Off site", "for requests outside of it", "It can be deleted once no rule names it.", "is in this zone."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "delete-zone") || strings.Contains(page, "Anywhere") {
		t.Errorf("the page offers to delete it, or names a rule that does not use it:\n%s", page)
	}
	g, _ := zoneFixture(t)
	if page := g.ask(t, request(http.MethodGet, "/network-zones/"+officeID)).Body.String(); !strings.Contains(page, "Your roles do not show policies.") || strings.Contains(page, "Save") {
		t.Errorf("without more than read:\n%s", page)
	}
}

// What is typed becomes the entries of the API, whatever way they are written.
func TestAZoneIsSentAsItWasTyped(t *testing.T) {
	f, bodies := zoneFixture(t, "okta.networkZones.manage")
	for _, c := range []struct {
		path string
		form url.Values
		want string
	}{
		{
			"/network-zones/new",
			url.Values{"type": {"IP"}, "name": {" Plant "}, "gateways": {"203.0.113.9, 10.0.0.0/8\r\n2001:db8::1\n203.0.113.20 - 203.0.113.30"}, "form_id": {"a"}},
			`POST {"type":"IP","name":"Plant","usage":"POLICY","gateways":[{"type":"CIDR","value":"203.0.113.9/32"},{"type":"CIDR","value":"10.0.0.0/8"},{"type":"CIDR","value":"2001:db8::1/128"},{"type":"RANGE","value":"203.0.113.20-203.0.113.30"}],"proxies":[]}`,
		},
		{
			"/network-zones/new",
			url.Values{"type": {"DYNAMIC"}, "name": {"Trips"}, "locations": {"pt\nus-ca"}, "asns": {"AS23457"}, "proxyType": {"Tor"}, "blocks": {"true"}, "form_id": {"b"}},
			`POST {"type":"DYNAMIC","name":"Trips","usage":"BLOCKLIST","locations":[{"country":"PT","region":null},{"country":"US","region":"US-CA"}],"asns":["23457"],"proxyType":"Tor"}`,
		},
		{
			"/network-zones/" + officeID,
			url.Values{"type": {"DYNAMIC"}, "name": {"Office"}, "gateways": {"203.0.113.0/24"}, "proxies": {"192.0.2.1"}},
			`PUT {"type":"IP","name":"Office","usage":"POLICY","gateways":[{"type":"CIDR","value":"203.0.113.0/24"}],"proxies":[{"type":"CIDR","value":"192.0.2.1/32"}],"status":"ACTIVE"}`,
		},
	} {
		*bodies = nil
		w := f.ask(t, formRequest(c.path, c.form, "Origin: http://console.example", "Gatehouse-Request: 1"))
		if len(*bodies) != 1 || (*bodies)[0] != c.want {
			t.Errorf("%s: %d, the org got\n%q\nwant\n%s", c.path, w.Code, *bodies, c.want)
		}
	}
}

// Who would block themselves is told so, and nothing is sent.
func TestAZoneThatBlocksOneselfIsNotSaved(t *testing.T) {
	f, bodies := zoneFixture(t, "okta.networkZones.manage")
	w := f.ask(t, formRequest("/network-zones/new", url.Values{"type": {"IP"}, "name": {"All"}, "gateways": {"198.51.100.0/24"}, "blocks": {"true"}, "form_id": {"c"}}, "Origin: http://console.example", "Gatehouse-Request: 1"))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "It would block 198.51.100.7, where you signed in from.") || len(*bodies) != 0 {
		t.Errorf("%d, sent %v:\n%s", w.Code, *bodies, w.Body)
	}
}
