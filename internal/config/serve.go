package config

import (
	"net/netip"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Serve is the configuration of `console serve`, read and checked by Load.
type Serve struct {
	// OrgURL is the org's origin and issuer, without a slash at the end.
	OrgURL string
	// BaseURL is the console's own origin as browsers see it. Empty where Addr is on
	// loopback and none was given: then it follows from the address really bound.
	BaseURL  string
	ClientID string
	// ClientSecret or PrivateKey authenticates the console to the org, never both.
	ClientSecret string
	PrivateKey   *jose.JSONWebKey
	// Keys are the secret keys of the console.
	Keys SecretKeys
	// DatabaseURL is a postgres:// address; empty means SQLite in DataDir.
	DatabaseURL string
	DataDir     string
	// Addr is HOST:PORT to listen on.
	Addr string
	// TLSCert and TLSKey are PEM files that belong together; both empty for plain HTTP.
	TLSCert, TLSKey string
	// TrustedProxies are the networks whose X-Forwarded-* headers count.
	TrustedProxies []netip.Prefix
	// AllowRemoteHTTP lets plain HTTP leave this machine, behind a proxy that adds TLS.
	AllowRemoteHTTP bool
	// Idle and Life end a console session.
	Idle, Life time.Duration

	secretKeyFile  string
	privateKeyFile string
}

// Flags are the settings as flags of the command line; its tags are read by kong. An
// empty flag is not given.
type Flags struct {
	OrgURL          string `name:"org-url" placeholder:"URL" help:"Address of the org, such as https://company.okta.com."`
	BaseURL         string `name:"base-url" placeholder:"URL" help:"Address of this console as browsers see it."`
	ClientID        string `name:"client-id" placeholder:"ID" help:"Client id of the app registered for this console."`
	ClientSecret    string `name:"client-secret" placeholder:"SECRET" help:"Its secret. Others on this machine can see flags: the environment is better."`
	PrivateKeyFile  string `name:"private-key-file" placeholder:"FILE" help:"Its private key (JWK or PEM), in place of a secret."`
	SecretKeyFile   string `name:"secret-key-file" placeholder:"FILE" help:"Key that encrypts what the console stores; in the data folder when empty."`
	DatabaseURL     string `name:"database-url" placeholder:"URL" help:"A postgres:// address, in place of SQLite in the data folder."`
	DataDir         string `name:"data-dir" placeholder:"DIR" help:"Folder for the database and the secret key."`
	Addr            string `name:"addr" placeholder:"HOST:PORT" help:"Address to listen on (127.0.0.1:8080)."`
	TLSCert         string `name:"tls-cert" placeholder:"FILE" help:"Certificate chain, PEM."`
	TLSKey          string `name:"tls-key" placeholder:"FILE" help:"Its key, PEM."`
	TrustedProxies  string `name:"trusted-proxies" placeholder:"CIDR,..." help:"Networks of proxies whose X-Forwarded headers count."`
	AllowRemoteHTTP bool   `name:"allow-remote-http" help:"Let plain HTTP leave this machine, behind a proxy that adds TLS."`
	SessionIdle     string `name:"session-idle" placeholder:"TIME" help:"Sign out after this long without a click (15m; 1m to 2h)."`
	SessionLife     string `name:"session-life" placeholder:"TIME" help:"Sign out after this long in any case (12h; 1m to 24h)."`
}

// Load reads the settings: flags win, then the environment, then the file (empty: none).
// The error is one line that names the setting and the mend, and never repeats a secret.
func Load(flags Flags, file string, getenv func(string) string) (*Serve, error) {
	lines := map[string]string{}
	if file != "" {
		var err error
		if lines, err = readFile(file); err != nil {
			return nil, err
		}
	}
	s := &Serve{Addr: "127.0.0.1:8080", Idle: 15 * time.Minute, Life: 12 * time.Hour}
	for _, row := range settings {
		value := row.flag(flags)
		if value == "" {
			value = getenv(row.name)
		}
		if value == "" {
			value = lines[row.name]
		}
		if value == "" {
			continue
		}
		if err := row.take(s, value); err != nil {
			return nil, err
		}
	}
	for _, check := range checks {
		if err := check(s); err != nil {
			return nil, err
		}
	}
	return s, nil
}
