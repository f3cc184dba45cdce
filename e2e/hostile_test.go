package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// hostile are texts that run, break out or turn around where somebody forgets to escape.
// window.struck is what each would set.
var hostile = []string{
	`<script>window.struck=1</script>`, `</script><script>window.struck=2</script>`, `<img src=x onerror=window.struck=3>`,
	`"><img src=x onerror=window.struck=4>`, `'><img src=x onerror=window.struck=5>`, `<svg onload=window.struck=6>`,
	`" onmouseover="window.struck=7" x="`, `' onfocus='window.struck=8' autofocus='`, `" autofocus onfocus=window.struck=9 x="`,
	`javascript:window.struck=10`, ` javascript:window.struck=11`, `JaVaScRiPt:window.struck=12`, "java\tscript:window.struck=13",
	`data:text/html,<script>window.struck=14</script>`, `<iframe srcdoc="<script>parent.struck=15</script>">`,
	`<object data="javascript:window.struck=16">`, `<embed src="javascript:window.struck=17">`, `<a href="javascript:window.struck=18">x</a>`,
	`<form action="javascript:window.struck=19"><button>x</button></form>`, `<base href="//evil.example/">`,
	`<meta http-equiv="refresh" content="0;url=javascript:window.struck=21">`, `<link rel="stylesheet" href="//evil.example/x.css">`,
	`<style>@import "//evil.example/x.css"</style>`, `<div style="background:url(javascript:window.struck=24)">`,
	`<details open ontoggle=window.struck=25>`, `<video src=x onerror=window.struck=26>`, `<body onload=window.struck=27>`,
	`<input autofocus onfocus=window.struck=28>`, `<select autofocus onfocus=window.struck=29>`, `<template><script>window.struck=30</script></template>`,
	`<noscript><p title="</noscript><img src=x onerror=window.struck=31>">`, `<math><mtext></form><form><mglyph><style></math><img src onerror=window.struck=32>`,
	`{{constructor.constructor('window.struck=33')()}}`, `${window.struck=34}`, `<%= window.struck=35 %>`, `<!--><img src=x onerror=window.struck=36>-->`,
	`]]><script>window.struck=37</script>`, `&lt;script&gt;window.struck=38&lt;/script&gt;`, `<div hx-on:load="window.struck=39" hx-get="/people" hx-trigger="load">`,
	`<x hx-vals="js:{a:window.struck=40}" hx-get="/" hx-trigger="load">`, "\u202egnp.exe\u202c", "\u2066left\u2069\u200bjoined",
	"two\ntime=2026-01-01T00:00:00Z level=ERROR msg=forged", "\r\n{\"level\":\"forged\"}", "\x1b[31mred\x1b[0m",
}

// security 28, 46: names, departments, groups and what the trail and the log say of
// them show as text on every page: nothing runs, nothing is added, nothing turns around.
func TestHostileTextStaysText(t *testing.T) {
	s := startSite(t)
	var first, app string
	for i, text := range hostile {
		var made struct{ ID string }
		login := fmt.Sprintf("hostile%d@company.example", i)
		s.api(t, "POST", "/api/v1/users?activate=true", map[string]any{"profile": map[string]any{
			"login": login, "email": login, "firstName": head(text, 50), "lastName": head(text, 50), "department": text, "city": text, "displayName": text,
		}}, &made)
		if i == 0 {
			first = made.ID
		}
		s.api(t, "POST", "/api/v1/groups", map[string]any{"profile": map[string]any{"name": head(text, 255), "description": text}}, nil)
		if strings.TrimSpace(text) == "" {
			continue
		}
		var added struct{ ID string }
		s.api(t, "POST", "/api/v1/apps", map[string]any{
			"label": head(text, 100), "name": "bookmark", "signOnMode": "BOOKMARK",
			"settings": map[string]any{"app": map[string]any{"url": text}, "notes": map[string]any{"admin": text}},
		}, &added)
		if i == 0 {
			app = added.ID
		}
	}
	for _, text := range append([]string{"\n{fake}"}, hostile[:7]...) { // on Home as failed sign-ins
		guest := newClient(t)
		guest.submit(guest.get(s.Console+"/"), "username", text, "password", "Wrong-pass-1")
	}
	p := newVisitor(t).signIn(s, "super-admin", "/")
	c := p.client(s)
	for _, path := range []string{"/people?limit=200", "/people?q=hostile&limit=200&c=profile.department&c=profile.displayName&c=profile.firstName", "/", "/changes", "/apps?limit=200&c=settings.notes.admin", "/apps/" + app, "/apps/" + app + "/sign-on", "/apps/" + app + "/integrate", "/apps/" + app + "/deactivate"} {
		p.visit(s.Console + path)
		p.unstruck(path)
	}
	p.visit(s.Console + "/people?q=hostile&limit=200&c=profile.department")
	for _, text := range hostile[:36] {
		p.see(strings.TrimSpace(strings.ReplaceAll(text, "\t", " "))) // shown as it is
	}
	pages := []string{}
	for _, link := range c.links(c.get(s.Console + "/people/" + first)) {
		if path := strings.TrimPrefix(link, s.Console); strings.HasPrefix(path, "/people/"+first) {
			pages = append(pages, path)
		}
	}
	for _, path := range pages {
		p.visit(s.Console + path)
		p.unstruck(path)
	}
	for _, text := range hostile { // what comes with the address
		for _, path := range []string{"/people?q=", "/apps?q=", "/apps?f=name:", "/people?f=profile.city:", "/changes?target=", "/login?return_to="} {
			a := c.send("GET", s.Console+path+url.QueryEscape(text), "")
			if a.status >= 500 {
				t.Errorf("%s: %d", a, a.status)
			}
			for n := range nodes(t, a.body) {
				if n.Data == "script" && attr(n, "src") == "" || attr(n, "onerror") != "" || attr(n, "onload") != "" || strings.HasPrefix(attr(n, "href"), "javascript:") {
					t.Errorf("%s: the text became <%s>", a, n.Data)
				}
			}
		}
	}
	for line := range strings.Lines(s.logs.String()) {
		if !strings.HasPrefix(line, "time=") || strings.ContainsAny(line, "\u202e\u2066\x1b\r") {
			t.Errorf("the log has a line that text from outside made: %q", line)
		}
	}
}

// unstruck fails where a hostile text ran or became an element.
func (p *tab) unstruck(path string) {
	p.t.Helper()
	r, err := p.Eval(`() => String(window.struck ?? "") + [...document.querySelectorAll("main :is(script, iframe, object, embed, base, meta, style, template, math, video, [onerror], [onload], [style], [hx-vals], [hx-on\\:load])")].map((e) => e.outerHTML.slice(0, 100)).join()`)
	p.must(err)
	if got := r.Value.Str(); got != "" {
		p.t.Errorf("%s: a hostile text came to life: %s", path, got)
	}
	// security 25: what was read stays out of the browser's stores.
	r, err = p.Eval(`() => Object.keys(localStorage).concat(Object.keys(sessionStorage)).join()`)
	p.must(err)
	if got := r.Value.Str(); got != "" {
		p.t.Errorf("%s: the browser's stores hold %s", path, got)
	}
}

func head(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}
