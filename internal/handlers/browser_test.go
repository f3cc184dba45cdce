package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"
	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/input"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// browser is a console that a real Chromium looks at.
type browser struct {
	*fixture
	t      *testing.T
	url    string
	chrome *rod.Browser
}

// TestInBrowser runs in one Chromium; each part has a console and cookies of its own.
func TestInBrowser(t *testing.T) {
	path, found := launcher.LookPath()
	if !found {
		t.Skip("no Chromium on this machine")
	}
	l := launcher.New().Bin(path).NoSandbox(os.Geteuid() == 0)
	control, err := l.Launch()
	if err != nil {
		t.Skip("Chromium does not start: " + err.Error())
	}
	t.Cleanup(l.Cleanup)
	chrome := rod.New().ControlURL(control).MustConnect()
	t.Cleanup(chrome.MustClose)
	for _, part := range []struct {
		name string
		test func(*testing.T, *browser)
	}{
		{"pages", testPages},
		{"load more keeps the focus", testLoadMore},
		{"filters keep the address", testFilters},
		{"keys and look", testKeysAndLook},
		{"forms and dialogs", testForms},
		{"tabs and Back", testTabs},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, openBrowser(t, chrome)) })
	}
}

// openBrowser makes a console, with the workshop beside its pages, and a fresh profile.
func openBrowser(t *testing.T, chrome *rod.Browser, extra ...route) *browser {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	base := "http://" + server.Listener.Addr().String()
	f := newFixture(t, homeOrg, func(c *Config) { c.BaseURL, c.Now = base, time.Now })
	f.desk.session.ExpiresAt = time.Now().Add(7 * time.Hour)
	handler, err := f.serve(append(append(f.routes(), workshop()...), extra...))
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(server.Close)
	profile := chrome.MustIncognito()
	t.Cleanup(profile.MustClose)
	return &browser{f, t, base, profile}
}

// page opens a path as somebody signed in. Violations of the policy end up in window.broken.
func (b *browser) page(path string, width, height int) *rod.Page {
	b.t.Helper()
	p := b.chrome.MustPage()
	p.MustSetViewport(width, height, 1, width < 500)
	p.MustSetCookies(&proto.NetworkCookieParam{Name: "signed", Value: "in", URL: b.url})
	p.MustEvalOnNewDocument(`window.broken = [];
		document.addEventListener("securitypolicyviolation", (e) => broken.push(e.violatedDirective + " " + e.blockedURI + " " + e.sample));
		addEventListener("error", (e) => broken.push(e.message));`)
	p = p.Timeout(30 * time.Second)
	p.MustNavigate(b.url + path).MustWaitLoad()
	// htmx marks what it has taken over; the script is deferred.
	p.MustWait(`() => document.readyState === "complete" && Boolean(window.htmx)`)
	return p
}

// sound fails where the policy was violated or the page is wider than its window.
func (b *browser) sound(p *rod.Page, name string) {
	b.t.Helper()
	if broken := p.MustEval(`() => broken.join("; ")`).Str(); broken != "" {
		b.t.Errorf("%s: %s", name, broken)
	}
	if wide := p.MustEval(`() => document.documentElement.scrollWidth - innerWidth`).Int(); wide > 0 {
		b.t.Errorf("%s: %d px wider than the window", name, wide)
	}
	// security 31: everything comes from the console itself.
	if foreign := p.MustEval(`() => performance.getEntriesByType("resource").map((r) => r.name).filter((n) => !n.startsWith(location.origin + "/")).join(" ")`).Str(); foreign != "" {
		b.t.Errorf("%s: loads %s", name, foreign)
	}
	// security 25: nothing of a page stays in the browser's stores.
	if n := p.MustEval(`() => localStorage.length + sessionStorage.length`).Int(); n != 0 {
		b.t.Errorf("%s: %d entries in the browser's stores", name, n)
	}
}

