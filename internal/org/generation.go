package org

import (
	"sync"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// caches hold what nearly every request needs (tokens, roles, clients) under the generation
// number of the store: a write that changes any of it bumps the number, and every
// process drops its copy at its next request (contracts.md section 8).
type caches struct {
	mu         sync.Mutex
	generation string
	tokens     map[string]Principal
	clients    map[string]OAuthClient
	schemas    schemaCache
	policies   generational[[]policy.Policy]
	servers    generational[AuthServer]
	zones      generational[[]policy.Zone]
}

// generational holds what is read from the store as a whole, by name, under a generation number.
type generational[T any] struct {
	// of is the row of meta that holds the number.
	of         string
	mu         sync.Mutex
	generation string
	held       map[string]T
}

// get returns what load made of the store as it is now. The caller must not change it.
func (c *generational[T]) get(o *Org, s store, name string, load func() (T, error)) (T, error) {
	generation, err := s.version(c.of)
	if err != nil {
		var none T
		return none, err
	}
	return c.at(o, s, generation, name, load)
}

// at is get where the generation number was read already.
func (c *generational[T]) at(o *Org, s store, generation, name string, load func() (T, error)) (T, error) {
	c.mu.Lock()
	v, held := c.held[name]
	held = held && c.generation == generation
	c.mu.Unlock()
	if held {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	// A transaction sees what may never be committed, its own or of the group that
	// it shares a commit with: what others read is kept only.
	if committed, err := o.reads(s.ctx).version(c.of); err != nil || committed != generation {
		return v, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation || c.held == nil {
		c.generation, c.held = generation, map[string]T{}
	}
	c.held[name] = v
	return v, nil
}

// maxCached bounds the cached principals, and the cached clients; a full cache starts again empty.
const maxCached = 10_000

// principal returns the cached owner of a token, when nothing has changed since.
func (c *caches) principal(generation, key string) (Principal, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation {
		return Principal{}, false
	}
	p, ok := c.tokens[key]
	return p, ok
}

func (c *caches) keep(generation, key string, p Principal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.renew(generation)
	c.tokens[key] = p
}

// client returns the cached client with this client_id, when nothing has changed since.
func (c *caches) client(generation, id string) (OAuthClient, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation != generation {
		return OAuthClient{}, false
	}
	client, ok := c.clients[id]
	return client, ok
}

func (c *caches) keepClient(generation, id string, client OAuthClient) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.renew(generation)
	c.clients[id] = client
}

// renew empties the caches of another generation, and full ones.
func (c *caches) renew(generation string) {
	if c.generation != generation || len(c.tokens) >= maxCached || len(c.clients) >= maxCached {
		c.generation, c.tokens, c.clients = generation, map[string]Principal{}, map[string]OAuthClient{}
	}
}

// The generation numbers of a store. Network zones, which every request asks for, have one of
// their own: writes to people change the other all the time.
const (
	allCaches  = "generation"
	zoneCaches = "zones"
)

// generation reads the store's generation number.
func (s store) generation() (string, error) { return s.version(allCaches) }

// version reads a generation number; "" before the first.
func (s store) version(of string) (string, error) {
	var g string
	err := s.q.QueryRow(s.ctx, `SELECT value FROM meta WHERE name = $1`, of).Scan(&g)
	if db.IsNone(err) {
		return "", nil
	}
	return g, err
}

// begin is the first statement of a request: the generation numbers and, where the request
// reads about a person named by id, that person too, which saves the most frequent
// reads a statement. Writes read the person in their transaction.
func (s store) begin(r *Request) (generation, zones string, err error) {
	id := r.Args["userId"]
	if r.Op == nil || !r.Op.Safe() || !isUserID(id) {
		err = s.q.QueryRow(s.ctx, `SELECT m.value, COALESCE(z.value, '') FROM meta m LEFT JOIN meta z ON z.name = 'zones'
			WHERE m.name = 'generation'`).Scan(&generation, &zones)
		return generation, zones, err
	}
	var body []byte
	err = s.q.QueryRow(s.ctx, `SELECT m.value, COALESCE(z.value, ''), COALESCE(d.body, '') FROM meta m LEFT JOIN meta z ON z.name = 'zones'
		LEFT JOIN document d ON d.kind = $1 AND d.id = $2 WHERE m.name = 'generation'`, users.kind, id).Scan(&generation, &zones, &body)
	if err == nil && len(body) > 0 {
		r.person, err = okta.Trusted(body)
	}
	return generation, zones, err
}

// bumpZones says that zones were written.
func bumpZones(s store) error {
	_, err := s.q.Exec(s.ctx, `INSERT INTO meta (name, value) VALUES ($1, '1')
		ON CONFLICT (name) DO UPDATE SET value = CAST(CAST(meta.value AS bigint) + 1 AS text)`, zoneCaches)
	return err
}

func bumpGeneration(s store) error {
	_, err := s.q.Exec(s.ctx, `UPDATE meta SET value = CAST(CAST(value AS bigint) + 1 AS text) WHERE name = $1`, "generation")
	return err
}
