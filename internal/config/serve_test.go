package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// settingsOf is the least that serve needs, in a data folder of its own.
func settingsOf(t *testing.T) map[string]string {
	return map[string]string{
		"CONSOLE_ORG_URL":       "https://company.okta.com",
		"CONSOLE_CLIENT_ID":     "0oa1",
		"CONSOLE_CLIENT_SECRET": "s3cret-value",
		"CONSOLE_DATA_DIR":      t.TempDir(),
	}
}

func getenv(m map[string]string) func(string) string {
	return func(name string) string { return m[name] }
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestLeastConfiguration(t *testing.T) {
	env := settingsOf(t)
	s, err := Load(Flags{}, "", getenv(env))
	if err != nil {
		t.Fatal(err)
	}
	if s.OrgURL != "https://company.okta.com" || s.Addr != "127.0.0.1:8080" || s.BaseURL != "" ||
		s.Idle != 15*time.Minute || s.Life != 12*time.Hour || len(s.Keys) != 1 {
		t.Errorf("read %+v", s)
	}
	file := filepath.Join(env["CONSOLE_DATA_DIR"], "secret.key")
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("secret key file: %v, %v, want mode 0600", info, err)
	}
	again, err := Load(Flags{}, "", getenv(env))
	if err != nil || string(again.Keys[0]) != string(s.Keys[0]) {
		t.Errorf("the second start has another key: %v", err)
	}
}

func TestFlagsWinThenEnvironmentThenFile(t *testing.T) {
	env := settingsOf(t)
	file := write(t, "# of the file\n\nCONSOLE_CLIENT_ID=file\n CONSOLE_ADDR = 127.0.0.1:1\nCONSOLE_SESSION_IDLE=\"5m\"\nCONSOLE_CLIENT_SECRET=\n")
	env["CONSOLE_ADDR"] = "127.0.0.1:2"
	s, err := Load(Flags{ClientID: "flag"}, file, getenv(env))
	if err != nil {
		t.Fatal(err)
	}
	if s.ClientID != "flag" || s.Addr != "127.0.0.1:2" || s.Idle != 5*time.Minute || s.ClientSecret != "s3cret-value" {
		t.Errorf("client %q, address %q, idle %v", s.ClientID, s.Addr, s.Idle)
	}
}

func TestAllSettings(t *testing.T) {
	cert, key := certificate(t)
	one, two := make([]byte, 32), make([]byte, 32)
	two[0] = 1
	keys := write(t, base64.StdEncoding.EncodeToString(one)+"\n"+base64.StdEncoding.EncodeToString(two)+"\n")
	s, err := Load(Flags{}, "", getenv(map[string]string{
		"CONSOLE_ORG_URL": "https://company.okta.com/", "CONSOLE_BASE_URL": "https://Console.Example.com/",
		"CONSOLE_CLIENT_ID": "0oa1", "CONSOLE_PRIVATE_KEY_FILE": privateJWK(t),
		"CONSOLE_SECRET_KEY_FILE": keys, "CONSOLE_DATABASE_URL": "postgres://u:p@db/console",
		"CONSOLE_ADDR": "0.0.0.0:443", "CONSOLE_TLS_CERT": cert, "CONSOLE_TLS_KEY": key,
		"CONSOLE_TRUSTED_PROXIES": "10.1.2.3/8, ::1,192.0.2.7", "CONSOLE_SESSION_IDLE": "30m", "CONSOLE_SESSION_LIFE": "1h",
	}))
	if err != nil {
		t.Fatal(err)
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("192.0.2.7/32")}
	if s.OrgURL != "https://company.okta.com" || s.BaseURL != "https://console.example.com" || len(s.Keys) != 2 || s.Keys[1][0] != 1 ||
		s.PrivateKey.KeyID != "k1" || s.PrivateKey.Algorithm != "ES256" || !slices.Equal(s.TrustedProxies, proxies) {
		t.Errorf("read %+v", s)
	}
}

