package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
	"github.com/go-rod/rod/lib/utils"
)

// patience is how long a step of a journey may take on a busy machine.
const patience = 45 * time.Second

// tab is a page of a journey. Its steps wait for what they need, across navigations.
type tab struct {
	*rod.Page
	t *testing.T
}

// until repeats a step until it says that it is done. An error of the browser is no
// end: the page may have gone away under the step.
func (p *tab) until(step func(*rod.Page) (bool, error)) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	var last error
	page := p.Context(ctx).Sleeper(rod.NotFoundSleeper)
	sleeper := utils.BackoffSleeper(20*time.Millisecond, 250*time.Millisecond, nil)
	err := utils.Retry(ctx, sleeper, func() (bool, error) {
		done, err := step(page)
		last = err
		return done && err == nil, nil
	})
	if err != nil && last != nil {
		return fmt.Errorf("%w: %w", err, last)
	}
	return err
}

// holds waits until a JavaScript function of args returns true.
func (p *tab) holds(js string, args ...any) error {
	return p.until(func(page *rod.Page) (bool, error) {
		r, err := page.Eval(js, args...)
		return err == nil && r.Value.Bool(), err
	})
}

// ready waits until the page is loaded and htmx, which boots late, has taken it over.
func (p *tab) ready() {
	p.t.Helper()
	p.must(p.holds(`() => document.readyState === "complete" && (Boolean(window.htmx) || ![...document.scripts].some((s) => s.src.includes("/app")))`))
}

// visit goes to url and waits until the page is loaded.
func (p *tab) visit(url string) {
	p.t.Helper()
	p.must(p.Timeout(patience).Navigate(url))
	p.ready()
}

func (p *tab) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%v\non %s", err, p.text())
	}
}

// element waits for what a JavaScript function of args finds.
func (p *tab) element(js string, args ...any) (e *rod.Element, err error) {
	err = p.until(func(page *rod.Page) (bool, error) {
		found, err := page.ElementByJS(rod.Eval(js, args...))
		e = found
		return err == nil, err
	})
	if e != nil {
		e = e.Context(p.GetContext())
	}
	return e, err
}

// find waits for the element of a selector.
func (p *tab) find(selector string) *rod.Element {
	p.t.Helper()
	e, err := p.element(`s => document.querySelector(s)`, selector)
	if err != nil {
		p.t.Fatalf("no %s: %v\n%s", selector, err, p.text())
	}
	return e
}

// see waits until the page shows these words.
func (p *tab) see(words string) {
	p.t.Helper()
	if err := p.holds(`w => Boolean(document.body) && document.body.innerText.includes(w)`, words); err != nil {
		p.t.Fatalf("the page does not show %q but:\n%s", words, p.text())
	}
}

// shows tells whether the page shows these words now.
func (p *tab) shows(words string) bool { return strings.Contains(p.text(), words) }

// gone waits until the page does not show these words.
func (p *tab) gone(words string) {
	p.t.Helper()
	if err := p.holds(`w => Boolean(document.body) && !document.body.innerText.includes(w)`, words); err != nil {
		p.t.Fatalf("the page still shows %q", words)
	}
}

// text is where the tab is and, below, what the page shows.
func (p *tab) text() string {
	r, err := p.Timeout(patience).Eval(`() => location.href + "\n" + document.body.innerText`)
	if err != nil {
		return err.Error()
	}
	return r.Value.Str()
}

// url is where the tab is.
func (p *tab) url() string {
	p.t.Helper()
	i, err := p.Info()
	p.must(err)
	return i.URL
}

// byLabel finds the visible form control of a label.
const byLabel = `text => {
	for (const l of document.querySelectorAll("label")) {
		if (l.innerText.trim().replace(/\s+/g, " ").startsWith(text) && l.control && l.control.checkVisibility()) return l.control;
	}
	return null;
}`

// label finds the form control with this label.
func (p *tab) label(text string) *rod.Element {
	p.t.Helper()
	e, err := p.element(byLabel, text)
	if err != nil {
		p.t.Fatalf("no field labelled %q: %v\n%s", text, err, p.text())
	}
	return e
}

// fill types into the field with this label, in place of what is there.
func (p *tab) fill(label, value string) {
	p.t.Helper()
	p.ready()
	err := p.until(func(page *rod.Page) (bool, error) {
		e, err := page.ElementByJS(rod.Eval(byLabel, label))
		if err != nil {
			return false, err
		}
		if err := e.SelectAllText(); err != nil {
			return false, err
		}
		return true, e.Input(value)
	})
	if err != nil {
		p.t.Fatalf("field %q cannot be filled: %v\n%s", label, err, p.text())
	}
}

// byName finds the visible button, link, tab or summary of a name, in an open dialog first.
const byName = `name => {
	for (const e of document.querySelectorAll("dialog[open] button, dialog[open] a, button, a, [role=tab], summary")) {
		const label = (e.getAttribute("aria-label") || e.innerText || "").trim().replace(/\s+/g, " ");
		if (label === name && e.checkVisibility() && !e.disabled) return e;
	}
	return null;
}`

// click presses the visible button or link with this name.
func (p *tab) click(name string) {
	p.t.Helper()
	p.ready()
	err := p.until(func(page *rod.Page) (bool, error) {
		e, err := page.ElementByJS(rod.Eval(byName, name))
		if err != nil {
			return false, err
		}
		return true, e.Hover() // brings it into view and waits until nothing covers it
	})
	if err != nil {
		p.t.Fatalf("nothing to press called %q: %v\n%s", name, err, p.text())
	}
	p.must(p.Mouse.Click(proto.InputMouseButtonLeft, 1))
}

// follow presses what leads to another page and waits until that is loaded.
func (p *tab) follow(name string) {
	p.t.Helper()
	p.must(p.holds(`() => window.leaving = true`))
	p.click(name)
	p.must(p.holds(`() => !window.leaving && document.readyState === "complete"`))
}