// security 24: no violation on any page, in every look and width.
func testPages(t *testing.T, b *browser) {
	for range 3 {
		b.change(t, "00u1")
	}
	for _, path := range []string{"/", "/changes", "/changes/1", "/signed-out", "/nowhere", "/workshop"} {
		p := b.page(path, 1360, 900)
		b.sound(p, path)
		if n := p.MustEval(`() => [...document.querySelectorAll("svg.icon")].filter((s) => s.checkVisibility() && s.getBBox().width === 0).length`).Int(); n > 0 {
			t.Errorf("%s: %d icons are empty", path, n)
		}
		p.MustSetViewport(390, 844, 1, true)
		b.sound(p, path+" on a phone")
		p.MustClose()
	}
}

func homeOrg(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPut:
		answerJSON(w, benAfter)
	case r.URL.Path == "/api/v1/logs":
		answerJSON(w, oneFailed)
	default:
		answerJSON(w, oneLocked)
	}
}

func testLoadMore(t *testing.T, b *browser) {
	for range changesPage + 5 {
		b.change(t, "00u1")
	}
	p := b.page("/changes", 1360, 900)
	p.MustElement("tr.more a").MustClick()
	p.MustWait(`() => document.querySelectorAll("#rows > tr").length === 55`)
	if at := p.MustEval(`() => [...document.querySelectorAll("#rows > tr")].indexOf(document.activeElement.closest("tr"))`).Int(); at != changesPage {
		t.Errorf("the focus is in row %d, want %d: the first new one", at, changesPage)
	}
	b.sound(p, "load more")
}

func testFilters(t *testing.T, b *browser) {
	b.change(t, "00u1")
	b.change(t, "00u2")
	p := b.page("/changes", 1360, 900)
	p.MustElement("select[name=who]").MustSelect("Only me")
	p.MustWait(`() => document.querySelectorAll("#rows > tr").length === 1`)
	if at := p.MustEval(`() => location.search`).Str(); at != "?who=me" {
		t.Errorf("the address is %q", at)
	}
	p.MustElement("[name=target]").MustInput("00u8").MustType(input.Enter)
	p.MustElementR("#list h2", "No changes here")
	if at := p.MustEval(`() => location.search`).Str(); at != "?who=me&target=00u8" {
		t.Errorf("the address is %q", at)
	}
	p.MustNavigateBack()
	p.MustWait(`() => location.search === "?who=me" && document.querySelectorAll("#rows > tr").length === 1`)
	b.sound(p, "filters")
}

func testKeysAndLook(t *testing.T, b *browser) {
	p := b.page("/", 1360, 900)
	p.Keyboard.MustType('/')
	if id := p.MustEval(`() => document.activeElement.id + document.activeElement.value`).Str(); id != "search" {
		t.Errorf("/ leads to %q", id)
	}
	for _, look := range []struct{ choice, background string }{{"dark", "rgb(16, 20, 27)"}, {"light", "rgb(246, 247, 249)"}} {
		p.MustElement("[popovertarget=me]").MustClick()
		p.MustElement(`[data-theme-set="` + look.choice + `"]`).MustClick()
		p.MustReload().MustWaitLoad()
		if got := p.MustEval(`() => getComputedStyle(document.body).backgroundColor`).Str(); got != look.background {
			t.Errorf("%s: the background is %s after a reload, want %s", look.choice, got, look.background)
		}
	}
	p.MustWait(`() => Boolean(window.htmx)`)
	p.MustElement("[data-nav-toggle]").MustClick()
	p.MustReload().MustWaitLoad()
	if w := p.MustEval(`() => document.getElementById("nav").offsetWidth`).Int(); w > 60 {
		t.Errorf("the folded navigation is %d px wide", w)
	}
	b.sound(p, "keys and look")
}

