package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/sync/singleflight"
)

// idTokenAlgorithms is the allow-list for ID tokens: an org signs them with RS256 only.
func idTokenAlgorithms() []jose.SignatureAlgorithm { return []jose.SignatureAlgorithm{jose.RS256} }

const (
	// keysAge is how long keys serve when the org does not say; maxKeysAge bounds what it may say.
	keysAge    = time.Hour
	maxKeysAge = 24 * time.Hour
	// refetchEvery is the least time between two reads that unknown key ids cause (security 56).
	refetchEvery = time.Minute
)

// keySet is the org's JWKS as an oidc.KeySet. Unlike go-oidc's it stops trusting keys after
// their max-age when the org no longer serves them, and reads again at most once a
// minute however many unknown key ids come (faults 15, security 56).
type keySet struct {
	url string
	get func(ctx context.Context, url, bearer string, into any) (http.Header, error)
	now func() time.Time

	reading   singleflight.Group
	mu        sync.Mutex
	keys      []jose.JSONWebKey
	until     time.Time
	refetched time.Time
}

// VerifySignature returns the payload of jwt when one of the org's keys signed it. Keys
// named in the token's own header (jku, jwk, x5u) are never looked at.
func (k *keySet) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	jws, err := jose.ParseSignedCompact(jwt, idTokenAlgorithms())
	if err != nil {
		return nil, fmt.Errorf("malformed token: %w", err)
	}
	if len(jws.Signatures) != 1 {
		return nil, errors.New("a token must have one signature")
	}
	id := jws.Signatures[0].Header.KeyID
	keys, old := k.kept(id)
	unknown := !old && len(keys) == 0 && k.mayRefetch()
	if old || unknown {
		if err := k.read(ctx, unknown); err != nil {
			return nil, err
		}
	}
	if len(keys) == 0 { // another sign-in may have read them since
		keys, _ = k.kept(id)
	}
	for _, key := range keys {
		if payload, err := jws.Verify(key); err == nil {
			return payload, nil
		}
	}
	return nil, errors.New("signed by no key of the org")
}

// kept lists the signing keys with this id; without an id, all of them. Keys that are too old are not to be used.
func (k *keySet) kept(id string) (found []jose.JSONWebKey, old bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.now().Before(k.until) {
		return nil, true
	}
	for _, key := range k.keys {
		if (id == "" || key.KeyID == id) && key.Use != "enc" && key.IsPublic() {
			found = append(found, key)
		}
	}
	return found, false
}

func (k *keySet) mayRefetch() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now().Sub(k.refetched) >= refetchEvery
}

// read asks the org for its keys, once for all who wait. Nobody waits longer than their
// ctx allows: a refresh has to be stored while its lease lasts. A reading for an unknown
// id counts when it is done, so that all who met the new id at once share it.
func (k *keySet) read(ctx context.Context, unknown bool) error {
	done := k.reading.DoChan("", func() (any, error) {
		var set jose.JSONWebKeySet
		header, err := k.get(context.WithoutCancel(ctx), k.url, "", &set)
		k.mu.Lock()
		defer k.mu.Unlock()
		if unknown {
			k.refetched = k.now()
		}
		if err != nil {
			return nil, fmt.Errorf("read the org's keys: %w", err)
		}
		k.keys, k.until = set.Keys, k.now().Add(maxAge(header))
		return nil, nil
	})
	select {
	case <-ctx.Done():
		return ctx.Err()
	case result := <-done:
		return result.Err
	}
}

// maxAge reads max-age of Cache-Control (RFC 9111 section 5.2.2.1), kept within bounds.
func maxAge(h http.Header) time.Duration {
	for directive := range strings.SplitSeq(h.Get("Cache-Control"), ",") {
		if text, ok := strings.CutPrefix(strings.TrimSpace(directive), "max-age="); ok {
			if seconds, err := strconv.Atoi(text); err == nil && seconds > 0 {
				return min(time.Duration(seconds)*time.Second, maxKeysAge)
			}
		}
	}
	return keysAge
}
