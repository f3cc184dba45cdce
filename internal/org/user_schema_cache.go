package org

import (
	"strings"
	"sync"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// schemaCache keeps parsed schemas by id. A schema is read for every profile that is
// checked; parsing it is what costs, so what was parsed counts as long as the stored
// text is the same, inside a transaction as outside.
type schemaCache struct {
	mu     sync.Mutex
	parsed map[string]parsedSchema
}

type parsedSchema struct {
	body   string
	schema *userSchema
}

// schemaOf returns the schema of a user type. It is shared: nobody may change it, so
// what changes schemas reads them with store.schema instead.
func (o *Org) schemaOf(s store, typeID string) (*userSchema, error) {
	if !strings.HasPrefix(typeID, userTypes.prefix) {
		return nil, notFound(printable(typeID), userTypes.noun)
	}
	id := schemaID(typeID)
	var body string
	err := s.q.QueryRow(s.ctx, `SELECT body FROM document WHERE kind = $1 AND id = $2`, userSchemas.kind, id).Scan(&body)
	if db.IsNone(err) {
		return nil, notFound(printable(typeID), userTypes.noun)
	}
	if err != nil {
		return nil, err
	}
	c := &o.caches.schemas
	c.mu.Lock()
	defer c.mu.Unlock()
	if p, known := c.parsed[id]; known && p.body == body {
		return p.schema, nil
	}
	u, err := parseSchema(body)
	if err != nil {
		return nil, err
	}
	if c.parsed == nil || len(c.parsed) > maxCached {
		c.parsed = map[string]parsedSchema{}
	}
	c.parsed[id] = parsedSchema{body, u}
	return u, nil
}

// withoutRemoved is a person without the attributes that the schema has lost and the
// work behind it has not taken out of the document yet.
func (o *Org) withoutRemoved(s store, person okta.Object) (okta.Object, error) {
	u, err := o.schemaOf(s, person.Text("type", "id"))
	if err != nil {
		return person, err
	}
	profile := person.Object("profile")
	var gone []string
	for _, name := range profile.Keys() {
		if u.property(name) == nil {
			gone = append(gone, name)
		}
	}
	if gone == nil {
		return person, nil
	}
	return person.With("profile", profile.Without(gone...)), nil
}
