package org

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ringLife is how long a process signs with the keys it read: another one may have rotated them.
const ringLife = time.Minute

// keyRing holds the signing keys in memory. making lets one of many first requests make a key.
type keyRing struct {
	make    func() (*rsa.PrivateKey, error)
	making  sync.Mutex
	mu      sync.Mutex
	servers map[string]keySet
	// sparing are the servers for which a spare key is being made.
	sparing map[string]bool
}

// spare tells whether somebody has to make a server's spare key: nobody is at it.
func (r *keyRing) spare(server string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sparing == nil {
		r.sparing = map[string]bool{}
	}
	was := r.sparing[server]
	r.sparing[server] = true
	return !was
}

func (r *keyRing) spared(server string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sparing, server)
}

type keySet struct {
	read time.Time
	keys []signingKey
}

func (r *keyRing) forget(server string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.servers, server)
}

func (r *keyRing) get(server string, now time.Time) ([]signingKey, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.servers[server]
	return s.keys, ok && now.Sub(s.read) < ringLife && !now.Before(s.read)
}

// age is how long ago the keys of a server were read.
func (r *keyRing) age(server string, now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return now.Sub(r.servers[server].read)
}

func (r *keyRing) keep(server string, keys []signingKey, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.servers == nil {
		r.servers = map[string]keySet{}
	}
	r.servers[server] = keySet{now, keys}
}

// StartKeys makes the keys that are missing in the background: first those that sign, then the spare ones.
func (o *Org) StartKeys() {
	o.inBackground("make signing keys", func(ctx context.Context) error {
		servers, err := o.authServerNames(o.reads(ctx))
		if err != nil {
			return err
		}
		for _, state := range []string{keyActive, keyNext} {
			for _, server := range append([]string{OrgServer}, servers...) {
				if err := o.ensureKey(ctx, server, state); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// inBackground runs f until it is done or the org is closed.
func (o *Org) inBackground(what string, f func(context.Context) error) {
	o.background.Go(func() {
		if err := f(o.stopped); err != nil && o.stopped.Err() == nil {
			o.log.Error(what, "error", err)
		}
	})
}

// ensureKey makes the key of a server in this state when there is none.
func (o *Org) ensureKey(ctx context.Context, server, state string) error {
	o.keys.making.Lock()
	defer o.keys.making.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	var n int
	err := o.db.Reader().QueryRow(ctx, `SELECT count(*) FROM signing_key WHERE server = $1 AND state = $2`, server, state).Scan(&n)
	if err != nil || n > 0 {
		return err
	}
	defer o.keys.forget(server)
	return o.addKey(ctx, server, state)
}

// ring returns the published keys of a server, making the first one when there is none yet.
func (o *Org) ring(ctx context.Context, server string) ([]signingKey, error) {
	if keys, ok := o.keys.get(server, o.now()); ok {
		return keys, nil
	}
	return o.readRing(ctx, server)
}

func (o *Org) readRing(ctx context.Context, server string) ([]signingKey, error) {
	if err := o.ensureKey(ctx, server, keyActive); err != nil {
		return nil, err
	}
	keys, err := o.signingKeys(o.reads(ctx), server)
	if err != nil {
		return nil, err
	}
	o.keys.keep(server, keys, o.now())
	if !slices.ContainsFunc(keys, func(k signingKey) bool { return k.state == keyNext }) && o.keys.spare(server) {
		o.makeSpare(server)
	}
	return keys, nil
}

// makeSpare makes the key that signs after the next rotation, so that it is published by then.
func (o *Org) makeSpare(server string) {
	o.inBackground("make a spare signing key", func(ctx context.Context) error {
		defer o.keys.spared(server)
		return o.ensureKey(ctx, server, keyNext)
	})
}

// JWKS is the published key set of a server (RFC 7517 section 5), read from the store each time.
func (o *Org) JWKS(ctx context.Context, server string) (jose.JSONWebKeySet, error) {
	keys, err := o.readRing(ctx, server)
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, k.public())
	}
	return set, err
}

// SignJWT signs claims with the active key of a server. typ is the header's typ, "" for none.
func (o *Org) SignJWT(r *Request, server, typ string, claims any) (string, error) {
	key, err := o.activeKey(r, server)
	if err != nil {
		return "", err
	}
	options := &jose.SignerOptions{}
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key.private, KeyID: key.kid}}, options)
	if err != nil {
		return "", fmt.Errorf("signer of %s: %w", server, err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign for %s: %w", server, err)
	}
	return signed.CompactSerialize()
}

func (o *Org) activeKey(r *Request, server string) (signingKey, error) {
	keys, err := o.ring(r.ctx, server)
	if err != nil {
		return signingKey{}, err
	}
	for _, k := range keys {
		if k.state != keyActive {
			continue
		}
		if due, err := o.rotates(o.reads(r.ctx), server, o.now().Sub(k.created)); err != nil {
			return signingKey{}, err
		} else if due {
			if err := o.rotateKey(r, server, k.kid); err != nil {
				return signingKey{}, err
			}
			return o.activeKey(r, server)
		}
		return k, nil
	}
	return signingKey{}, errors.New("org: no active signing key of " + server)
}

// errToken says that a JWT is none of ours.
var errToken = errors.New("token is not valid")

// verifyJWT checks the signature of a JWT against the keys of a server and returns its
// payload and typ. The header's own jwk, jku and x5u are never looked at.
func (o *Org) verifyJWT(ctx context.Context, server, token string) (payload []byte, typ string, err error) {
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, "", errToken
	}
	header := parsed.Signatures[0].Protected
	typ, _ = header.ExtraHeaders[jose.HeaderType].(string)
	key, err := o.publishedKey(ctx, server, header.KeyID)
	if err != nil {
		return nil, "", err
	}
	if payload, err = parsed.Verify(key.private.Public()); err != nil {
		return nil, "", errToken
	}
	return payload, typ, nil
}

// unknownWait bounds how often tokens with made-up key ids make the keys be read again.
const unknownWait = time.Second

// publishedKey finds a key by its kid. One that is not known may be of another
// process: the keys are then read again, unless that was done just now.
func (o *Org) publishedKey(ctx context.Context, server, kid string) (signingKey, error) {
	known, err := o.ring(ctx, server)
	if err != nil {
		return signingKey{}, err
	}
	if i := slices.IndexFunc(known, func(k signingKey) bool { return k.kid == kid }); i >= 0 {
		return known[i], nil
	}
	if o.keys.age(server, o.now()) < unknownWait {
		return signingKey{}, errToken
	}
	if known, err = o.readRing(ctx, server); err != nil {
		return signingKey{}, err
	}
	if i := slices.IndexFunc(known, func(k signingKey) bool { return k.kid == kid }); i >= 0 {
		return known[i], nil
	}
	return signingKey{}, errToken
}
