package oidc_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// browser is a client with cookies that follows no redirect.
type browser struct {
	t testing.TB
	x *server
	*http.Client
}

func (x *server) browser() *browser {
	x.t.Helper()
	jar, err := cookiejar.New(nil)
	x.check(err)
	return &browser{x.t, x, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("status %d, no JSON: %s", a.status, a.body)
	}
	return v
}

func (a answer) text(t testing.TB, name string) string {
	t.Helper()
	s, _ := a.json(t)[name].(string)
	return s
}

// location is the query of the redirect.
func (a answer) location(t testing.TB) url.Values {
	t.Helper()
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func (b *browser) do(method, path, kind string, body io.Reader, headers ...string) answer {
	b.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = b.x.url + path
	}
	q, err := http.NewRequest(method, path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if kind != "" {
		q.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	res, err := b.Do(q)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(text)}
}

func (b *browser) get(path string, headers ...string) answer {
	b.t.Helper()
	return b.do("GET", path, "", nil, headers...)
}

func (b *browser) post(path string, form url.Values, headers ...string) answer {
	b.t.Helper()
	return b.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), headers...)
}

func (b *browser) postJSON(path string, v any, headers ...string) answer {
	b.t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do("POST", path, "application/json", strings.NewReader(string(text)), headers...)
}

// form makes url.Values of pairs.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

const verifier = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"

func challenge() string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// request is a correct authorization request of the web client, with these parameters changed; "" takes one away.
func request(changes ...string) url.Values {
	v := form("client_id", "web", "response_type", "code", "redirect_uri", callback, "scope", "openid profile email offline_access okta.users.read okta.sessions.manage",
		"state", "s t&1", "nonce", "n1", "code_challenge", challenge(), "code_challenge_method", "S256")
	for i := 0; i < len(changes); i += 2 {
		v.Del(changes[i])
		if changes[i+1] != "" {
			v.Set(changes[i], changes[i+1])
		}
	}
	return v
}

// signIn goes through the password page and returns the redirect to the client.
func (b *browser) signIn(server string, q url.Values, login, password string) answer {
	b.t.Helper()
	page := b.get(server + "/v1/authorize?" + q.Encode())
	if page.status != http.StatusFound || !strings.HasPrefix(page.header.Get("Location"), b.x.url+"/signin/") {
		b.t.Fatalf("authorize: %d %s %s", page.status, page.header.Get("Location"), page.body)
	}
	return b.post(page.header.Get("Location"), form("username", login, "password", password))
}

// code signs the admin in and returns the code.
func (b *browser) code(server string, q url.Values) string {
	b.t.Helper()
	a := b.signIn(server, q, admin, password)
	code := a.location(b.t).Get("code")
	if a.status != http.StatusSeeOther || code == "" {
		b.t.Fatalf("sign-in: %d %s %s", a.status, a.header.Get("Location"), a.body)
	}
	return code
}

// basic is the Authorization header of a client (RFC 6749 section 2.3.1).
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

// exchange posts a code as the web client, with these parameters changed.
func (b *browser) exchange(server, code string, changes ...string) answer {
	b.t.Helper()
	v := form("grant_type", "authorization_code", "code", code, "redirect_uri", callback, "code_verifier", verifier)
	for i := 0; i < len(changes); i += 2 {
		v.Del(changes[i])
		if changes[i+1] != "" {
			v.Set(changes[i], changes[i+1])
		}
	}
	return b.post(server+"/v1/token", v, "Authorization", basic("web", b.x.web.Secret))
}

// tokens signs in and returns the token answer.
func (b *browser) tokens(server string, q url.Values) map[string]any {
	b.t.Helper()
	a := b.exchange(server, b.code(server, q))
	if a.status != http.StatusOK {
		b.t.Fatalf("token: %d %s", a.status, a.body)
	}
	return a.json(b.t)
}

func (b *browser) refresh(server, token string, changes ...string) answer {
	b.t.Helper()
	v := form(append([]string{"grant_type", "refresh_token", "refresh_token", token}, changes...)...)
	return b.post(server+"/v1/token", v, "Authorization", basic("web", b.x.web.Secret))
}

// userOf asks userinfo.
func (b *browser) userOf(server, token string) answer {
	b.t.Helper()
	return b.get(server+"/v1/userinfo", "Authorization", "Bearer "+token)
}

// payload reads the claims of a JWT without checking it.
func payload(t testing.TB, token any) map[string]any {
	t.Helper()
	text, _ := token.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("no JWT: %v", token)
	}
	b, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var v map[string]any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// events counts the System Log's entries of a type.
func (x *server) events(eventType string) int {
	x.t.Helper()
	var n int
	x.check(x.DB().Reader().QueryRow(context.Background(), `SELECT count(*) FROM event_index WHERE name = 'eventType' AND value = $1`, eventType).Scan(&n))
	return n
}

// api calls the management API with the seeded API token, unless headers say otherwise.
func (x *server) api(method, path string, body any, headers ...string) answer {
	x.t.Helper()
	b := x.browser()
	headers = append([]string{"Authorization", "SSWS " + apiToken}, headers...)
	if body == nil {
		return b.do(method, path, "", nil, headers...)
	}
	text, err := json.Marshal(body)
	x.check(err)
	return b.do(method, path, "application/json", strings.NewReader(string(text)), headers...)
}

var problem = regexp.MustCompile(`role="alert">([^<]*)<`)

// problem is what a page says went wrong.
func (a answer) problem() string {
	if m := problem.FindStringSubmatch(a.body); m != nil {
		return m[1]
	}
	return ""
}

const (
	orgServer     = "/oauth2"
	defaultServer = "/oauth2/default"
)
