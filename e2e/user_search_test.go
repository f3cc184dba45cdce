package e2e

import (
	"strings"
	"testing"
)

// Somebody is found by name, id, e-mail address and expression; what cannot be read is told.
func TestFindPerson(t *testing.T) {
	s := startSite(t)
	one := s.addPerson(t, "Xanthippe", "Quill", "")
	p := newVisitor(t).signIn(s, "super-admin", "/people")
	for _, c := range []struct{ name, box, sees string }{
		{"by the beginning of a name", "xanthi", "Xanthippe Quill"},
		{"by id", one.ID, "Xanthippe Quill"},
		{"by e-mail address", "Xanthippe.Quill@journey.example", "Xanthippe Quill"},
		{"by an expression", `profile.lastName eq "Quill" and status eq "ACTIVE"`, "Xanthippe Quill"},
		{"nobody", "nobody-is-called-this", "Nobody here"},
		{"an expression with a mistake", `profile.lastName eq "Quill`, "This expression cannot be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &tab{p.Page, t}
			p.visit(s.Console + "/people")
			box := p.find(`#list input[name=q]`)
			p.must(box.Timeout(patience).Input(c.box))
			p.must(p.find("#list .filters-form button").Timeout(patience).Click("left", 1))
			p.must(p.holds(`q => new URL(location.href).searchParams.get("q") === q`, c.box)) // the address is the state
			p.see(c.sees)
		})
	}
	p.visit(s.Console + "/people?q=" + one.ID)
	p.follow("Xanthippe Quill")
	p.see("Xanthippe.Quill@journey.example")
}

// Columns come from the schema, custom attributes included, and stay in the address;
// further pages follow by "Load more".
func TestPeopleColumnsAndPages(t *testing.T) {
	s := start(t, "demo", "--addr", "127.0.0.1:0", "--org-addr", "127.0.0.1:0", "--seed", "80", "--data", t.TempDir(), "--json")
	p := newVisitor(t).signIn(s, "super-admin", "/people")
	p.click("Columns")
	p.must(p.find(`#columns input[value="profile.badge"]`).Timeout(patience).Click("left", 1))
	p.must(p.find(`#columns button[type=submit]`).Timeout(patience).Click("left", 1))
	p.must(p.holds(`() => [...document.querySelectorAll("#list thead th")].some((h) => h.innerText.trim() === "Badge number")`))
	if !strings.Contains(p.url(), "profile.badge") {
		t.Errorf("the columns are not in the address: %s", p.url())
	}
	before := p.find("#rows").MustEval(`() => this.querySelectorAll("tr.row-link").length`).Int()
	p.click("Load more")
	p.must(p.holds(`n => document.querySelectorAll("#rows tr.row-link").length > n`, before))
	links := p.find("#rows").MustEval(`() => [...this.querySelectorAll("tr.row-link a")].map((a) => a.href).join(" ")`).Str()
	seen := map[string]bool{}
	for _, l := range strings.Fields(links) {
		if seen[l] {
			t.Errorf("%s stands in two pages", l)
		}
		seen[l] = true
	}
}
