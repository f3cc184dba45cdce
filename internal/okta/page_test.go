package okta

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// pagedOrg lists n users, one per page, the way the org writes its Link headers: one
// per rel, self always.
func pagedOrg(n int, seen *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*seen = append(*seen, r.URL.RawQuery)
		at, _ := strconv.Atoi(r.URL.Query().Get("after"))
		self := "http://" + r.Host + r.URL.RequestURI()
		w.Header().Add("Link", fmt.Sprintf(`<%s>; rel="self"`, self))
		if at+1 < n {
			q := r.URL.Query()
			q.Set("after", strconv.Itoa(at+1))
			w.Header().Add("Link", fmt.Sprintf(`<http://%s%s?%s>; rel="next"`, r.Host, r.URL.Path, q.Encode()))
		}
		answer(w, 200, fmt.Sprintf(`[{"id":"00u%d"}]`, at))
	}
}

func listUsers(query string) Call {
	q, _ := url.ParseQuery(query)
	return Call{Op: Find("listUsers"), Query: q}
}

func TestAllWalksTheList(t *testing.T) {
	var seen []string
	c, _, _ := testOrg(t, pagedOrg(3, &seen))
	var ids []string
	for o, err := range c.All(t.Context(), listUsers(`limit=1&search=profile.city eq "Ørsted"`)) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, o.Text("id"))
	}
	if want := []string{"00u0", "00u1", "00u2"}; !slices.Equal(ids, want) {
		t.Errorf("ids %v, want %v", ids, want)
	}
	if len(seen) != 3 || !strings.Contains(seen[2], "search=profile.city+eq+%22%C3%98rsted%22") || !strings.Contains(seen[2], "after=2") {
		t.Errorf("queries %q", seen)
	}
	seen = nil
	for range c.All(t.Context(), listUsers("limit=1")) {
		break
	}
	if len(seen) != 1 {
		t.Errorf("%d pages were read for one document, want 1", len(seen))
	}
}

func TestWalkStopsAtAnError(t *testing.T) {
	var seen []string
	pages := pagedOrg(3, &seen)
	c, _, _ := testOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("after") == "1" {
			answer(w, 400, `{"errorCode":"E0000054","errorSummary":"Invalid paging request"}`)
			return
		}
		pages(w, r)
	})
	var n int
	var last error
	for _, err := range c.All(t.Context(), listUsers("")) {
		n++
		last = err
	}
	var e *Error
	if n != 2 || !errors.As(last, &e) || e.Code != "E0000054" {
		t.Errorf("%d steps, last %v: want a document and then the error", n, last)
	}
}

func TestListThatLeadsBackIsAnError(t *testing.T) {
	calls := 0
	c, _, _ := testOrg(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		w.Header().Add("Link", fmt.Sprintf(`<http://%s/api/v1/users?after=x>; rel="next"`, r.Host))
		answer(w, 200, `[]`)
	})
	var last error
	for _, err := range c.All(t.Context(), listUsers("")) {
		last = err
	}
	if !errors.Is(last, ErrBadAnswer) || calls != 2 {
		t.Errorf("%v after %d calls, want ErrBadAnswer after 2", last, calls)
	}
}

func TestSystemLogWithoutAnEndStopsAtTheEmptyPage(t *testing.T) {
	calls := 0
	c, _, _ := testOrg(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		w.Header().Add("Link", fmt.Sprintf(`<http://%s/api/v1/logs?after=%d>; rel="next"`, r.Host, calls))
		answer(w, 200, map[bool]string{true: `[{"uuid":"1"}]`, false: `[]`}[calls < 3])
	})
	n := 0
	for _, err := range c.All(t.Context(), Call{Op: Find("getLogs")}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 2 || calls != 3 {
		t.Errorf("%d events in %d calls, want 2 in 3", n, calls)
	}
}

