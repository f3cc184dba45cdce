package org

import (
	"strconv"
	"sync"
)

// caches hold what nearly every request needs (tokens, roles) under the generation
// number of the store: a write that changes any of it bumps the number, and every
// process drops its copy at its next request (contracts.md section 8).
type caches struct {
	mu         sync.Mutex
	generation string
	tokens     map[string]Principal
	schemas    schemaCache
}

// maxCached bounds the cached principals; a full cache starts again empty.
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
	if c.generation != generation || len(c.tokens) >= maxCached {
		c.generation, c.tokens = generation, map[string]Principal{}
	}
	c.tokens[key] = p
}

// generation reads the store's generation number.
func (s store) generation() (string, error) {
	var g string
	err := s.q.QueryRow(s.ctx, `SELECT value FROM meta WHERE name = 'generation'`).Scan(&g)
	return g, err
}

func bumpGeneration(s store) error {
	g, err := s.generation()
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(g, 10, 64)
	if err != nil {
		return err
	}
	_, err = s.q.Exec(s.ctx, `UPDATE meta SET value = $1 WHERE name = 'generation'`, strconv.FormatInt(n+1, 10))
	return err
}
