package e2e

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// seeds of a crawl that no page may link to.
var unlinked = []string{
	"/nowhere", "/signed-out", "/healthz", "/readyz", "/people.csv", "/people?q=status+eq", "/people?q=profile.city+sw+%22M%22&sort=profile.lastName",
	"/people/00u00000000000000000", "/people/..%2f..%2fetc", "/changes/0", "/changes?since=x", "/static/none.css", "/callback?error=access_denied&state=x",
}

// crawl reads every page that GET reaches on the console from its home page, three of
// each shape of address, with what they load. It signs nobody out: that is a POST.
func (c *client) crawl(s *site) {
	c.t.Helper()
	queue := []string{s.Console + "/"}
	for _, path := range unlinked {
		queue = append(queue, s.Console+path)
	}
	seen, shapes := map[string]bool{}, map[string]int{}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		u, err := url.Parse(address)
		if err != nil {
			c.t.Errorf("a page links to %q: %v", address, err)
			continue
		}
		u.Fragment = ""
		if seen[u.String()] || !strings.HasPrefix(u.String(), s.Console+"/") || shapes[shape(u)] >= 3 || u.Path == "/login" {
			continue
		}
		seen[u.String()] = true
		shapes[shape(u)]++
		a := c.send(http.MethodGet, u.String(), "")
		if a.status >= 500 {
			c.t.Errorf("%s answers %d", a, a.status)
		}
		queue = append(queue, c.links(a)...)
	}
	if len(seen) < 12 {
		c.t.Fatalf("only %d pages were found: %v", len(seen), seen)
	}
}

// changing are the parts of an address that name one object: ids, key ids, numbers, files.
var changing = regexp.MustCompile(`^([0-9A-Za-z]{20}|[0-9A-Za-z_-]{43}|[0-9]+|[a-z0-9_-]+\.[a-z2-7]{10}\.\w+)$`)

// shape is an address without its ids and values.
func shape(u *url.URL) string {
	parts := strings.Split(u.EscapedPath(), "/")
	for i, p := range parts {
		if changing.MatchString(p) && !strings.HasPrefix(u.Path, "/static/") {
			parts[i] = "*"
		}
	}
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	sort.Strings(names)
	return strings.Join(parts, "/") + "?" + strings.Join(names, "&")
}

// links are the addresses that a page leads to or loads by GET.
func (c *client) links(a answer) []string {
	c.t.Helper()
	if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		return nil
	}
	var out []string
	for n := range nodes(c.t, a.body) {
		for _, name := range []string{"href", "src", "hx-get", "data-href"} {
			if v := attr(n, name); v != "" {
				out = append(out, v)
			}
		}
		if n.Data == "form" && !strings.EqualFold(attr(n, "method"), http.MethodPost) {
			out = append(out, attr(n, "action"))
		}
	}
	for i, link := range out {
		if u, err := a.url.Parse(link); err == nil {
			out[i] = u.String()
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
