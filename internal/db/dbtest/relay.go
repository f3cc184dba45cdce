package dbtest

import (
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"gatehouse/internal/db"
)

// Relay stands between a test and an empty PostgreSQL database, at a TCP address of its
// own: the server is there when the test says so.
type Relay struct {
	// URL is the database's address through the relay.
	URL string
	// HangUp is how many of the next connections are closed at once, as by a server that starts.
	HangUp atomic.Int32

	t       testing.TB
	address string
	dial    func() (net.Conn, error)

	mu       sync.Mutex
	listener net.Listener
	open     map[net.Conn]bool
}

// NewRelay makes a relay that is down. Without PostgreSQL it skips the test, as URL does.
func NewRelay(t testing.TB) *Relay {
	t.Helper()
	target, err := url.Parse(URL(t, db.Postgres))
	if err != nil {
		t.Fatal(err)
	}
	r := &Relay{t: t, open: map[net.Conn]bool{}}
	r.dial = func() (net.Conn, error) { return net.Dial("tcp", target.Host) }
	query := target.Query()
	if dir := query.Get("host"); dir != "" {
		r.dial = func() (net.Conn, error) { return net.Dial("unix", filepath.Join(dir, ".s.PGSQL.5432")) }
		query.Del("host")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0") // an address that nobody has
	if err != nil {
		t.Fatal(err)
	}
	r.address = l.Addr().String()
	l.Close()
	through := *target
	through.Host = r.address
	query.Set("sslmode", "disable")
	through.RawQuery = query.Encode()
	r.URL = through.String()
	t.Cleanup(r.Down)
	return r
}

// Up lets the server be reached.
func (r *Relay) Up() {
	r.t.Helper()
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		r.t.Fatal(err)
	}
	r.mu.Lock()
	r.listener = l
	r.mu.Unlock()
	go r.accept(l)
}

// Down takes the server away, with every connection to it.
func (r *Relay) Down() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener != nil {
		r.listener.Close()
		r.listener = nil
	}
	for c := range r.open {
		c.Close()
	}
	clear(r.open)
}

func (r *Relay) accept(l net.Listener) {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		if r.HangUp.Load() > 0 && r.HangUp.Add(-1) >= 0 {
			in.Close()
			continue
		}
		out, err := r.dial()
		if err != nil {
			in.Close()
			continue
		}
		if !r.keep(l, in, out) {
			in.Close()
			out.Close()
			return
		}
		go func() { defer out.Close(); io.Copy(out, in) }() //nolint:errcheck // a closed connection ends it
		go func() { defer in.Close(); io.Copy(in, out) }()  //nolint:errcheck // a closed connection ends it
	}
}

// keep notes the two ends of a connection, unless the relay went down meanwhile.
func (r *Relay) keep(l net.Listener, ends ...net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.listener != l {
		return false
	}
	for _, c := range ends {
		r.open[c] = true
	}
	return true
}
