package e2e

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// relay stands between a console and its org, at the address that both know as the
// org's: it keeps what passes, and is down when it is told to.
type relay struct {
	*httptest.Server
	up     atomic.Pointer[url.URL]
	secret atomic.Bool // the org tells nobody their admin roles, as the cloud does to all but super admins
	mu     sync.Mutex
	tokens []string // answers of the token endpoint
	calls  []apiCall
	hold   *held
}

// held is a request that waits at the relay.
type held struct {
	path             string
	reached, release chan struct{}
}

// holdNext makes the next request of this path wait at the relay until release is closed.
func (r *relay) holdNext(path string) *held {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hold = &held{path, make(chan struct{}), make(chan struct{})}
	return r.hold
}

func (r *relay) wait(path string) {
	r.mu.Lock()
	h := r.hold
	if h == nil || h.path != path {
		r.mu.Unlock()
		return
	}
	r.hold = nil
	r.mu.Unlock()
	close(h.reached)
	<-h.release
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	r := &relay{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(r.up.Load())
			p.Out.Host = p.In.Host
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				p.Out.Header[name] = p.In.Header[name] // it is no proxy that adds its own
			}
		},
		ModifyResponse: r.keep,
		ErrorLog:       slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, h *http.Request) {
		if r.up.Load() == nil {
			panic(http.ErrAbortHandler)
		}
		if r.secret.Load() && strings.HasSuffix(h.URL.Path, "/roles") {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}`)
			return
		}
		r.note(h)
		r.wait(h.URL.Path)
		proxy.ServeHTTP(w, h)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *relay) keep(resp *http.Response) error {
	if !strings.HasSuffix(resp.Request.URL.Path, "/v1/token") {
		return nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tokens = append(r.tokens, string(body))
	return nil
}

// apiCall is a call of the management API that passed, with what it was allowed by.
type apiCall struct{ path, authorization string }

func (r *relay) note(h *http.Request) {
	if !strings.HasPrefix(h.URL.Path, "/api/v1/") {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, apiCall{h.URL.Path, h.Header.Get("Authorization")})
}

// called are the calls that passed since it was asked last.
func (r *relay) called() []apiCall {
	r.mu.Lock()
	defer r.mu.Unlock()
	calls := r.calls
	r.calls = nil
	return calls
}

// issued are the answers of the token endpoint so far.
func (r *relay) issued() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.tokens...)
}

const clientSecret = "e2e-client-secret-Qm7vT2xKp9"

// apart is `console serve` and `console org`, which know each other over the network alone.
type apart struct {
	*site
	relay *relay
	org   *site
}

// startServe starts a console whose org does not answer yet; flags come on top.
func startServe(t *testing.T, flags ...string) *apart {
	t.Helper()
	a := &apart{relay: newRelay(t)}
	dir := t.TempDir()
	a.site = start(t, append([]string{
		"serve", "--addr", "127.0.0.1:0", "--org-url", a.relay.URL,
		"--client-id", "e2e-console", "--client-secret", clientSecret, "--data-dir", dir,
	}, flags...)...)
	a.data = []string{dir}
	return a
}

// startOrg starts the console's org and lets the relay reach it; flags come on top.
func (a *apart) startOrg(t *testing.T, flags ...string) {
	t.Helper()
	dir, address := t.TempDir(), freeAddress(t)
	a.org = start(t, append([]string{
		"org", "--addr", address, "--base-url", a.relay.URL, "--seed", "40", "--password", seedPassword, "--data", dir, "--json",
		"--client", "e2e-console," + clientSecret + "," + a.Console + "/callback",
	}, flags...)...)
	a.Org, a.APIToken, a.SignIns = a.relay.URL, a.org.APIToken, a.org.SignIns
	a.data = append(a.data, dir)
	a.relay.up.Store(&url.URL{Scheme: "http", Host: address})
}

// startApart starts both, each with its own folder.
func startApart(t *testing.T, flags ...string) *apart {
	t.Helper()
	a := startServe(t, flags...)
	a.startOrg(t)
	return a
}

// freeAddress is a loopback address that nobody listens on: the org's report names its
// base URL, which is the relay's.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
