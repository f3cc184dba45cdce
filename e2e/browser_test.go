package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/launcher"
	"github.com/go-rod/rod/lib/proto"
)

// patience is how long a step of a journey may take on a busy machine.
const patience = 20 * time.Second

// chromium is the one browser of the test process; each journey has a context of its own in it.
var chromium struct {
	once     sync.Once
	browser  *rod.Browser
	launcher *launcher.Launcher
	err      error
	missing  string
}

func TestMain(m *testing.M) {
	code := m.Run()
	if chromium.browser != nil {
		if err := chromium.browser.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "close the browser:", err)
		}
	}
	if chromium.launcher != nil {
		chromium.launcher.Kill()
		chromium.launcher.Cleanup()
	}
	os.Exit(code)
}

// browser starts Chromium once, or skips the test where there is none.
func browser(t *testing.T) *rod.Browser {
	t.Helper()
	chromium.once.Do(func() {
		path, err := exec.LookPath("chromium")
		if err != nil {
			chromium.missing = "no Chromium on this machine: install the package chromium to run the browser journeys"
			return
		}
		l := launcher.New().Bin(path).Leakless(false).Headless(true).
			Set("disable-quic").Set("no-first-run").Set("disable-background-networking").
			Set("disable-component-update").Set("disable-sync").Set("disable-gpu").
			Set("lang", "en-GB")
		if os.Geteuid() == 0 {
			l = l.NoSandbox(true)
		}
		url, err := l.Launch()
		if err != nil {
			chromium.err = fmt.Errorf("start Chromium: %w", err)
			return
		}
		chromium.launcher = l
		chromium.browser = rod.New().ControlURL(url)
		chromium.err = chromium.browser.Connect()
	})
	if chromium.missing != "" {
		t.Skip(chromium.missing)
	}
	if chromium.err != nil {
		t.Fatal(chromium.err)
	}
	return chromium.browser
}

// tab is a page of a journey. It fails the test on a violation of the content security
// policy, on an exception in a script and on a request that leaves this machine.
type tab struct {
	*rod.Page
	t *testing.T
}

// visitor is a browser profile of its own: cookies are shared by its tabs alone.
type visitor struct {
	t *testing.T
	b *rod.Browser
}

func newVisitor(t *testing.T) *visitor {
	t.Helper()
	b, err := browser(t).Incognito()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return &visitor{t, b}
}

// open opens a tab at url.
func (v *visitor) open(url string) *tab {
	v.t.Helper()
	p, err := v.b.Page(proto.TargetCreateTarget{URL: "about:blank"})
	if err != nil {
		v.t.Fatal(err)
	}
	tb := &tab{p, v.t}
	tb.watch()
	tb.visit(url)
	return tb
}

func (p *tab) watch() {
	var enable []error
	enable = append(enable, proto.LogEnable{}.Call(p), proto.RuntimeEnable{}.Call(p), proto.NetworkEnable{}.Call(p))
	for _, err := range enable {
		if err != nil {
			p.t.Fatal(err)
		}
	}
	go p.EachEvent(func(e *proto.LogEntryAdded) {
		if strings.Contains(e.Entry.Text, "Content Security Policy") {
			p.t.Errorf("policy violation on %s: %s", e.Entry.URL, e.Entry.Text)
		}
	}, func(e *proto.RuntimeExceptionThrown) {
		p.t.Errorf("script error: %s", e.ExceptionDetails.Text)
	}, func(e *proto.NetworkRequestWillBeSent) {
		u := e.Request.URL
		for _, local := range []string{"http://127.0.0.1:", "https://127.0.0.1:", "http://localhost:", "data:", "about:", "blob:"} {
			if strings.HasPrefix(u, local) {
				return
			}
		}
		p.t.Errorf("a page asked another host: %s", u) // security 31
	})()
}

// visit goes to url and waits until the page is loaded.
func (p *tab) visit(url string) {
	p.t.Helper()
	pt := p.Timeout(patience)
	p.must(pt.Navigate(url))
	p.must(pt.WaitLoad())
}

func (p *tab) must(err error) {
	p.t.Helper()
	if err != nil {
		info := "?"
		if i, ierr := p.Info(); ierr == nil {
			info = i.URL
		}
		p.t.Fatalf("on %s: %v", info, err)
	}
}

// find waits for the element of a selector.
func (p *tab) find(selector string) *rod.Element {
	p.t.Helper()
	e, err := p.Timeout(patience).Element(selector)
	if err != nil {
		p.t.Fatalf("no %s: %v\n%s", selector, err, p.text())
	}
	return e.CancelTimeout()
}

// see waits until the page shows these words.
func (p *tab) see(words string) {
	p.t.Helper()
	if err := p.Timeout(patience).Wait(rod.Eval(`w => document.body && document.body.innerText.includes(w)`, words)); err != nil {
		p.t.Fatalf("the page does not show %q but:\n%s", words, p.text())
	}
}

// gone waits until the page does not show these words.
func (p *tab) gone(words string) {
	p.t.Helper()
	if err := p.Timeout(patience).Wait(rod.Eval(`w => !document.body.innerText.includes(w)`, words)); err != nil {
		p.t.Fatalf("the page still shows %q", words)
	}
}

// text is what the page shows.
func (p *tab) text() string {
	r, err := p.Timeout(patience).Eval(`() => location.href + "\n" + document.body.innerText`)
	if err != nil {
		return err.Error()
	}
	return r.Value.Str()
}

// label finds the form control with this label.
func (p *tab) label(text string) *rod.Element {
	p.t.Helper()
	e, err := p.Timeout(patience).ElementByJS(rod.Eval(`text => {
		for (const l of document.querySelectorAll("label")) {
			if (l.innerText.trim().replace(/\s+/g, " ").startsWith(text) && l.control && l.control.checkVisibility()) return l.control;
		}
		return null;
	}`, text))
	if err != nil {
		p.t.Fatalf("no field labelled %q: %v\n%s", text, err, p.text())
	}
	return e.CancelTimeout()
}

// fill types into the field with this label, in place of what is there.
func (p *tab) fill(label, value string) {
	p.t.Helper()
	e := p.label(label)
	p.must(e.SelectAllText())
	p.must(e.Input(value))
}

// click presses the visible button or link with this name.
func (p *tab) click(name string) {
	p.t.Helper()
	e, err := p.Timeout(patience).ElementByJS(rod.Eval(`name => {
		for (const e of document.querySelectorAll("dialog[open] button, dialog[open] a, button, a, [role=tab], summary")) {
			const label = (e.getAttribute("aria-label") || e.innerText || "").trim().replace(/\s+/g, " ");
			if (label === name && e.checkVisibility() && !e.disabled) return e;
		}
		return null;
	}`, name))
	if err != nil {
		p.t.Fatalf("nothing to press called %q: %v\n%s", name, err, p.text())
	}
	p.must(e.CancelTimeout().Timeout(patience).Click(proto.InputMouseButtonLeft, 1))
}
