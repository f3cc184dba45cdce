package config

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// ClientIP returns the function that tells where a request came from. The peer's
// address counts; X-Forwarded-For is read from its end, and only past addresses that
// are trusted proxies, for anybody can write the rest.
func ClientIP(trusted []netip.Prefix) func(*http.Request) netip.Addr {
	chain := ClientChain(trusted)
	return func(r *http.Request) netip.Addr {
		if c := chain(r); len(c) > 0 {
			return c[0]
		}
		return netip.Addr{}
	}
}

// maxChain bounds a chain: nobody looks further.
const maxChain = 5

// ClientChain returns the function that tells the address of ClientIP and, behind it, what
// it says it forwards for, nearest first.
func ClientChain(trusted []netip.Prefix) func(*http.Request) []netip.Addr {
	isProxy := func(ip netip.Addr) bool {
		for _, p := range trusted {
			if p.Contains(ip) {
				return true
			}
		}
		return false
	}
	return func(r *http.Request) []netip.Addr {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return nil
		}
		chain := []netip.Addr{peer.Addr().Unmap()}
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0 && len(chain) < maxChain; i-- {
			hop, ok := parseHop(hops[i])
			if !ok {
				break
			}
			if len(chain) == 1 && isProxy(chain[0]) {
				chain[0] = hop
			} else {
				chain = append(chain, hop)
			}
		}
		return chain
	}
}

// parseHop reads an address of X-Forwarded-For; some proxies write its port behind it.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.TrimSpace(text)
	if a, err := netip.ParseAddr(text); err == nil {
		return a.Unmap(), true
	}
	a, err := netip.ParseAddrPort(text)
	return a.Addr().Unmap(), err == nil
}

// ParseNetworks reads networks such as 10.0.0.0/8, separated by commas.
func ParseNetworks(text string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("%q is not a network such as 10.0.0.0/8", s)
		}
		out = append(out, p)
	}
	return out, nil
}
