package auth_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	clientID     = "0oaconsole/1"
	clientSecret = "s:ecret +1"
)

// op is an OpenID provider that a test can make misbehave: each hook changes one answer.
type op struct {
	url   string
	clock *clock

	mu      sync.Mutex
	codes   map[string]url.Values // authorization request by code
	refresh map[string]bool       // refresh tokens that are valid
	access  string                // the newest access token, the only one the API takes
	count   int
	calls   map[string]int // by path; token calls by grant type
	bearers []string

	signer    jose.JSONWebKey
	published []jose.JSONWebKey
	life      int64 // of access tokens, in seconds
	// granted, where not nil, are the scopes that the app was granted: of those asked for, these are answered with.
	granted []string

	onMetadata func(map[string]any)
	onClaims   func(map[string]any)
	onUserInfo func(map[string]any)
	onAnswer   func(map[string]any)
	onToken    func(http.ResponseWriter, *http.Request) bool // true: answered
	onAPI      func(http.ResponseWriter, *http.Request) bool
	sign       func(*op, map[string]any) string
	onKeys     func(http.ResponseWriter) bool
}

var testKeys = sync.OnceValue(func() []*rsa.PrivateKey {
	var keys []*rsa.PrivateKey
	for range 2 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys = append(keys, key)
	}
	return keys
})

func key(n int, id string) jose.JSONWebKey {
	return jose.JSONWebKey{Key: testKeys()[n], KeyID: id, Algorithm: "RS256", Use: "sig"}
}

func newOP(t *testing.T, c *clock) *op {
	t.Helper()
	o := &op{clock: c, codes: map[string]url.Values{}, refresh: map[string]bool{}, calls: map[string]int{}, life: 3600, signer: key(0, "one")}
	o.published = []jose.JSONWebKey{o.signer.Public()}
	o.sign = (*op).signRS256
	server := httptest.NewServer(http.HandlerFunc(o.serve))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

func (o *op) serve(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls[r.URL.Path]++
	w.Header().Set("Date", o.clock.now().UTC().Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		answer(w, o.onMetadata, map[string]any{
			"issuer": o.url, "authorization_endpoint": o.url + "/oauth2/v1/authorize", "token_endpoint": o.url + "/oauth2/v1/token",
			"userinfo_endpoint": o.url + "/oauth2/v1/userinfo", "jwks_uri": o.url + "/oauth2/v1/keys",
			"revocation_endpoint": o.url + "/oauth2/v1/revoke", "end_session_endpoint": o.url + "/oauth2/v1/logout",
		})
	case "/oauth2/v1/keys":
		if o.onKeys == nil || !o.onKeys(w) {
			_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: o.published})
		}
	case "/oauth2/v1/userinfo":
		if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer access-") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answer(w, o.onUserInfo, map[string]any{"sub": "00u1", "preferred_username": "ada@company.example", "name": "Ada Lovelace"})
	case "/oauth2/v1/token":
		o.token(w, r)
	case "/oauth2/v1/revoke":
		delete(o.refresh, r.PostFormValue("token"))
	default:
		o.api(w, r)
	}
}

func answer(w http.ResponseWriter, change func(map[string]any), body map[string]any) {
	if change != nil {
		change(body)
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body)
}

func (o *op) token(w http.ResponseWriter, r *http.Request) {
	grant := r.PostFormValue("grant_type")
	o.calls[grant]++
	if o.onToken != nil && o.onToken(w, r) {
		return
	}
	id, secret, _ := r.BasicAuth()
	if id != url.QueryEscape(clientID) || secret != url.QueryEscape(clientSecret) {
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	nonce, scope := "", "openid profile email offline_access okta.users.read okta.users.manage okta.roles.read"
	if grant == "authorization_code" {
		asked, ok := o.codes[r.PostFormValue("code")]
		delete(o.codes, r.PostFormValue("code"))
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !ok || asked.Get("redirect_uri") != r.PostFormValue("redirect_uri") || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
			refuse(w, http.StatusBadRequest, "invalid_grant")
			return
		}
		nonce = asked.Get("nonce")
		if o.granted != nil {
			scope = strings.Join(slices.DeleteFunc(strings.Fields(asked.Get("scope")), func(s string) bool { return !slices.Contains(o.granted, s) }), " ")
		}
	} else if !o.refresh[r.PostFormValue("refresh_token")] {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	delete(o.refresh, r.PostFormValue("refresh_token"))
	o.count++
	o.access = fmt.Sprintf("access-%d", o.count)
	refresh := fmt.Sprintf("refresh-%d", o.count)
	o.refresh[refresh] = true
	now := o.clock.now().Unix()
	claims := map[string]any{"iss": o.url, "sub": "00u1", "aud": clientID, "iat": now, "exp": now + 3600, "auth_time": now - 5}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	if o.onClaims != nil {
		o.onClaims(claims)
	}
	answer(w, o.onAnswer, map[string]any{
		"access_token": o.access, "token_type": "Bearer", "expires_in": o.life, "refresh_token": refresh,
		"scope": scope, "id_token": o.sign(o, claims),
	})
}

// api is the management API: it takes the newest access token only.
func (o *op) api(w http.ResponseWriter, r *http.Request) {
	bearer := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	o.bearers = append(o.bearers, bearer)
	if o.onAPI != nil && o.onAPI(w, r) {
		return
	}
	if bearer != o.access {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"errorCode":"E0000011","errorSummary":"Invalid token provided"}`))
		return
	}
	_, _ = w.Write([]byte(`{"ok":true}`))
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"error":"` + code + `","error_description":"no"}`))
}

// authorize is what the person does at the org: it returns the address the browser comes back to.
func (o *op) authorize(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	code := fmt.Sprintf("code-%d", len(o.codes)+o.count*100+1)
	o.codes[code] = u.Query()
	back := url.Values{"code": {code}, "state": {u.Query().Get("state")}}
	return u.Query().Get("redirect_uri") + "?" + back.Encode()
}

func (o *op) signRS256(claims map[string]any) string {
	return signed(o.signer, jose.RS256, claims)
}

func signed(key jose.JSONWebKey, algorithm jose.SignatureAlgorithm, claims map[string]any) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	jws, err := signer.Sign(body)
	if err != nil {
		panic(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return text
}

func (o *op) called(what string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.calls[what]
}

func (o *op) valid(refresh string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.refresh[refresh]
}

// set changes the provider between requests.
func (o *op) set(change func(*op)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	change(o)
}

// clock is a clock that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
