package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"

	"golang.org/x/net/html"
)

// listedApps is how many apps the org has when their list is timed.
const listedApps = 500

// desk is a console in front of an org, with somebody signed in.
type desk struct {
	url     string
	browser *client
	proxy   *countingProxy
	stop    func(*error)
}

// desk starts a console on an org of the small company, through a proxy that counts the calls.
func (b *bench) desk() (_ *desk, err error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	behind, err := freeAddress()
	if err != nil {
		return nil, err
	}
	d := &desk{url: "http://" + address, browser: b.client("")}
	if d.proxy, err = listenProxy("http://" + behind); err != nil {
		return nil, err
	}
	var running []*process
	d.stop = func(err *error) {
		stopAll(err, running...)
		*err = errors.Join(*err, d.proxy.server.Close())
	}
	defer func() {
		if err != nil {
			d.stop(&err)
		}
	}()
	org, err := b.org("small", b.people, "--addr", behind, "--base-url", d.proxy.url, "--client", "console,console-secret,"+d.url+"/callback")
	if err != nil {
		return nil, err
	}
	running = append(running, org.process)
	console, err := b.start("", b.consoleFile, "serve", "--addr", address, "--base-url", d.url, "--org-url", d.proxy.url,
		"--client-id", "console", "--client-secret", "console-secret", "--data-dir", filepath.Join(b.dir, "console"))
	if err != nil {
		return nil, err
	}
	running = append(running, console)
	return d, d.browser.signIn(d.url + "/people")
}

// pages compares the pages of people and apps with the call to the org that each costs, and
// weighs the first load.
func (b *bench) pages() (err error) {
	b.report.how("`console serve` on `console org` with %d people and %d apps, through a proxy on loopback that counts the calls; the API is asked through it too. p50 of %d requests each, in turn, one at a time. First load: the People page with all that it links to and loads, as sent with `Accept-Encoding: gzip`, without headers.", b.people, listedApps, b.times())
	d, err := b.desk()
	if err != nil {
		return err
	}
	defer func() { d.stop(&err) }()
	people, browser, proxy := d.url+"/people", d.browser, d.proxy
	if err := b.manyApps(proxy.url); err != nil {
		return err
	}
	page, err := b.budget(browser, "People", people, "okta.users.read", proxy)
	if err != nil {
		return err
	}
	if _, err := b.budget(browser, "Apps", d.url+"/apps", "okta.apps.read", proxy); err != nil {
		return err
	}
	return b.firstLoad(browser, people, page)
}

// manyApps makes an org one of listedApps apps.
func (b *bench) manyApps(org string) error {
	_, held, err := b.tokensOf(org, superAdmin, "openid okta.apps.read okta.apps.manage")
	if err != nil {
		return err
	}
	api := b.client("Bearer " + held.Access)
	var there []json.RawMessage
	all, err := api.get(org + "/api/v1/apps?limit=200")
	if err == nil {
		err = json.Unmarshal(all.body, &there)
	}
	for i := len(there); i < listedApps && err == nil; i++ {
		_, err = api.json(http.StatusOK, "POST", org+"/api/v1/apps", map[string]any{
			"name": "bookmark", "label": fmt.Sprintf("App %03d", i), "signOnMode": "BOOKMARK", "settings": map[string]any{"app": map[string]any{"url": "https://app.example"}},
		})
	}
	return err
}

// budget counts the calls of a list page, and times it and the one call that it makes, in turn.
func (b *bench) budget(browser *client, name, address, scope string, proxy *countingProxy) (page reply, err error) {
	if _, err := browser.get(address); err != nil {
		return page, err
	}
	before := proxy.calls.Load()
	if page, err = browser.get(address); err != nil {
		return page, err
	}
	last := proxy.last.Load().(string)
	b.report.atMost(name+" page: calls to the org", float64(proxy.calls.Load()-before), 1, "", last)
	call := proxy.url + last
	_, held, err := b.tokensOf(proxy.url, superAdmin, "openid "+scope)
	if err != nil {
		return page, err
	}
	api := b.client("Bearer " + held.Access)
	var pages, calls []float64
	for range b.times() {
		p, err := browser.milliseconds(1, address)
		if err != nil {
			return page, err
		}
		a, err := api.milliseconds(1, call)
		if err != nil {
			return page, err
		}
		pages, calls = append(pages, p[0]...), append(calls, a[0]...)
	}
	b.report.atMost(name+" page over its API call", median(pages)-median(calls), 5, " ms",
		fmt.Sprintf("page %s ms, API %s ms", number(median(pages)), number(median(calls))))
	return page, nil
}

// firstLoad adds up what a browser with an empty cache gets.
func (b *bench) firstLoad(browser *client, address string, page reply) error {
	var all, scripts float64
	count := func(to string, isScript bool) error {
		r, err := browser.do(http.StatusOK, "GET", to, "", "", "Accept-Encoding", "gzip")
		if err != nil {
			return err
		}
		all += float64(len(r.body)) / 1024
		if isScript {
			scripts += float64(len(r.body)) / 1024
		}
		return nil
	}
	if err := count(address, false); err != nil {
		return err
	}
	base, err := url.Parse(address)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, l := range linked(string(page.body)) {
		to, err := base.Parse(l.address)
		if err != nil {
			return err
		}
		to.Fragment = ""
		if seen[to.String()] {
			continue
		}
		seen[to.String()] = true
		if err := count(to.String(), l.script); err != nil {
			return err
		}
	}
	b.report.atMost("first load", all, 90, " KB", fmt.Sprintf("%d files", len(seen)+1))
	b.report.atMost("first load: script", scripts, 30, " KB", "")
	return nil
}

type loaded struct {
	address string
	script  bool
}

// linked lists what a page makes a browser load.
func linked(page string) (out []loaded) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil // a reader of a string does not fail
	}
	for n := range root.Descendants() {
		attr := map[string]string{}
		for _, a := range n.Attr {
			attr[a.Key] = a.Val
		}
		switch {
		case n.Data == "script" && attr["src"] != "":
			out = append(out, loaded{attr["src"], true})
		case n.Data == "link" && attr["rel"] == "modulepreload":
			out = append(out, loaded{attr["href"], true})
		case n.Data == "link" && (attr["rel"] == "stylesheet" || attr["rel"] == "icon" || attr["rel"] == "preload"):
			out = append(out, loaded{attr["href"], false})
		case n.Data == "img" && attr["src"] != "":
			out = append(out, loaded{attr["src"], false})
		case n.Data == "use" && attr["href"] != "" && attr["href"][0] != '#':
			out = append(out, loaded{attr["href"], false})
		}
	}
	return out
}

// countingProxy stands between console and org.
type countingProxy struct {
	url    string
	server *http.Server
	// calls counts requests of the management API, last is the path and query of the last one.
	calls atomic.Int64
	last  atomic.Value
}

func listenProxy(org string) (*countingProxy, error) {
	to, err := url.Parse(org)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &countingProxy{url: "http://" + l.Addr().String()}
	forward := &httputil.ReverseProxy{
		Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true},
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to) },
	}
	p.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/v1/") && r.URL.Path != "/api/v1/authn" {
			p.last.Store(r.URL.RequestURI())
			p.calls.Add(1)
		}
		forward.ServeHTTP(w, r)
	})}
	go p.server.Serve(l) //nolint:errcheck // it ends with the run
	return p, nil
}