// foreign is a server that nobody may connect to.
func foreign(t *testing.T) (host string, connections *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skipf("no second loopback address: %v", err)
	}
	connections = &atomic.Int32{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `[]`) }))
	srv.Listener.Close()
	srv.Listener = l
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	return l.Addr().String(), connections
}

// security 12
func TestForeignPageLinkIsAnErrorWithoutAConnection(t *testing.T) {
	host, connections := foreign(t)
	for _, target := range []string{"http://" + host + "/api/v1/users?after=x", "//" + host + "/api/v1/users?after=x", "http://user@" + host + "/", "https://127.0.0.1/"} {
		c, _, _ := testOrg(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Add("Link", "<"+target+`>; rel="next"`)
			answer(w, 200, `[{"id":"00u1"}]`)
		})
		n := 0
		var last error
		for _, err := range c.All(t.Context(), listUsers("")) {
			n++
			last = err
		}
		if !errors.Is(last, ErrForeign) || n != 1 {
			t.Errorf("%s: %v after %d steps, want ErrForeign alone", target, last, n)
		}
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections to the other host", n)
	}
}

// security 12
func TestRedirectIsNotFollowed(t *testing.T) {
	host, connections := foreign(t)
	calls := 0
	c, _, srv := testOrg(t, func(w http.ResponseWriter, r *http.Request) {
		calls++
		http.Redirect(w, r, "http://"+host+"/api/v1/users/00u1", http.StatusFound)
	})
	if _, err := c.Do(t.Context(), getUser("00u1")); !errors.Is(err, ErrBadAnswer) || calls != 1 {
		t.Errorf("%v after %d calls, want ErrBadAnswer after one", err, calls)
	}
	tr, err := NewTransport(srv.URL, TransportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.CloseIdleConnections()
	resp, err := tr.Client().Get(srv.URL + "/oauth2/v1/keys")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		t.Errorf("the plain client gave %d, want the redirect itself", resp.StatusCode)
	}
	for _, u := range []string{"http://" + host + "/", strings.Replace(srv.URL, "http:", "https:", 1), "http://127.0.0.1:1/"} {
		resp, err := tr.Client().Get(u)
		if err == nil {
			resp.Body.Close()
		}
		if !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v, want ErrForeign", u, err)
		}
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections to the other host", n)
	}
}

func TestParseLinks(t *testing.T) {
	cases := []struct {
		name, header string
		want         []link
	}{
		{"as the org writes it", `<http://o/api?a=1>; rel="next"`, []link{{"http://o/api?a=1", "next"}}},
		{"several in a line", `<http://o/1>; rel="self", <http://o/2>;rel=next`, []link{{"http://o/1", "self"}, {"http://o/2", "next"}}},
		{"commas and semicolons inside", `<http://o/?q=a,b;c>; title="x, y; z"; rel="next"`, []link{{"http://o/?q=a,b;c", "next"}}},
		{"first rel counts", `<http://o/>; rel=self; rel=next`, []link{{"http://o/", "self"}}},
		{"capitals", `<http://o/>; REL="Next"`, []link{{"http://o/", "next"}}},
		{"no end", `<http://o/`, nil},
		{"nothing", ``, nil},
	}
	for _, c := range cases {
		if got := parseLinks(c.header); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzLinkHeader(f *testing.F) {
	for _, s := range []string{`<http://o/1>; rel="self", <http://o/2>;rel=next`, `<;=",>`, `<a>;rel="\`, `<a>;;;,,=`, `<http://evil/>; rel="next"`, `<//evil/>;rel=next`} {
		f.Add(s)
	}
	origin, err := parseOrigin("http://org.example")
	if err != nil {
		f.Fatal(err)
	}
	request := origin.JoinPath("/api/v1/users")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := next(http.Header{"Link": {s}}, request, origin)
		if err != nil || got == "" {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.Scheme != "http" || u.Host != "org.example" && u.Host != "org.example:80" && !strings.EqualFold(u.Host, "org.example") && u.Port() != "80" {
			t.Errorf("%q leads to %s", s, got)
		}
	})
}
