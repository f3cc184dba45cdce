package e2e

import (
	_ "embed"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/proto"
)

//go:embed testdata/axe-core-4.14.1/axe.min.js
var axeSource string

// violations runs axe with the rules of WCAG 2.x A and AA.
const violations = `async () => {
	await Promise.all(document.getAnimations().map((a) => a.finished.catch(() => 0)));
	const found = await axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}});
	return found.violations.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " (" + n.failureSummary.slice(0, 300) + ")").join("; ")).join("\n");
}`

// axe returns the violations on the page as it is, one a line.
func (p *tab) axe() string {
	p.t.Helper()
	r, err := p.Timeout(patience).Eval(violations)
	p.must(err)
	return r.Value.Str()
}

// loadAxe brings axe into the page, which the page's own policy would not allow.
func (p *tab) loadAxe() {
	p.t.Helper()
	p.ready()
	r, err := proto.RuntimeEvaluate{Expression: axeSource}.Call(p)
	p.must(err)
	if r.ExceptionDetails != nil {
		p.t.Fatal(r.ExceptionDetails.Text)
	}
}

// accessible fails for what axe finds on the page, in light and dark, wide and narrow,
// and where the page is wider than its window.
func (p *tab) accessible(name string) {
	p.t.Helper()
	p.loadAxe()
	for _, width := range []int{1360, 390} {
		p.must(p.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: width, Height: 900, DeviceScaleFactor: 1, Mobile: width < 500}))
		for _, look := range []string{"light", "dark"} {
			p.must(proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{
				{Name: "prefers-color-scheme", Value: look}, {Name: "prefers-reduced-motion", Value: "reduce"},
			}}.Call(p))
			if found := p.axe(); found != "" {
				p.t.Errorf("%s, %s, %d px: %s", name, look, width, found)
			}
		}
		if r, err := p.Eval(`() => document.documentElement.scrollWidth - innerWidth`); err != nil || r.Value.Int() > 0 {
			p.t.Errorf("%s is wider than its window of %d px: %v (%v)", name, width, r, err)
		}
	}
	p.must(p.SetViewport(&proto.EmulationSetDeviceMetricsOverride{Width: 1360, Height: 900, DeviceScaleFactor: 1}))
}

// What the other tests of this file rely on.
func TestAxeFindsViolations(t *testing.T) {
	p := newVisitor(t).open("data:text/html,<title>x</title><html lang=en><p style='color:%23bbb'>pale</p><img src=x>")
	p.loadAxe()
	if found := p.axe(); !strings.Contains(found, "color-contrast") || !strings.Contains(found, "image-alt") {
		t.Errorf("axe found %q", found)
	}
}

func TestPagesOfTheConsoleAreAccessible(t *testing.T) {
	s := startSite(t)
	s.api(t, "POST", "/api/v1/users/"+s.as(t, "end-user").UserID+"/lifecycle/suspend", nil, nil)
	person := "/people/" + s.as(t, "super-admin").UserID
	p := newVisitor(t).signIn(s, "super-admin", "/")
	c := p.client(s)
	paths := []string{
		"/", "/people", "/people?q=zzzz", "/people?q=status+eq", "/people?f=status:SUSPENDED&d=compact", person, "/people/new",
		"/changes", "/changes/1", "/sessions", "/nowhere", "/signed-out", "/callback?error=access_denied&state=x",
	}
	for _, mode := range []struct{ app, tab string }{ // pages whose form depends on the object
		{"Wiki", "/sign-on"}, {"Wiki", "/credentials"}, {"Analytics", "/sign-on"}, {"CRM", "/sign-on"}, {"CRM", "/credentials"}, {"CRM", "/integrate"},
	} {
		paths = append(paths, "/apps/"+s.appID(t, mode.app)+mode.tab)
	}
	known := map[string]bool{}
	for _, path := range paths {
		known[shape(&url.URL{Path: path})] = true
	}
	c.crawl(s)
	for _, a := range c.answers { // one of each page that the list above lacks
		if !known[shape(a.url)] && a.url.RawQuery == "" && strings.HasPrefix(a.url.String(), s.Console) && strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			known[shape(a.url)] = true
			paths = append(paths, a.url.Path)
		}
	}
	t.Log("pages:", paths)
	for _, path := range paths {
		p.visit(s.Console + path)
		p.accessible(path)
	}
	p.visit(s.Console + "/people")
	for _, menu := range []string{"Columns", "Filter"} {
		p.click(menu)
		p.accessible("/people with the menu " + menu)
		p.must(p.Keyboard.Press(input.Escape))
	}
	ask := s.addPerson(t, "ask", "me", "")
	p.visit(s.Console + "/people/" + ask.ID)
	for _, action := range []string{"suspend", "deactivate", "temporary-password"} {
		p.openAction(action)
		p.accessible("the question before " + action)
		p.must(p.Keyboard.Press(input.Escape))
	}
	p.act("temporary-password")
	p.see("It is shown this once")
	p.accessible("a person with a temporary password")
	p.visit(s.Console + "/people/new")
	p.click("Add person")
	p.accessible("a new person without a name")
	p.visit(s.Console + "/changes")
	p.accessible("/changes with a change")
}

func TestSignInPagesAreAccessible(t *testing.T) {
	s := startSite(t)
	for name, v := range s.signInPages(t) {
		p := newVisitor(t).open("about:blank")
		v.reach(p)
		p.accessible(name)
	}
}

// client is one that has the tab's cookies.
func (p *tab) client(s *site) *client {
	p.t.Helper()
	c := newClient(p.t)
	for _, base := range []string{s.Console, s.Org} {
		cookies, err := p.Cookies([]string{base})
		p.must(err)
		u, err := url.Parse(base)
		p.must(err)
		var list []*http.Cookie
		for _, k := range cookies {
			list = append(list, &http.Cookie{Name: k.Name, Value: k.Value, Path: "/"})
		}
		if len(list) == 0 {
			p.t.Fatal(fmt.Errorf("the tab has no cookie of %s", base))
		}
		c.http.Jar.SetCookies(u, list)
	}
	return c
}
