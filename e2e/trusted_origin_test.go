package e2e

import (
	"net/url"
	"testing"
)

// A trusted origin is added, changed while somebody else changes it, switched off and deleted.
func TestTrustedOriginFromBeginningToEnd(t *testing.T) {
	s := startSite(t)
	p := newVisitor(t).signIn(s, "super-admin", "/trusted-origins")
	p.see("Intranet")
	p.accessible("the trusted origins of the company")
	p.follow("Add origin")
	p.fill("Name", "Portal")
	p.fill("Origin", "portal.example")
	p.must(p.find("input[name=CORS]").Click("left", 1))
	p.click("Add origin")
	p.see("An origin is a scheme, a host")
	p.accessible("a new origin that was refused")
	p.fill("Origin", "https://portal.example")
	p.follow("Add origin")
	p.see("Portal was added.")
	p.see("Active")
	at, err := url.Parse(p.url())
	p.must(err)
	id := lastSegment(at.Path)

	s.api(t, "PUT", "/api/v1/trustedOrigins/"+id, map[string]any{
		"name": "Portal", "origin": "https://other.example", "scopes": []any{map[string]any{"type": "IFRAME_EMBED", "allowedOktaApps": []any{"OKTA_ENDUSER"}}},
	}, nil)
	p.fill("Name", "Our portal")
	p.click("Save")
	p.see("Somebody else changed it meanwhile: it is now Portal, https://other.example, trusted for Frames.")
	p.accessible("an origin that somebody else changed")
	p.must(p.find("input[name=IFRAME_EMBED]").Click("left", 1))
	p.follow("Save")
	p.see("Our portal is saved.")
	var made struct {
		Name, Origin string
		Scopes       []struct {
			Type            string
			AllowedOktaApps []string
		}
	}
	s.api(t, "GET", "/api/v1/trustedOrigins/"+id, nil, &made)
	if made.Name != "Our portal" || made.Origin != "https://portal.example" || len(made.Scopes) != 2 || len(made.Scopes[1].AllowedOktaApps) != 1 {
		t.Errorf("the org has %+v", made)
	}

	p.click("Deactivate")
	p.must(p.find("dialog[open] input[name=reason]").Input("SEC-7"))
	p.must(p.holds(`() => window.leaving = true`))
	p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	p.see("Our portal is inactive.")
	p.visit(s.Console + "/trusted-origins?q=our")
	p.see("Scripts (CORS), Frames")
	p.see("Inactive")
	p.accessible("the list of trusted origins")
	p.follow("Our portal")
	p.click("Delete")
	p.accessible("the question before an origin is deleted")
	submit := func(name string) {
		t.Helper()
		p.must(p.find("dialog[open] input[name=confirm]").Input(name))
		p.must(p.holds(`() => window.leaving = true`))
		p.must(p.find("dialog[open] button[type=submit]").Click("left", 1))
		p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
	}
	submit("Portal")
	p.see("Type Our portal to confirm. Nothing was changed.")
	p.visit(s.Console + "/trusted-origins/" + id)
	p.click("Delete")
	submit("Our portal")
	p.see("Our portal is deleted.")
	p.visit(s.Console + "/changes")
	p.see("SEC-7")
}
