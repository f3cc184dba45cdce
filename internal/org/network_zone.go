package org

import (
	"cmp"
	"encoding/json"
	"strings"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

const zoneInactive = "INACTIVE"

// zones is the collection of network zones. Zone conditions of policies read them, and one
// that blocks keeps its addresses out of the org (network_zone_use.go).
var zones = &collection{
	kind: "zone", noun: "NetworkZone", prefix: "nzo",
	attrs: func(doc okta.Object) []attr {
		return []attr{{"usage", fold(doc.Text("usage"))}, {"system", fold(string(doc.Get("system")))}}
	},
	unique: func(doc okta.Object) []attr { return []attr{{"zone.name", fold(doc.Text("name"))}} },
}

// zoneList filters by id, usage and system; without a limit everything is answered (published).
var zoneList = listing{
	collection: zones, defaultLimit: maxZones, maxLimit: maxZones,
	filter: &grammar{
		code: "E0000053", exact: true,
		fields: map[string][]expr.Op{"id": equalOps, "usage": equalOps, "system": equalOps},
	},
}

// systemZones are what a new org holds (published): one for the addresses of the company,
// one that blocks, both empty.
var systemZones = []struct{ name, usage string }{{"LegacyIpZone", policy.ZonePolicy}, {"BlockedIpZone", policy.ZoneBlocklist}}

// ensureZones writes the system's zones, where they are absent.
func ensureZones(tx *Tx) error {
	for _, z := range systemZones {
		id := tx.org.ids.fixedID(zones.prefix, z.name)
		if _, err := tx.get(zones, id); !isCode(err, "E0000007") {
			if err != nil {
				return err
			}
			continue
		}
		in := zoneInput{name: z.name, kind: policy.ZoneIP, status: active, usage: z.usage, fields: constant(`{"gateways":null,"proxies":null}`)}
		if err := tx.putZone(in.document(id, stamp(tx.now), stamp(tx.now), true)); err != nil {
			return err
		}
	}
	return nil
}

// document is the zone that is kept, keys in the recorded order.
func (z zoneInput) document(id, created, updated string, system bool) okta.Object {
	doc := okta.Object{}.With("type", z.kind).With("id", id).With("name", z.name).With("status", z.status).With("usage", z.usage).
		With("created", created).With("lastUpdated", updated).With("system", system)
	for _, name := range zoneFields[z.kind] {
		doc = doc.With(name, z.fields.Get(name))
	}
	return doc
}

// renderZone is a zone with its links.
func (o *Org) renderZone(doc okta.Object) okta.Object {
	self := o.baseURL + "/api/v1/zones/" + doc.Text("id")
	move := "deactivate"
	if doc.Text("status") != active {
		move = "activate"
	}
	return doc.With("_links", okta.Object{}.With("self", sessionLink(self, "GET", "PUT", "DELETE")).With(move, sessionLink(self+"/lifecycle/"+move, "POST")))
}

func zoneTarget(doc okta.Object) Target {
	return Target{ID: doc.Text("id"), Type: "NetworkZone", DisplayName: doc.Text("name")}
}

func listZones(o *Org, r *Request) (Reply, error) {
	if r.Query.Get("limit") == "-1" { // the published default
		r.Query.Del("limit")
	}
	return o.answerList(r, zoneList, func(doc okta.Object) (okta.Object, error) { return o.renderZone(doc), nil })
}

func getZone(o *Org, r *Request) (Reply, error) {
	doc, err := o.reads(r.ctx).get(zones, r.Args["zoneId"])
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderZone(doc))
}

// createZone stores a zone, which is active whatever it says ("recorded").
func createZone(o *Org, r *Request) (Reply, error) {
	in, err := readZone(r, false)
	if err != nil {
		return Reply{}, err
	}
	in.status = active
	id := o.ids.mint(zones.prefix)
	return o.saveZone(r, "zone.create", "Create network zone", func(*Tx) (okta.Object, error) {
		return in.document(id, stamp(r.Now), stamp(r.Now), false), nil
	})
}

// updateZone replaces a zone. Its type stays what it was (published); a status that is sent counts ("recorded").
func updateZone(o *Org, r *Request) (Reply, error) {
	return o.saveZone(r, "zone.update", "Update network zone", func(tx *Tx) (okta.Object, error) {
		held, err := tx.get(zones, r.Args["zoneId"])
		if err != nil {
			return held, err
		}
		in, err := readZone(r, isSystem(held))
		switch {
		case err != nil:
			return held, err
		case in.kind != held.Text("type"):
			return held, invalid("type", "type: The type of a zone cannot be changed")
		case isSystem(held) && in.usage != held.Text("usage"):
			return held, invalid("usage", "usage: The network zone does not allow usage changes for "+held.Text("name")+".")
		}
		in.status = cmp.Or(in.status, held.Text("status"))
		was, is := held.Text("usage") == policy.ZoneBlocklist, in.usage == policy.ZoneBlocklist
		doc := in.document(held.Text("id"), held.Text("created"), stamp(tx.now), isSystem(held))
		if is && !was {
			tx.log(Event{Type: "zone.make_blacklist", Message: "Mark network zone as blocklist", Targets: []Target{zoneTarget(doc)}})
		}
		if was && !is {
			tx.log(Event{Type: "zone.remove_blacklist", Message: "Unmark network zone as blocklist", Targets: []Target{zoneTarget(doc)}})
		}
		return doc, nil
	})
}