// Each case changes one thing; the error is one line that holds all the words and none
// of the secrets.
func TestWrongConfigurations(t *testing.T) {
	cases := []struct {
		name   string
		change map[string]string
		words  string
	}{
		{"no org", map[string]string{"CONSOLE_ORG_URL": ""}, "CONSOLE_ORG_URL not set --org-url https://"},
		{"org without a scheme", map[string]string{"CONSOLE_ORG_URL": "company.okta.com"}, "CONSOLE_ORG_URL scheme and host"},
		{"org with a path", map[string]string{"CONSOLE_ORG_URL": "https://company.okta.com/app"}, "CONSOLE_ORG_URL more use https://company.okta.com"},
		{"an authorization server", map[string]string{"CONSOLE_ORG_URL": "https://company.okta.com/oauth2/default"}, "CONSOLE_ORG_URL authorization server https://company.okta.com"},
		{"the admin pages", map[string]string{"CONSOLE_ORG_URL": "https://company-admin.okta.com"}, "CONSOLE_ORG_URL admin https://company.okta.com"},
		{"org with a password", map[string]string{"CONSOLE_ORG_URL": "https://u:s3cret-value@company.okta.com"}, "CONSOLE_ORG_URL more"},
		{"org in plain http elsewhere", map[string]string{"CONSOLE_ORG_URL": "http://org.example"}, "CONSOLE_ORG_URL plain http --allow-remote-http"},
		{"no client", map[string]string{"CONSOLE_CLIENT_ID": ""}, "CONSOLE_CLIENT_ID not set --client-id"},
		{"client with a space", map[string]string{"CONSOLE_CLIENT_ID": "0oa 1"}, "CONSOLE_CLIENT_ID white space"},
		{"no secret and no key", map[string]string{"CONSOLE_CLIENT_SECRET": ""}, "CONSOLE_CLIENT_SECRET CONSOLE_PRIVATE_KEY_FILE neither"},
		{"secret with a space", map[string]string{"CONSOLE_CLIENT_SECRET": "s3cret-value x"}, "CONSOLE_CLIENT_SECRET white space"},
		{"secret and key", map[string]string{"CONSOLE_PRIVATE_KEY_FILE": privateJWK(t)}, "CONSOLE_CLIENT_SECRET CONSOLE_PRIVATE_KEY_FILE both"},
		{"no key file there", map[string]string{"CONSOLE_PRIVATE_KEY_FILE": "absent.jwk"}, "CONSOLE_PRIVATE_KEY_FILE absent.jwk"},
		{"key file of nonsense", map[string]string{"CONSOLE_PRIVATE_KEY_FILE": write(t, "s3cret-value")}, "CONSOLE_PRIVATE_KEY_FILE JWK PEM"},
		{"a public key", map[string]string{"CONSOLE_PRIVATE_KEY_FILE": publicJWK(t)}, "CONSOLE_PRIVATE_KEY_FILE private"},
		{"a short key", map[string]string{"CONSOLE_PRIVATE_KEY_FILE": shortKey(t)}, "CONSOLE_PRIVATE_KEY_FILE 1024 2048"},
		{"nowhere to store", map[string]string{"CONSOLE_DATA_DIR": ""}, "CONSOLE_DATA_DIR CONSOLE_DATABASE_URL neither"},
		{"data folder that cannot be", map[string]string{"CONSOLE_DATA_DIR": filepath.Join(write(t, ""), "x")}, "CONSOLE_DATA_DIR"},
		{"another database", map[string]string{"CONSOLE_DATABASE_URL": "mysql://u:s3cret-value@db/console"}, "CONSOLE_DATABASE_URL postgres://"},
		{"a broken database address", map[string]string{"CONSOLE_DATABASE_URL": "postgres://u:s3cret-value@db:x/c"}, "CONSOLE_DATABASE_URL postgres://"},
		{"a database without a host", map[string]string{"CONSOLE_DATABASE_URL": "postgres:///c?password=s3cret-value"}, "CONSOLE_DATABASE_URL host"},
		{"shared database, own key", map[string]string{"CONSOLE_DATABASE_URL": "postgres://u:s3cret-value@db/c"}, "CONSOLE_SECRET_KEY_FILE not set openssl"},
		{"no secret key file there", map[string]string{"CONSOLE_SECRET_KEY_FILE": "absent.key"}, "CONSOLE_SECRET_KEY_FILE absent.key"},
		{"short secret key", map[string]string{"CONSOLE_SECRET_KEY_FILE": write(t, "czNjcmV0LXZhbHVl\n")}, "CONSOLE_SECRET_KEY_FILE line 1 32 bytes openssl"},
		{"three secret keys", map[string]string{"CONSOLE_SECRET_KEY_FILE": write(t, "a\nb\nc\n")}, "CONSOLE_SECRET_KEY_FILE 3 one or two"},
		{"empty secret key file", map[string]string{"CONSOLE_SECRET_KEY_FILE": write(t, "")}, "CONSOLE_SECRET_KEY_FILE 0 one or two"},
		{"address without a port", map[string]string{"CONSOLE_ADDR": "127.0.0.1"}, "CONSOLE_ADDR HOST:PORT"},
		{"port out of range", map[string]string{"CONSOLE_ADDR": "127.0.0.1:70000"}, "CONSOLE_ADDR port"},
		{"open to the network", map[string]string{"CONSOLE_ADDR": ":8080"}, "CONSOLE_ADDR --tls-cert --allow-remote-http"},
		{"certificate without a key", map[string]string{"CONSOLE_TLS_CERT": "c.pem"}, "CONSOLE_TLS_CERT CONSOLE_TLS_KEY together"},
		{"certificate that is none", map[string]string{"CONSOLE_TLS_CERT": write(t, "x"), "CONSOLE_TLS_KEY": write(t, "s3cret-value")}, "CONSOLE_TLS_CERT PEM"},
		{"behind a proxy without an address", map[string]string{"CONSOLE_ADDR": ":8080", "CONSOLE_ALLOW_REMOTE_HTTP": "true"}, "CONSOLE_BASE_URL not set"},
		{"own address in plain http", map[string]string{"CONSOLE_BASE_URL": "http://console.example.com"}, "CONSOLE_BASE_URL https"},
		{"own address is the org's", map[string]string{"CONSOLE_BASE_URL": "https://company.okta.com"}, "CONSOLE_BASE_URL own"},
		{"own address with a path", map[string]string{"CONSOLE_BASE_URL": "https://example.com/console"}, "CONSOLE_BASE_URL use https://example.com"},
		{"proxies by name", map[string]string{"CONSOLE_TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, "CONSOLE_TRUSTED_PROXIES proxy CIDRs"},
		{"neither yes nor no", map[string]string{"CONSOLE_ALLOW_REMOTE_HTTP": "maybe"}, "CONSOLE_ALLOW_REMOTE_HTTP maybe true false"},
		{"idle limit without a unit", map[string]string{"CONSOLE_SESSION_IDLE": "15"}, "CONSOLE_SESSION_IDLE 1m 2h"},
		{"idle limit too long", map[string]string{"CONSOLE_SESSION_IDLE": "3h"}, "CONSOLE_SESSION_IDLE 2h"},
		{"life too long", map[string]string{"CONSOLE_SESSION_LIFE": "25h"}, "CONSOLE_SESSION_LIFE 24h"},
		{"idle longer than life", map[string]string{"CONSOLE_SESSION_IDLE": "2h", "CONSOLE_SESSION_LIFE": "1h"}, "CONSOLE_SESSION_IDLE CONSOLE_SESSION_LIFE shorter"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			env := settingsOf(t)
			for name, value := range c.change {
				env[name] = value
			}
			_, err := Load(Flags{}, "", getenv(env))
			expectLine(t, err, c.words)
		})
	}
}

func TestWrongFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, words string }{
		"no assignment":       {"CONSOLE_ADDR=127.0.0.1:1\nnonsense s3cret-value\n", "--config line 2 NAME=value"},
		"unknown name":        {"CONSOLE_SECRET=s3cret-value\n", "--config line 1 CONSOLE_SECRET CONSOLE_CLIENT_SECRET"},
		"the same name twice": {"CONSOLE_CLIENT_SECRET=s3cret-value\nCONSOLE_CLIENT_SECRET=s3cret-value\n", "--config line 2 CONSOLE_CLIENT_SECRET again"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(Flags{}, write(t, c.text), getenv(settingsOf(t)))
			expectLine(t, err, c.words)
		})
	}
	_, err := Load(Flags{}, "absent.env", getenv(settingsOf(t)))
	expectLine(t, err, "--config absent.env")
}