// workshop is a page with a dialog, a form that is refused first, tabs and a failing link.
func workshop() []route {
	field := func(problem string) templ.Component {
		return ui.Input(ui.Field{Name: "login", Label: "Login", Value: "x", Error: problem})
	}
	form := func(problem string) templ.Component {
		return around(ui.EditForm("/workshop/save", "place"), templ.Join(field(problem), ui.Submit("Save")))
	}
	tabs := func(current string) templ.Component {
		return around(ui.Tabs("Parts", []ui.Tab{{Label: "One", Href: "/workshop", Current: current == "one"}, {Label: "Two", Href: "/workshop/two", Current: current == "two"}}), templ.Raw("<p>part "+current+"</p>"))
	}
	place := templ.Join(templ.Raw(`<div id="place">`), form(""), templ.Raw("</div>"))
	body := templ.Join(
		ui.Button("trash", "Delete", "sure"),
		around(ui.Confirm(ui.Question{ID: "sure", Action: "/workshop/fail", Target: "place", Title: "Delete it?", Verb: "Delete", Danger: true}), templ.Raw("<p>It is gone then.</p>")),
		place, tabs("one"), wideTable())
	get := func(path string, s Screen) route {
		return route{method: http.MethodGet, path: path, handle: func(*gin.Context) (View, error) { return s, nil }}
	}
	return []route{
		get("/workshop", Screen{Around: About{Title: "Workshop"}, Body: body, Part: templ.Raw("<p>part one</p>")}),
		get("/workshop/two", Screen{Around: About{Title: "Two"}, Body: tabs("two"), Part: templ.Raw(`<p>part two <a href="/">on</a></p>`)}),
		{method: http.MethodPost, path: "/workshop/save", handle: func(c *gin.Context) (View, error) {
			if c.PostForm("login") == "x" {
				return refused(Screen{Body: form("Already taken")}), nil
			}
			return redirect("/workshop/two", okta.Object{}, ui.Message{Kind: "ok", Title: "Saved"}), nil
		}},
		{method: http.MethodPost, path: "/workshop/fail", handle: func(*gin.Context) (View, error) { return nil, notFound("Person") }},
	}
}

// wideTable does not fit any window.
func wideTable() templ.Component {
	columns := make([]ui.Column, 40)
	for i := range columns {
		columns[i].Label = "A heading of some length"
	}
	return around(ui.Table("Wide", columns), templ.Raw(strings.Repeat("<tr>"+strings.Repeat("<td>value</td>", len(columns))+"</tr>", 60)))
}

func testForms(t *testing.T, b *browser) {
	p := b.page("/workshop", 1360, 900)

	// A refused form comes back with its error, and the field has the focus.
	p.MustElementR("button", "Save").MustClick()
	p.MustElement("#field-login-error")
	if id := p.MustEval(`() => document.activeElement.id`).Str(); id != "field-login" {
		t.Errorf("after a refused form the focus is on %q", id)
	}

	// A failing action closes its dialog, leaves the page and says why; the focus goes back
	// to what opened the dialog.
	p.MustElement(`[data-dialog="sure"]`).MustClick()
	p.MustElement("dialog[open] button[type=submit]").MustClick()
	p.MustElementR("#messages .toast", "Person not found")
	if p.MustElement("#field-login").MustProperty("value").Str() != "x" {
		t.Error("the error replaced the form")
	}
	if p.MustHas("dialog[open]") {
		t.Error("the dialog hides the message")
	}
	if at := p.MustEval(`() => document.activeElement.dataset.dialog`).Str(); at != "sure" {
		t.Errorf("after the dialog the focus is on %q", at)
	}

	// An accepted form leads on, and its message is there, once.
	p.MustElement("#field-login").MustSelectAllText().MustInput("y")
	p.MustElementR("button", "Save").MustClick()
	p.MustElementR("#messages .toast", "Saved")
	if u, _ := url.Parse(p.MustInfo().URL); u.Path != "/workshop/two" {
		t.Errorf("the form led to %s", u)
	}
	b.sound(p, "forms")
}

func testTabs(t *testing.T, b *browser) {
	p := b.page("/workshop", 1360, 900)
	p.MustElementR(".tab", "Two").MustClick()
	p.MustElementR("#tab p", "part two")
	p.MustWait(`() => location.pathname === "/workshop/two" && document.title.startsWith("Two") && document.querySelector(".tab[aria-current=page]")?.textContent.includes("Two")`)
	if tag := p.MustEval(`() => document.activeElement.textContent.trim()`).Str(); tag != "Two" {
		t.Errorf("after a tab the focus is on %q", tag)
	}
	p.MustNavigateBack()
	p.MustWait(`() => document.querySelector("#tab p")?.textContent === "part one" && Boolean(document.querySelector("#place"))`)
	b.sound(p, "tabs")
}
