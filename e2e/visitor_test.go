package e2e

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/proto"
)

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

// faults are what went wrong in a tab that no step asked about.
type faults struct {
	mu   sync.Mutex
	list []string
}

func (f *faults) add(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !slices.Contains(f.list, text) {
		f.list = append(f.list, text)
	}
}

// watch fails the test at its end for a violation of the content security policy, an
// exception in a script and a request that leaves this machine.
func (p *tab) watch() {
	p.t.Helper()
	for _, err := range []error{proto.LogEnable{}.Call(p), proto.RuntimeEnable{}.Call(p), proto.NetworkEnable{}.Call(p)} {
		p.must(err)
	}
	seen := &faults{}
	go p.EachEvent(func(e *proto.LogEntryAdded) {
		if strings.Contains(e.Entry.Text, "Content Security Policy") { // security 24
			seen.add("policy violation on " + e.Entry.URL + ": " + e.Entry.Text)
		}
	}, func(e *proto.RuntimeExceptionThrown) {
		seen.add("script error: " + e.ExceptionDetails.Text)
	}, func(e *proto.NetworkRequestWillBeSent) {
		if !local(e.Request.URL) { // security 31
			seen.add("a page asked another host: " + e.Request.URL)
		}
	})()
	p.t.Cleanup(func() {
		seen.mu.Lock()
		defer seen.mu.Unlock()
		for _, f := range seen.list {
			p.t.Error(f)
		}
	})
}

// local tells whether an address is of this machine.
func local(url string) bool {
	for _, start := range []string{"http://127.0.0.1:", "https://127.0.0.1:", "data:", "about:", "blob:"} {
		if strings.HasPrefix(url, start) {
			return true
		}
	}
	return false
}
