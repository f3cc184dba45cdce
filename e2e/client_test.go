package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// client is a browser without script: it keeps cookies and every answer it got, those
// that redirect included.
type client struct {
	t       *testing.T
	http    *http.Client
	answers []answer
	// always are headers of every request: name, value.
	always []string
}

// answer is what came back for one request.
type answer struct {
	method string
	url    *url.URL
	status int
	header http.Header
	body   string
}

func (a answer) String() string { return a.method + " " + a.url.String() }

func newClient(t *testing.T) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, http: &http.Client{
		Jar: jar, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// send makes one request; header pairs are name, value.
func (c *client) send(method, address, body string, headers ...string) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	headers = append(slices.Clone(c.always), headers...)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, address, err)
	}
	a := answer{method, r.URL, resp.StatusCode, resp.Header, string(text)}
	c.answers = append(c.answers, a)
	return a
}

// get follows redirects to a page.
func (c *client) get(address string) answer {
	c.t.Helper()
	return c.follow(c.send(http.MethodGet, address, ""))
}

func (c *client) follow(a answer) answer {
	c.t.Helper()
	for range 10 {
		to := a.header.Get("Location")
		if to == "" || a.status < 300 || a.status >= 400 {
			return a
		}
		next, err := a.url.Parse(to)
		if err != nil {
			c.t.Fatal(err)
		}
		a = c.send(http.MethodGet, next.String(), "")
	}
	c.t.Fatalf("%s leads round in a circle", a)
	return a
}

// submit sends the page's form with these fields over its own ones.
func (c *client) submit(page answer, fields ...string) answer {
	c.t.Helper()
	form, action := formOf(c.t, page, "")
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return c.follow(c.send(http.MethodPost, action, form.Encode(), "Origin", page.url.Scheme+"://"+page.url.Host))
}

// signIn signs in on the org's pages, allows changes, and lands on path.
func (c *client) signIn(s *site, name, path string) answer {
	c.t.Helper()
	page := c.signInToRead(s, name, path)
	if !strings.Contains(page.body, `action="/logout"`) {
		return page
	}
	fields, _ := formOf(c.t, page, "/logout")
	fields.Set("return_to", path)
	fields["scope"] = manageScopes()
	return c.follow(c.send(http.MethodPost, s.Console+"/step-up", fields.Encode(), "Origin", s.Console))
}

// signInToRead signs in on the org's pages and lands on path.
func (c *client) signInToRead(s *site, name, path string) answer {
	c.t.Helper()
	in := s.as(c.t, name)
	page := c.submit(c.get(s.Console+path), "username", in.Login, "password", in.Password)
	if page.status != http.StatusOK || !strings.HasPrefix(page.url.String(), s.Console) {
		c.t.Fatalf("sign-in of %s ended at %s: %d\n%s", name, page, page.status, page.body)
	}
	return page
}

// formOf reads the fields and the address of the POST form with this action, or of the first.
func formOf(t *testing.T, page answer, action string) (url.Values, string) {
	t.Helper()
	fields, to, inside := url.Values{}, "", false
	for n := range nodes(t, page.body) {
		switch {
		case n.Data == "form" && to == "" && strings.EqualFold(attr(n, "method"), http.MethodPost) && (action == "" || attr(n, "action") == action):
			inside = true
			u, err := page.url.Parse(attr(n, "action"))
			if err != nil {
				t.Fatal(err)
			}
			to = u.String()
		case n.Data == "form":
			inside = false
		case n.Data == "input" && inside && (attr(n, "type") == "checkbox" || attr(n, "type") == "radio") && !has(n, "checked"):
		case n.Data == "input" && inside && attr(n, "name") != "":
			fields.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	if to == "" {
		t.Fatalf("no form %s on %s: %d\n%s", action, page, page.status, page.body)
	}
	return fields, to
}

// nodes walks the elements of a page in order.
func nodes(t *testing.T, page string) func(func(*html.Node) bool) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(*html.Node) bool) {
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && !yield(n) {
				return
			}
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