func activateZone(o *Org, r *Request) (Reply, error) {
	return o.moveZone(r, active, "zone.activate", "Activate network zone")
}

func deactivateZone(o *Org, r *Request) (Reply, error) {
	return o.moveZone(r, zoneInactive, "zone.deactivate", "Deactivate network zone")
}

// moveZone gives a zone a status. One that it has already is noted too ("recorded": lastUpdated moves on).
func (o *Org) moveZone(r *Request, status, event, message string) (Reply, error) {
	return o.saveZone(r, event, message, func(tx *Tx) (okta.Object, error) {
		doc, err := tx.get(zones, r.Args["zoneId"])
		return doc.With("status", status).With("lastUpdated", stamp(tx.now)), err
	})
}

// saveZone stores what change makes, with its event.
func (o *Org) saveZone(r *Request, event, message string, change func(*Tx) (okta.Object, error)) (Reply, error) {
	var doc okta.Object
	err := o.update(r, func(tx *Tx) (err error) {
		if doc, err = change(tx); err != nil {
			return err
		}
		if err := tx.checkZone(doc); err != nil {
			return err
		}
		tx.log(Event{Type: event, Message: message, Targets: []Target{zoneTarget(doc)}})
		return tx.putZone(doc)
	})
	if err != nil {
		return Reply{}, err
	}
	return ok(o.renderZone(doc))
}

// putZone stores a zone.
func (tx *Tx) putZone(doc okta.Object) error {
	if err := bumpZones(tx.store); err != nil {
		return err
	}
	return uniqueFault(tx.put(zones, doc.Text("id"), doc))
}

// checkZone refuses a zone beyond the bounds of all zones together, and one that would keep
// out who saves it: nobody could take it back [assumed].
func (tx *Tx) checkZone(doc okta.Object) error {
	count, addresses := 1, zoneAddresses(doc)
	err := tx.each(zones, func(other okta.Object) error {
		if other.Text("id") != doc.Text("id") {
			count, addresses = count+1, addresses+zoneAddresses(other)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case count > maxZones:
		return invalid("name", "name: There can be at most 500 zones")
	case addresses > maxAllAddresses:
		return invalid("gateways", "gateways: All zones together can have at most 25,000 addresses")
	}
	z, err := policy.ParseZone(doc.Bytes())
	if err != nil {
		return err
	}
	if in, _ := z.Holds(tx.from().chain()...); in && z.Usage == policy.ZoneBlocklist {
		return invalid("gateways", "gateways: The zone would block "+tx.from().IP.String()+", where this request comes from")
	}
	return nil
}

// zoneAddresses counts the entries of a zone, which was read when it was stored.
func zoneAddresses(doc okta.Object) (n int) {
	for _, name := range []string{"gateways", "proxies"} {
		var entries []json.RawMessage
		if json.Unmarshal(doc.Get(name), &entries) == nil {
			n += len(entries)
		}
	}
	return n
}

// deleteZone removes a zone that is not active (words of a real answer), not the system's
// and in no rule (published).
func deleteZone(o *Org, r *Request) (Reply, error) {
	err := o.update(r, func(tx *Tx) error {
		doc, err := tx.get(zones, r.Args["zoneId"])
		if err != nil {
			return err
		}
		id, name := doc.Text("id"), doc.Text("name")
		users, err := tx.zoneRules(id)
		switch {
		case err != nil:
			return err
		case isSystem(doc):
			return invalid("The zone: "+name+" is a system zone. System zones cannot be deleted.", "id: The zone: "+id+" is a system zone. System zones cannot be deleted.")
		case doc.Text("status") == active:
			return invalid("The zone: "+name+" is an active zone. Active zones cannot be deleted.", "id: The zone: "+id+" is an active zone. Active zones cannot be deleted.")
		case len(users) > 0:
			return invalid("id", "id: The zone is used by "+strings.Join(users, ", ")+". Take it out of there first.")
		}
		tx.log(Event{Type: "zone.delete", Message: "Delete network zone", Targets: []Target{zoneTarget(doc)}})
		if err := bumpZones(tx.store); err != nil {
			return err
		}
		return tx.remove(zones, id)
	})
	if err != nil {
		return Reply{}, err
	}
	return noContent()
}
