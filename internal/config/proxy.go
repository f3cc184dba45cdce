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
	isProxy := func(ip netip.Addr) bool {
		for _, p := range trusted {
			if p.Contains(ip) {
				return true
			}
		}
		return false
	}
	return func(r *http.Request) netip.Addr {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return netip.Addr{}
		}
		ip := peer.Addr().Unmap()
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0 && isProxy(ip); i-- {
			hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			ip = hop.Unmap()
		}
		return ip
	}
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
