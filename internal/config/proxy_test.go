package config

import (
	"fmt"
	"net/http"
	"testing"
)

// security 61: X-Forwarded-For counts only from a listed peer.
func TestClientIP(t *testing.T) {
	trusted, err := ParseNetworks("10.0.0.0/8, 192.0.2.1/32")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"no proxy", "198.51.100.7:1234", "", "198.51.100.7"},
		{"a stranger's header is ignored", "198.51.100.7:1234", "203.0.113.9", "198.51.100.7"},
		{"a proxy's header counts", "10.1.2.3:1234", "203.0.113.9", "203.0.113.9"},
		{"the last stranger counts, not what they wrote", "10.1.2.3:1234", "6.6.6.6, 203.0.113.9", "203.0.113.9"},
		{"through two proxies", "10.1.2.3:1234", "203.0.113.9, 192.0.2.1", "203.0.113.9"},
		{"a broken hop ends the walk", "10.1.2.3:1234", "203.0.113.9, nonsense", "10.1.2.3"},
		{"a port behind a hop", "10.1.2.3:1234", "203.0.113.9:5555", "203.0.113.9"},
		{"IPv6", "[2001:db8::1]:1234", "", "2001:db8::1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &http.Request{RemoteAddr: c.peer, Header: http.Header{}}
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			if got := ClientIP(trusted)(r).String(); got != c.want {
				t.Errorf("client is %s, want %s", got, c.want)
			}
		})
	}
}

// Behind the client stands what it says it forwards for, as far as it can be read.
func TestClientChain(t *testing.T) {
	trusted, err := ParseNetworks("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"198.51.100.7:1234", "", "[198.51.100.7]"},
		{"198.51.100.7:1234", "192.0.2.1, 203.0.113.9", "[198.51.100.7 203.0.113.9 192.0.2.1]"},
		{"10.1.2.3:1234", "192.0.2.1, 203.0.113.9, 10.9.9.9", "[203.0.113.9 192.0.2.1]"},
		{"10.1.2.3:1234", "192.0.2.1, 10.9.9.9, 203.0.113.9", "[203.0.113.9 10.9.9.9 192.0.2.1]"},
		{"10.1.2.3:1234", "192.0.2.1, nonsense, 203.0.113.9", "[203.0.113.9]"},
		{"10.1.2.3:1234", "1.1.1.1, 2.2.2.2, 3.3.3.3, 4.4.4.4, 5.5.5.5, 6.6.6.6", "[6.6.6.6 5.5.5.5 4.4.4.4 3.3.3.3 2.2.2.2]"},
		{"nobody", "192.0.2.1", "[]"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{}}
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := fmt.Sprint(ClientChain(trusted)(r)); got != c.want {
			t.Errorf("from %s for %s: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}
