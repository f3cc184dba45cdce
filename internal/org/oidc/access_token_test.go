package oidc_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// security 57
func TestOnlyOrgAccessTokensOpenTheAPI(t *testing.T) {
	x := newServer(t)
	b := x.browser()
	tokens := b.tokens(orgServer, request())
	custom := b.tokens(defaultServer, request("scope", "openid offline_access", "prompt", "login"))
	good := tokens["access_token"].(string)
	parts := strings.Split(good, ".")
	key := x.service()
	for name, token := range map[string]string{
		"ID token": tokens["id_token"].(string), "custom server's token": custom["access_token"].(string), "custom server's ID token": custom["id_token"].(string),
		"refresh token": tokens["refresh_token"].(string), "changed claims": parts[0] + "." + strings.Split(tokens["id_token"].(string), ".")[1] + "." + parts[2],
		"no signature": parts[0] + "." + parts[1] + ".", "alg none": "eyJhbGciOiJub25lIn0." + parts[1] + ".", "garbage": "x.y.z", "another's key": x.assertion(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil),
	} {
		a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+token)
		if a.status != http.StatusUnauthorized || a.text(t, "errorCode") != "E0000011" {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if a := b.userOf(defaultServer, good); a.status != http.StatusUnauthorized {
		t.Errorf("the org's token at the custom server's userinfo: %d", a.status)
	}
	if a := b.userOf(orgServer, tokens["id_token"].(string)); a.status != http.StatusUnauthorized || !strings.Contains(a.header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("an ID token at userinfo: %d %s", a.status, a.header.Get("WWW-Authenticate"))
	}
	if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+good); a.status != http.StatusOK {
		t.Fatalf("the right one: %d %s", a.status, a.body)
	}
	x.clock.forward(61 * time.Minute)
	if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+good); a.status != http.StatusUnauthorized {
		t.Errorf("after it expired, though it was just used: %d", a.status)
	}
}

// security 56
func TestKeysRotateWithOverlap(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		x.check(x.Idle(t.Context()))
		before := b.kids()
		if len(before) != 2 {
			t.Fatalf("published keys %v, want the one that signs and the next", before)
		}
		tokens := b.tokens(orgServer, request())
		q, err := http.NewRequest("POST", "/", nil)
		x.check(err)
		x.check(x.RotateKeys(x.Begin(q), "org"))
		x.check(x.Idle(t.Context()))
		after := b.kids()
		if len(after) != 3 || !slices.Contains(after, before[0]) || !slices.Contains(after, before[1]) {
			t.Errorf("after a rotation %v, before %v", after, before)
		}
		if a := b.userOf(orgServer, tokens["access_token"].(string)); a.status != http.StatusOK {
			t.Errorf("a token of before the rotation: %d", a.status)
		}
		next := b.refresh(orgServer, tokens["refresh_token"].(string)).json(t)
		used := kidOf(t, next["access_token"].(string))
		if used == kidOf(t, tokens["access_token"].(string)) {
			t.Error("the new token is signed with the old key")
		}
		if !slices.Contains(before, used) {
			t.Error("the key was used before it was published")
		}
		checkIDToken(t, x, next["id_token"].(string), "")
		x.clock.forward(25 * time.Hour)
		if got := b.kids(); len(got) != 2 {
			t.Errorf("a day later %v", got)
		}
		if x.events("app.oauth2.key.rollover") != 1 {
			t.Error("the rotation is not in the System Log")
		}
	})
}

// security 56
func TestAnOldKeyIsReplacedOnceByManyRequests(t *testing.T) {
	eachDatabase(t, func(t *testing.T, x *server) {
		b := x.browser()
		x.check(x.Idle(t.Context()))
		first := kidOf(t, b.tokens(orgServer, request("scope", "openid"))["access_token"].(string))
		x.clock.forward(91 * 24 * time.Hour)
		codes := make(chan string, 8)
		for range cap(codes) {
			codes <- x.browser().code(orgServer, request("scope", "openid"))
		}
		used := race(cap(codes), func() string {
			a := b.exchange(orgServer, <-codes)
			if a.status != http.StatusOK {
				return a.body
			}
			return kidOf(t, a.text(t, "access_token"))
		})
		if used[first] > 0 || len(used) != 1 {
			t.Errorf("signed with %v, want one key that is not %s", used, first)
		}
		if x.events("app.oauth2.key.rollover") != 1 {
			t.Errorf("%d rotations", x.events("app.oauth2.key.rollover"))
		}
	})
}

// security 56: while tokens are given, checked by their published keys and used, the keys
// are replaced again and again, and nothing fails.
func TestRotationUnderLoadFailsNobody(t *testing.T) {
	x := newServer(t)
	x.check(x.Idle(t.Context()))
	const workers = 6
	first := make([]string, workers)
	browsers := make([]*browser, workers)
	for i := range workers {
		browsers[i] = x.browser()
		first[i] = browsers[i].tokens(orgServer, request("scope", "openid offline_access okta.users.read"))["refresh_token"].(string)
	}
	provider, err := gooidc.NewProvider(t.Context(), x.url)
	x.check(err)
	verifier := provider.Verifier(&gooidc.Config{ClientID: "web", Now: x.clock.Now})
	var load sync.WaitGroup
	var used sync.Map                                // keys that signed
	turn := make(chan struct{}, workers*rotations*3) // never full
	for i, b := range browsers {
		load.Go(func() {
			refresh := first[i]
			for range rotations * 3 {
				a := b.refresh(orgServer, refresh)
				if a.status != http.StatusOK {
					t.Errorf("refresh: %d %s", a.status, a.body)
					return
				}
				tokens := a.json(t)
				refresh = tokens["refresh_token"].(string)
				if _, err := verifier.Verify(t.Context(), tokens["id_token"].(string)); err != nil {
					t.Error(err)
				}
				access := tokens["access_token"].(string)
				if a := x.api("GET", "/api/v1/users/me", nil, "Authorization", "Bearer "+access); a.status != http.StatusOK {
					t.Errorf("the API: %d %s", a.status, a.body)
				}
				used.Store(kidOf(t, access), true)
				turn <- struct{}{}
			}
		})
	}
	go func() { load.Wait(); close(turn) }()
	q, err := http.NewRequest("POST", "/", nil)
	x.check(err)
	for range rotations {
		for range workers { // some tokens in between
			<-turn
		}
		x.check(x.RotateKeys(x.Begin(q), "org"))
		x.check(x.Idle(t.Context()))
	}
	for range turn { // until the load is over
	}
	n := 0
	used.Range(func(any, any) bool { n++; return true })
	if n < 2 {
		t.Errorf("%d keys signed: the rotation did not meet the load", n)
	}
}

const rotations = 4

// kids lists the org server's published keys.
func (b *browser) kids() []string {
	b.t.Helper()
	var set jose.JSONWebKeySet
	a := b.get("/oauth2/v1/keys")
	if err := json.Unmarshal([]byte(a.body), &set); err != nil {
		b.t.Fatal(err)
	}
	var kids []string
	for _, k := range set.Keys {
		if !k.IsPublic() {
			b.t.Errorf("key %s is published with its private part", k.KeyID)
		}
		kids = append(kids, k.KeyID)
	}
	return kids
}

func kidOf(t *testing.T, token string) string {
	t.Helper()
	parsed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Signatures[0].Protected.KeyID
}
