package org

import (
	"net/netip"
	"slices"
	"sync"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// zones are the network zones as the conditions of policies read them.
func (o *Org) zones(s store) ([]policy.Zone, error) {
	return o.caches.zones.get(o, s, "", s.loadZones)
}

func (s store) loadZones() (all []policy.Zone, err error) {
	err = s.each(zones, func(doc okta.Object) error {
		z, err := policy.ParseZone(doc.Bytes())
		all = append(all, z)
		return err
	})
	return all, err
}

// maxNamed is how many rules an error names.
const maxNamed = 5

// zoneRules names the rules whose conditions name a zone, the first few.
func (s store) zoneRules(id string) (named []string, err error) {
	names := map[string]string{}
	err = s.each(policies, func(doc okta.Object) error {
		names[doc.Text("id")] = doc.Text("name")
		return nil
	})
	if err != nil {
		return nil, err
	}
	return named, s.each(policyRules, func(doc okta.Object) error {
		var network struct{ Include, Exclude []string }
		if raw := doc.Get("conditions", "network"); raw != nil && doc.Object("conditions", "network").Decode(&network) != nil {
			return nil // unreadable conditions name no zone
		}
		if len(named) < maxNamed && (slices.Contains(network.Include, id) || slices.Contains(network.Exclude, id)) {
			named = append(named, "the rule "+doc.Text("name")+" of the policy "+names[doc.Text("policyId")])
		}
		return nil
	})
}

// zoneOf names the first zone of a usage that a request is in, "" for none.
func zoneOf(all []policy.Zone, usage string, c Client) string {
	for _, z := range all {
		if z.Usage != usage {
			continue
		}
		if in, _ := z.Holds(c.chain()...); in {
			return z.Name
		}
	}
	return ""
}

// ErrBlocked says that a zone blocks the address of a request. Its status and code are [assumed].
var ErrBlocked error = fail("E0000006", "")

// Admit refuses a request that comes from an address which a zone blocks, with ErrBlocked:
// before anybody is known, at every address of the org (published).
func (o *Org) Admit(r *Request) error {
	generation, err := o.reads(r.ctx).version(zoneCaches)
	if err != nil {
		return err
	}
	return o.admitAt(r, generation)
}

// admitAt is Admit where the generation number of the zones was read already.
func (o *Org) admitAt(r *Request, generation string) error {
	s := o.reads(r.ctx)
	var err error
	if r.zones, err = o.caches.zones.at(o, s, generation, "", s.loadZones); err != nil {
		return err
	}
	blocking := zoneOf(r.zones, policy.ZoneBlocklist, r.Client)
	if blocking == "" {
		return nil
	}
	if o.refused.due(r.Client.IP, r.Now) {
		err := o.update(r, func(tx *Tx) error {
			tx.log(Event{
				Type: "security.request.blocked", Message: "Security request blocked", Severity: "WARN",
				Result: "DENY", Reason: "The address is in the network zone " + blocking + ", which blocks",
			})
			return nil
		})
		if err != nil {
			return err
		}
	}
	return ErrBlocked
}

// refusalNotes remembers when the refusal of an address was last logged. The log tells of an
// address once a minute: whoever is kept out must not fill the store.
type refusalNotes struct {
	mu sync.Mutex
	at map[netip.Addr]time.Time
}

// maxRefused bounds the addresses that are remembered.
const maxRefused = 1000

func (f *refusalNotes) due(ip netip.Addr, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if last, ok := f.at[ip]; ok && now.Sub(last) < time.Minute {
		return false
	}
	if f.at == nil || len(f.at) >= maxRefused {
		f.at = map[netip.Addr]time.Time{}
	}
	f.at[ip] = now
	return true
}