func expectLine(t *testing.T, err error, words string) {
	t.Helper()
	if err == nil {
		t.Fatal("accepted")
	}
	for word := range strings.FieldsSeq(words) {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
	if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "s3cret-value") || strings.Contains(err.Error(), "czNjcmV0") {
		t.Errorf("more than a line, or a secret: %q", err)
	}
}

// security 60
func TestListenBeyondThisMachine(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:8080", "localhost:8080", "127.8.9.1:1"} {
		if err := CheckListen(addr, false, false); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
	for _, addr := range []string{":8080", "0.0.0.0:8080", "[::]:8080", "192.0.2.1:80", "console.example.com:80", "localhost.example.com:80"} {
		if err := CheckListen(addr, false, false); err == nil {
			t.Errorf("%s was accepted in plain HTTP", addr)
		}
		if err := CheckListen(addr, true, false); err != nil {
			t.Errorf("%s with TLS: %v", addr, err)
		}
		if err := CheckListen(addr, false, true); err != nil {
			t.Errorf("%s where it is allowed: %v", addr, err)
		}
	}
}

func TestPrivateKeysInPEM(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	for kind, der := range map[string][]byte{"EC PRIVATE KEY": sec1, "PRIVATE KEY": pkcs8} {
		key, err := readPrivateKey(write(t, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))))
		if err != nil || key.Algorithm != "ES384" {
			t.Errorf("%s: %+v, %v", kind, key, err)
		}
	}
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func writeJWK(t *testing.T, key any) string {
	t.Helper()
	text, err := json.Marshal(jose.JSONWebKey{Key: key, KeyID: "k1"})
	if err != nil {
		t.Fatal(err)
	}
	return write(t, string(text))
}

func privateJWK(t *testing.T) string { return writeJWK(t, newKey(t)) }
func publicJWK(t *testing.T) string  { return writeJWK(t, newKey(t).Public()) }

func shortKey(t *testing.T) string {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	k, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skipf("no short key can be made: %v", err)
	}
	return write(t, string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)})))
}

func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	k := newKey(t)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"console.example.com"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert = write(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	key = write(t, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
		t.Fatal(err)
	}
	return cert, key
}
