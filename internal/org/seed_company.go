package org

import (
	"context"
	"time"
)

// seedCustom are the custom attributes of the seed company's default type.
var seedCustom = properties{
	{"badge", property{Title: "Badge number", Type: "string", Scope: "NONE", Mutability: "READ_WRITE", Master: master{Type: "PROFILE_MASTER"}, Permissions: []permission{{"SELF", "READ_ONLY"}}}},
	{"contractor", property{Title: "Contractor", Type: "boolean", Scope: "NONE", Mutability: "READ_WRITE", Master: master{Type: "PROFILE_MASTER"}, Permissions: []permission{{"SELF", "READ_ONLY"}}}},
	{"languages", property{Title: "Languages", Type: "array", Items: &items{Type: "string"}, Scope: "NONE", Mutability: "READ_WRITE", Master: master{Type: "PROFILE_MASTER"}, Permissions: []permission{{"SELF", "READ_WRITE"}}}},
}

// seedStructure writes the groups of the company, its policies, its network zones, its trusted origin and the custom attributes of its people.
func seedStructure(tx *Tx) error {
	schema, err := tx.schema(schemaID(tx.org.defaultType()))
	if err != nil {
		return err
	}
	schema.Custom = append(schema.Custom, seedCustom...)
	if err := tx.putSchema(schema); err != nil {
		return err
	}
	for _, d := range seedDepartments {
		if err := seedGroup(tx, d.name, "People of "+d.name); err != nil {
			return err
		}
	}
	for _, c := range seedCities {
		if err := seedGroup(tx, c.name+" office", "People who work in "+c.name); err != nil {
			return err
		}
	}
	for _, g := range seedGroups {
		if err := seedGroup(tx, g.name, g.description); err != nil {
			return err
		}
	}
	if err := writeSeedPolicies(tx); err != nil {
		return err
	}
	if err := writeSeedZones(tx); err != nil {
		return err
	}
	if err := writeSeedServers(tx); err != nil {
		return err
	}
	return writeSeedOrigins(tx)
}

func seedGroup(tx *Tx, name, description string) error {
	profile, err := encodeDocument(struct {
		Name        string `json:"name"`
		Description string `json:"description"`
	}{name, description})
	if err != nil {
		return err
	}
	_, err = tx.putNewGroup(tx.org.ids.fixedID(groups.prefix, name), oktaGroup, profile)
	return err
}

// seedCompany writes n people with their memberships, and a month of System Log.
func (o *Org) seedCompany(ctx context.Context, n int) error {
	people := seedPeople{&o.ids, o.now()}
	signIns := seedSignIns(n, people.now)
	last := map[int]time.Time{}
	for _, in := range signIns {
		if !in.failed {
			last[in.person] = second(in.at)
		}
	}
	err := o.bulk(ctx, func(w *bulkWriter) error {
		for i := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			p := people.person(i)
			if at := last[i]; at.After(p.lastLogin) && !p.lastLogin.IsZero() {
				p.lastLogin = at
			}
			if err := o.seedPerson(w, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return o.seedLog(ctx, people, signIns)
}

func (o *Org) seedPerson(w *bulkWriter, p seedPerson) error {
	profile, err := encodeDocument(p.profile)
	if err != nil {
		return err
	}
	doc, err := newUserDocument(newUser{
		id: p.id, typeID: o.defaultType(), realmID: o.realm(), status: p.status, profile: profile, created: p.created,
		password: p.status != staged && p.status != provisioned,
	})
	if err != nil {
		return err
	}
	doc = doc.With("lastUpdated", stamp(p.updated))
	if p.status != active && p.status != staged {
		doc = doc.With("statusChanged", stamp(p.updated))
	}
	if !p.lastLogin.IsZero() {
		doc = doc.With("lastLogin", stamp(p.lastLogin))
	}
	if err := w.Document(users, p.id, doc); err != nil {
		return err
	}
	if p.status == deprovisioned {
		return nil
	}
	if err := w.Edge(member, p.id, o.everyone()); err != nil {
		return err
	}
	for _, g := range p.groups {
		if err := w.Edge(member, p.id, o.ids.fixedID(groups.prefix, g)); err != nil {
			return err
		}
	}
	return nil
}
