package e2e

import (
	"net/url"
	"testing"
)

// An office network is added, asked about, kept while a rule names it, and deleted.
func TestNetworkZoneFromBeginningToEnd(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "super-admin", "/network-zones?q=203.0.113.9")
	p.see("Holds 203.0.113.9")
	p.see("Countries we work in")
	p.accessible("zones that hold an address")
	p.follow("Add zone")
	p.fill("Name", "Warehouse")
	p.fill("Gateway addresses", "192.0.2.0/33")
	p.click("Add zone")
	p.see(`"192.0.2.0/33" is not a network such as 203.0.113.0/24`)
	p.accessible("a new zone that was refused")
	p.fill("Gateway addresses", "192.0.2.0/25\n192.0.2.200 - 192.0.2.209")
	p.follow("Add zone")
	p.see("Warehouse was added.")
	at, err := url.Parse(p.url())
	p.must(err)
	id := lastSegment(at.Path)

	p.fill("IP address", "192.0.2.205")
	p.follow("Look")
	p.see("is in this zone.")
	var policy struct{ ID string }
	s.api(t, "POST", "/api/v1/policies", map[string]any{"type": "OKTA_SIGN_ON", "name": "Warehouse hours"}, &policy)
	s.api(t, "POST", "/api/v1/policies/"+policy.ID+"/rules", map[string]any{
		"name": "Off site", "conditions": map[string]any{"network": map[string]any{"connection": "ZONE", "exclude": []any{id}}},
		"actions": map[string]any{"signon": map[string]any{"access": "ALLOW", "requireFactor": true, "factorPromptMode": "ALWAYS"}},
	}, nil)
	p.visit(s.Console + "/network-zones/" + id)
	p.see("for requests outside of it")
	p.see("It can be deleted once no rule names it.")
	p.accessible("a zone in use")
	p.follow("Warehouse hours")
	s.api(t, "DELETE", "/api/v1/policies/"+policy.ID, nil, nil)

	p.visit(s.Console + "/network-zones/" + id)
	p.see("It can be deleted once it is inactive.")
	confirm := func() {
		t.Helper()
		p.must(p.holds(`() => window.leaving = true`))
		p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
		p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	}
	p.click("Deactivate")
	p.must(p.find("dialog[open] input[name=reason]").Input("NET-7"))
	confirm()
	p.see("Warehouse is inactive.")
	p.click("Delete")
	p.must(p.find("dialog[open] input[name=confirm]").Input("warehouse"))
	confirm()
	p.see("Warehouse is deleted.")
	p.visit(s.Console + "/changes")
	p.see("NET-7")
}
