package org

import "sync"

// schemaCache keeps parsed schemas by type id under the store's generation number:
// every change of a schema bumps it (contracts.md section 8).
type schemaCache struct {
	mu         sync.Mutex
	generation string
	byType     map[string]*userSchema
}

// schemaOf returns the schema of a user type. It is shared: nobody may change it. A
// transaction that writes schemas reads them with store.schema instead.
func (o *Org) schemaOf(s store, typeID string) (*userSchema, error) {
	generation, err := s.generation()
	if err != nil {
		return nil, err
	}
	c := &o.caches.schemas
	c.mu.Lock()
	if u := c.byType[typeID]; u != nil && c.generation == generation {
		c.mu.Unlock()
		return u, nil
	}
	c.mu.Unlock()
	if len(typeID) < len(userTypes.prefix) {
		return nil, notFound(printable(typeID), userTypes.noun)
	}
	u, err := s.schema(schemaID(typeID))
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation {
		c.generation, c.byType = generation, map[string]*userSchema{}
	}
	c.byType[typeID] = u
	return u, nil
}
