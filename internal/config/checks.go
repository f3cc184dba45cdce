package config

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// checks are the rules between settings, in the order in which a person would mend them.
var checks = []func(*Serve) error{
	func(s *Serve) error {
		return need(s.OrgURL, "CONSOLE_ORG_URL", "the org's address, such as https://company.okta.com")
	},
	func(s *Serve) error {
		return need(s.ClientID, "CONSOLE_CLIENT_ID", "the client id of the app registered for this console in the org")
	},
	clientAuthentication,
	store,
	secretKeys,
	listening,
	addresses,
	sessionLimits,
}

func need(value, name, what string) error {
	if value != "" {
		return nil
	}
	return fmt.Errorf("%s is not set: give %s (%s, or %s in the environment or the --config file)", name, what, flagOf(name), name)
}

func clientAuthentication(s *Serve) error {
	switch {
	case s.ClientSecret == "" && s.PrivateKey == nil:
		return fmt.Errorf("neither CONSOLE_CLIENT_SECRET nor CONSOLE_PRIVATE_KEY_FILE is set: give the secret or the private key of the app registered for this console")
	case s.ClientSecret != "" && s.PrivateKey != nil:
		return fmt.Errorf("CONSOLE_CLIENT_SECRET and CONSOLE_PRIVATE_KEY_FILE are both set: keep the one that the app in the org uses")
	}
	return nil
}

func store(s *Serve) error {
	if s.DataDir == "" && s.DatabaseURL == "" {
		return fmt.Errorf("neither CONSOLE_DATA_DIR nor CONSOLE_DATABASE_URL is set: name a folder to keep sessions and the audit trail in, or a postgres:// address")
	}
	return nil
}

// secretKeys reads the key file. Without one the key lives in the data folder, made at
// the first start; consoles that share a database must be given the same key.
func secretKeys(s *Serve) (err error) {
	switch {
	case s.secretKeyFile != "":
		if s.Keys, err = ReadSecretKeys(s.secretKeyFile); err != nil {
			return fmt.Errorf("CONSOLE_SECRET_KEY_FILE: %w", err)
		}
	case s.DatabaseURL != "":
		return fmt.Errorf("CONSOLE_SECRET_KEY_FILE is not set: consoles that share a database need the same key. Make one with `openssl rand -base64 32`")
	default:
		if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
			return fmt.Errorf("CONSOLE_DATA_DIR cannot be made: %w", err)
		}
		if s.Keys, err = EnsureSecretKeys(filepath.Join(s.DataDir, "secret.key")); err != nil {
			return fmt.Errorf("CONSOLE_DATA_DIR: %w", err)
		}
	}
	return nil
}

func listening(s *Serve) error {
	if (s.TLSCert == "") != (s.TLSKey == "") {
		return fmt.Errorf("CONSOLE_TLS_CERT and CONSOLE_TLS_KEY go together: set both or neither")
	}
	if s.TLSCert != "" {
		if _, err := tls.LoadX509KeyPair(s.TLSCert, s.TLSKey); err != nil {
			return fmt.Errorf("CONSOLE_TLS_CERT and CONSOLE_TLS_KEY cannot be used: %w. Give the certificate chain and its key as PEM files", err)
		}
	}
	if err := CheckListen(s.Addr, s.TLSCert != "", s.AllowRemoteHTTP); err != nil {
		return fmt.Errorf("CONSOLE_ADDR: %w", err)
	}
	return nil
}

// addresses holds plain http to this machine: the session cookie and the tokens must
// not cross a network in the clear.
func addresses(s *Serve) error {
	if remoteHTTP(s.OrgURL) && !s.AllowRemoteHTTP {
		return fmt.Errorf("CONSOLE_ORG_URL is plain http to another machine: use https, or --allow-remote-http where the network between is trusted")
	}
	if remoteHTTP(s.BaseURL) {
		return fmt.Errorf("CONSOLE_BASE_URL is plain http on another host than this one: browsers need https. Give the https address, with --allow-remote-http where a proxy adds TLS")
	}
	if s.BaseURL == "" && !onLoopback(s.Addr) {
		return fmt.Errorf("CONSOLE_BASE_URL is not set: %s is reached from other machines, give the address that browsers use, such as https://console.example.com", s.Addr)
	}
	if s.OrgURL == s.BaseURL {
		return fmt.Errorf("CONSOLE_BASE_URL is the org's address: give the console's own")
	}
	return nil
}

func remoteHTTP(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "http" && !Loopback(u.Hostname())
}

func sessionLimits(s *Serve) error {
	if s.Idle > s.Life {
		return fmt.Errorf("CONSOLE_SESSION_IDLE (%s) is longer than CONSOLE_SESSION_LIFE (%s): make it shorter", short(s.Idle), short(s.Life))
	}
	return nil
}
