package policy

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
)

// Zone is a network zone as the conditions of policies see it.
type Zone struct {
	ID, Name string
	// Type is "IP", "DYNAMIC" or "DYNAMIC_V2"; Usage "POLICY" or "BLOCKLIST".
	Type, Usage string
	Active      bool

	gateways, proxies []span
}

// The types of zones, and what one that keeps addresses out is used for.
const (
	ZoneIP        = "IP"
	ZoneDynamic   = "DYNAMIC"
	ZoneDynamicV2 = "DYNAMIC_V2"
	ZonePolicy    = "POLICY"
	ZoneBlocklist = "BLOCKLIST"
)

// span is the addresses from the first to the last, both of one family.
type span struct{ first, last netip.Addr }

func (s span) holds(a netip.Addr) bool {
	return a.BitLen() == s.first.BitLen() && s.first.Compare(a) <= 0 && a.Compare(s.last) <= 0
}

func holds(spans []span, a netip.Addr) bool {
	for _, s := range spans {
		if s.holds(a) {
			return true
		}
	}
	return false
}

// ParseZone decodes the document of a network zone. The error names what cannot be read.
func ParseZone(doc []byte) (Zone, error) {
	var in struct {
		ID, Name, Type, Status, Usage string
		Gateways, Proxies             []zoneAddress
	}
	if err := json.Unmarshal(doc, &in); err != nil {
		return Zone{}, fmt.Errorf("zone: %w", err)
	}
	z := Zone{ID: in.ID, Name: in.Name, Type: in.Type, Usage: in.Usage, Active: in.Status == "ACTIVE"}
	var err error
	if z.gateways, err = spans(in.Gateways); err != nil {
		return z, fmt.Errorf("gateways: %w", err)
	}
	if z.proxies, err = spans(in.Proxies); err != nil {
		return z, fmt.Errorf("proxies: %w", err)
	}
	return z, nil
}

// zoneAddress is one entry of a zone: addresses as a network or as a range.
type zoneAddress struct{ Type, Value string }

func spans(entries []zoneAddress) ([]span, error) {
	out := make([]span, len(entries))
	for i, e := range entries {
		var err error
		if out[i], err = e.span(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// span reads "203.0.113.0/24" (the bits behind the length do not count ("recorded")), one
// address [assumed], or "203.0.113.5-203.0.113.9".
func (e zoneAddress) span() (span, error) {
	switch e.Type {
	case "CIDR":
		if a, err := oneAddress(e.Value); err == nil {
			return span{a, a}, nil
		}
		p, err := netip.ParsePrefix(e.Value)
		if err != nil || p.Addr().Is4In6() {
			return span{}, fmt.Errorf("%q is not a network such as 203.0.113.0/24", e.Value)
		}
		p = p.Masked()
		return span{p.Addr(), lastOf(p)}, nil
	case "RANGE":
		from, to, _ := strings.Cut(e.Value, "-")
		first, err := oneAddress(strings.TrimSpace(from))
		last, err2 := oneAddress(strings.TrimSpace(to))
		if err != nil || err2 != nil || first.BitLen() != last.BitLen() || last.Less(first) {
			return span{}, fmt.Errorf("%q is not a range such as 203.0.113.5-203.0.113.9", e.Value)
		}
		return span{first, last}, nil
	}
	return span{}, fmt.Errorf("the type of %q must be CIDR or RANGE", e.Value)
}

// oneAddress reads one address without a zone of its own, such as fe80::1%eth0 has.
func oneAddress(text string) (netip.Addr, error) {
	a, err := netip.ParseAddr(text)
	if err == nil && a.Zone() != "" {
		err = fmt.Errorf("%q is an address of one machine's network", text)
	}
	return a.Unmap(), err
}

// lastOf is the last address of a network.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	last, _ := netip.AddrFromSlice(b) //nolint:errcheck // as long as it was
	return last
}

// maxChain is how many addresses of a chain are looked at (published: "IP zone evaluation").
const maxChain = 5

// Locate tells which zones a request is in. chain is where it came from: the address of the
// client and, behind it, those that it says it forwards for, nearest first.
//
// An IP zone holds a request whose first address is one of its gateways; where that is one
// of its proxies, the next one counts. An inactive zone holds none [assumed]. Whether a
// dynamic zone does is not known: nobody here knows where an address is or who runs it.
func Locate(zones []Zone, chain ...netip.Addr) *Network {
	n := &Network{Zones: map[string]bool{}, UnknownZones: map[string]string{}}
	if len(chain) > 0 {
		n.Address = chain[0]
	}
	for _, z := range zones {
		if in, why := z.Holds(chain...); why != "" {
			n.UnknownZones[z.ID] = why
		} else {
			n.Zones[z.ID] = in
		}
	}
	return n
}

// Holds tells whether a request is in the zone, as Locate says it; why is not "" where that is not known.
func (z Zone) Holds(chain ...netip.Addr) (in bool, why string) {
	switch {
	case !z.Active:
		return false, ""
	case z.Type != ZoneIP:
		return false, "where an address is, who runs its network and whether it is a proxy are not known here, so nobody can say whether it is in the zone " + z.Name
	}
	for _, a := range chain[:min(len(chain), maxChain)] {
		if holds(z.gateways, a.Unmap()) {
			return true, ""
		}
		if !holds(z.proxies, a.Unmap()) {
			return false, ""
		}
	}
	return false, ""
}
