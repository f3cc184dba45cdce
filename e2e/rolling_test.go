package e2e

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/internal/config"
	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
)

// balancer stands in front of several consoles at the address that browsers know. It
// asks them in turn, and another one where one does not answer a read.
type balancer struct {
	*httptest.Server
	mu   sync.Mutex
	next int
	up   []string
}

func newBalancer(t *testing.T) *balancer {
	t.Helper()
	b := &balancer{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.Host = "http", p.In.Host
			p.Out.URL.Host = p.In.Host
		},
		Transport: b,
		ErrorLog:  slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	b.Server = httptest.NewServer(proxy)
	t.Cleanup(b.Close)
	return b
}

// RoundTrip sends a request to a console that is up; a read is repeated at another one.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	var errs error
	for range 4 {
		b.mu.Lock()
		if len(b.up) == 0 {
			b.mu.Unlock()
			break
		}
		b.next++
		address := b.up[b.next%len(b.up)]
		b.mu.Unlock()
		out := r.Clone(r.Context())
		out.URL.Host = address
		resp, err := http.DefaultTransport.RoundTrip(out)
		if err == nil {
			return resp, nil
		}
		errs = errors.Join(errs, err)
		if r.Method != http.MethodGet {
			break
		}
	}
	return nil, errs
}

// set says which consoles get requests.
func (b *balancer) set(addresses ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up = slices.Clone(addresses)
}

// fault 27: two consoles on one PostgreSQL are stopped and started one after the other
// while somebody reads without a pause: nothing fails, and nobody signs in again.
func TestRollingRestartOfTwoConsoles(t *testing.T) {
	front := newBalancer(t)
	key, database := filepath.Join(t.TempDir(), "key"), dbtest.URL(t, db.Postgres)
	if _, err := config.EnsureSecretKeys(key); err != nil {
		t.Fatal(err)
	}
	orgAddress := freeAddress(t)
	org := start(t, "org", "--addr", orgAddress, "--seed", "40", "--password", seedPassword, "--data", t.TempDir(), "--json",
		"--client", "e2e-console,"+clientSecret+","+front.URL+"/callback")
	addresses := []string{freeAddress(t), freeAddress(t)}
	serve := func(address string) *site {
		return start(t, "serve", "--addr", address, "--base-url", front.URL, "--org-url", "http://"+orgAddress, "--client-id", "e2e-console",
			"--client-secret", clientSecret, "--database-url", database, "--secret-key-file", key)
	}
	consoles := []*site{serve(addresses[0]), serve(addresses[1])}
	front.set(addresses...)
	all := &site{Console: front.URL, Org: org.Org, SignIns: org.SignIns}
	c := newClient(t)
	c.signIn(all, "super-admin", "/")

	var read atomic.Int64
	stop, seen, failed := make(chan struct{}), make(chan struct{}, 1), make(chan struct{})
	fail := sync.OnceFunc(func() { close(failed) })
	wait := func() { // for the next read
		select {
		case <-seen:
		case <-failed:
		}
	}
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				status, err := c.read(front.URL + "/people")
				if err != nil || status != http.StatusOK {
					t.Errorf("read %d: %d %v", read.Load(), status, err)
					fail()
					return
				}
				read.Add(1)
				select {
				case seen <- struct{}{}:
				default:
				}
			}
		})
	}
	for i, address := range addresses {
		wait()
		front.set(addresses[1-i]) // the balancer is told first; requests under way are finished
		consoles[i].stop()
		wait()
		consoles[i] = serve(address)
		front.set(addresses...)
		wait()
	}
	wait()
	close(stop)
	readers.Wait()
	if n := read.Load(); n < 8 {
		t.Errorf("only %d reads met the restarts", n)
	}
}

// fault 27: a server that is told to stop under load answers in full what it took, and ends well.
func TestStopUnderLoadCutsNothing(t *testing.T) {
	s := start(t, "org", "--addr", freeAddress(t), "--seed", "200", "--password", seedPassword, "--json")
	c := newClient(t)
	c.always = []string{"Authorization", "SSWS " + s.APIToken}
	var load sync.WaitGroup
	var whole, refused atomic.Int64
	warm := make(chan struct{}, 8)
	for range cap(warm) {
		load.Go(func() {
			ready := sync.OnceFunc(func() { warm <- struct{}{} })
			defer ready()
			for n := 0; ; n++ {
				status, err := c.read(s.Org + "/api/v1/users?limit=200")
				switch {
				case errors.Is(err, io.ErrUnexpectedEOF):
					t.Errorf("an answer was cut: %v", err)
					return
				case err != nil: // it does not listen any more
					refused.Add(1)
					return
				case status != http.StatusOK:
					t.Errorf("status %d", status)
					return
				}
				if whole.Add(1); n == 3 {
					ready()
				}
			}
		})
	}
	for range cap(warm) {
		<-warm
	}
	s.stop() // fails the test unless the run ends without an error
	load.Wait()
	if refused.Load() != int64(cap(warm)) {
		t.Errorf("%d of %d met the end; %d whole answers", refused.Load(), cap(warm), whole.Load())
	}
}

// read reads an answer to its end without keeping it; several may read at once.
func (c *client) read(address string) (int, error) {
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	for i := 0; i+1 < len(c.always); i += 2 {
		r.Header.Set(c.always[i], c.always[i+1])
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}
