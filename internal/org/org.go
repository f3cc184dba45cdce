package org

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/db"
)

//go:embed migrations
var migrationFiles embed.FS

// Config is what an Org needs. Now, Rand and Log have working defaults.
type Config struct {
	// DB is a database opened with DatabaseOptions.
	DB *db.DB
	// BaseURL is the scheme and authority that links, issuers and redirects are built
	// from, never the Host header of a request. No slash at the end.
	BaseURL string
	Now     func() time.Time
	Rand    io.Reader
	Log     *slog.Logger
	// RateLimit refuses requests beyond the published limits.
	RateLimit bool
	// ClientChain tells where a request came from: the address of the client and, behind
	// it, those that it says it forwards for, nearest first. The peer's address unless set.
	ClientChain func(*http.Request) []netip.Addr
	// SealKey encrypts secrets at rest: 32 bytes, kept outside the database. Nil keeps
	// a key in the store itself, for stores that are thrown away.
	SealKey []byte
	// OldSealKey is the one before it, accepted while keys rotate. Nil for none.
	OldSealKey []byte
	// NewKey makes signing keys: RSA of 2048 bits unless set.
	NewKey func() (*rsa.PrivateKey, error)
}

// Org is one organisation: its store and the operations on it.
type Org struct {
	db          *db.DB
	baseURL     string
	now         func() time.Time
	rand        io.Reader
	log         *slog.Logger
	clientChain func(*http.Request) []netip.Addr
	routes      matcher
	ids         idSource
	caches      caches
	refused     refusalNotes
	rates       rateLimiter
	sealer      *sealer
	keys        keyRing
	cursors     cipher.AEAD
	// passwords hashes passwords and recovery answers.
	passwords *hasher
	swept     sweeper
	// writing is held by the request that writes, on PostgreSQL.
	writing chan struct{}

	background sync.WaitGroup
	stop       context.CancelFunc
	stopped    context.Context
}

// DatabaseOptions says how to open an Org's database at url (a file or postgres://).
func DatabaseOptions(url string) db.Options {
	files, err := migrations()
	if err != nil {
		panic("org: " + err.Error()) // the folder is part of the binary
	}
	return db.Options{URL: url, Migrations: files, Table: "org_version"}
}

// New makes an Org on an open database and writes what every org holds: the cell
// suffix of ids, signing keys and sealing keys. It adds no person and no group; Seed does.
func New(ctx context.Context, c Config) (*Org, error) {
	if c.DB == nil || c.BaseURL == "" {
		return nil, errors.New("org: a database and a base URL are needed")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.NewKey == nil {
		c.NewKey = func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }
	}
	if c.ClientChain == nil {
		c.ClientChain = peerIP
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	o := &Org{
		db: c.DB, baseURL: strings.TrimSuffix(c.BaseURL, "/"), now: c.Now, rand: c.Rand, log: c.Log, clientChain: c.ClientChain,
	}
	o.ids.rand = c.Rand
	o.caches.policies.of, o.caches.servers.of, o.caches.zones.of = allCaches, allCaches, zoneCaches
	o.rates = rateLimiter{on: c.RateLimit, windows: map[string]*rateCount{}}
	o.keys.make = c.NewKey
	o.passwords = newHasher(c.Rand)
	o.writing = make(chan struct{}, 1)
	o.stopped, o.stop = context.WithCancel(context.Background())
	if err := o.bind(); err != nil {
		return nil, err
	}
	if err := o.prepare(ctx); err != nil {
		return nil, fmt.Errorf("prepare the org: %w", err)
	}
	if err := o.resumeSchemaJobs(ctx); err != nil {
		return nil, fmt.Errorf("resume the work of a schema change: %w", err)
	}
	if err := o.resumeRuleJobs(ctx); err != nil {
		return nil, fmt.Errorf("resume the work of group rules: %w", err)
	}
	if err := o.unseal(ctx, c.SealKey, c.OldSealKey); err != nil {
		return nil, err
	}
	return o, nil
}

// BaseURL is where the org is reached, without a slash at the end.
func (o *Org) BaseURL() string { return o.baseURL }

// Now is the org's clock.
func (o *Org) Now() time.Time { return o.now() }

// DB is the org's database.
func (o *Org) DB() *db.DB { return o.db }

// Idle waits until no background work is left.
func (o *Org) Idle(ctx context.Context) error {
	done := make(chan struct{})
	go func() { o.background.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close stops background work and waits for it. It leaves the database open.
func (o *Org) Close(ctx context.Context) error {
	o.stop()
	return o.Idle(ctx)
}

// Ready answers whether requests can be served now.
func (o *Org) Ready(ctx context.Context) error { return o.db.Ping(ctx) }

var _ http.Handler = (*Org)(nil)

// peerIP is the address of the other end of the connection.
func peerIP(r *http.Request) []netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return nil
	}
	return []netip.Addr{peer.Addr().Unmap()}
}
