package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// setting is one row of the table of settings. take checks a value and keeps it.
type setting struct {
	name string
	flag func(Flags) string
	take func(s *Serve, value string) error
}

// settings are all settings, in the order in which they are checked.
var settings = []setting{
	{"CONSOLE_ORG_URL", func(f Flags) string { return f.OrgURL }, func(s *Serve, v string) (err error) {
		s.OrgURL, err = orgURL(v)
		return err
	}},
	{"CONSOLE_BASE_URL", func(f Flags) string { return f.BaseURL }, func(s *Serve, v string) (err error) {
		s.BaseURL, err = origin("CONSOLE_BASE_URL", v)
		return err
	}},
	{"CONSOLE_CLIENT_ID", func(f Flags) string { return f.ClientID }, func(s *Serve, v string) (err error) {
		s.ClientID, err = word("CONSOLE_CLIENT_ID", v)
		return err
	}},
	{"CONSOLE_CLIENT_SECRET", func(f Flags) string { return f.ClientSecret }, func(s *Serve, v string) (err error) {
		s.ClientSecret, err = word("CONSOLE_CLIENT_SECRET", v)
		return err
	}},
	{"CONSOLE_PRIVATE_KEY_FILE", func(f Flags) string { return f.PrivateKeyFile }, func(s *Serve, v string) (err error) {
		s.privateKeyFile = v
		s.PrivateKey, err = readPrivateKey(v)
		return err
	}},
	{"CONSOLE_SECRET_KEY_FILE", func(f Flags) string { return f.SecretKeyFile }, func(s *Serve, v string) error {
		s.secretKeyFile = v
		return nil
	}},
	{"CONSOLE_DATABASE_URL", func(f Flags) string { return f.DatabaseURL }, func(s *Serve, v string) error {
		s.DatabaseURL = v
		return databaseURL(v)
	}},
	{"CONSOLE_DATA_DIR", func(f Flags) string { return f.DataDir }, func(s *Serve, v string) error {
		s.DataDir = v
		return nil
	}},
	{"CONSOLE_ADDR", func(f Flags) string { return f.Addr }, func(s *Serve, v string) error {
		s.Addr = v
		return nil
	}},
	{"CONSOLE_TLS_CERT", func(f Flags) string { return f.TLSCert }, func(s *Serve, v string) error {
		s.TLSCert = v
		return nil
	}},
	{"CONSOLE_TLS_KEY", func(f Flags) string { return f.TLSKey }, func(s *Serve, v string) error {
		s.TLSKey = v
		return nil
	}},
	{"CONSOLE_TRUSTED_PROXIES", func(f Flags) string { return f.TrustedProxies }, func(s *Serve, v string) (err error) {
		s.TrustedProxies, err = Networks("CONSOLE_TRUSTED_PROXIES", v)
		return err
	}},
	{"CONSOLE_ALLOW_REMOTE_HTTP", func(f Flags) string { return yes(f.AllowRemoteHTTP) }, func(s *Serve, v string) (err error) {
		if s.AllowRemoteHTTP, err = strconv.ParseBool(v); err != nil {
			return fmt.Errorf("CONSOLE_ALLOW_REMOTE_HTTP is %q: use true or false", v)
		}
		return nil
	}},
	{"CONSOLE_SESSION_IDLE", func(f Flags) string { return f.SessionIdle }, func(s *Serve, v string) (err error) {
		s.Idle, err = duration("CONSOLE_SESSION_IDLE", v, time.Minute, 2*time.Hour)
		return err
	}},
	{"CONSOLE_SESSION_LIFE", func(f Flags) string { return f.SessionLife }, func(s *Serve, v string) (err error) {
		s.Life, err = duration("CONSOLE_SESSION_LIFE", v, time.Minute, 24*time.Hour)
		return err
	}},
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// origin reads scheme://host[:port] and gives it without a slash at the end.
func origin(name, v string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(v))
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", fmt.Errorf("%s is not a web address: use scheme and host, such as https://console.example.com", name)
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return "", fmt.Errorf("%s holds more than scheme and host: use %s://%s", name, u.Scheme, u.Host)
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// orgURL is origin, and knows the two addresses that are taken for the org's by mistake.
func orgURL(v string) (string, error) {
	if u, err := url.Parse(v); err == nil && strings.HasPrefix(u.Path, "/oauth2") {
		return "", fmt.Errorf("CONSOLE_ORG_URL is the address of an authorization server: use the org's own, %s://%s", u.Scheme, u.Host)
	}
	o, err := origin("CONSOLE_ORG_URL", v)
	if err != nil {
		return "", err
	}
	name, domain, _ := strings.Cut(o, ".")
	if org, ok := strings.CutSuffix(name, "-admin"); ok && strings.HasPrefix(domain, "okta") {
		return "", fmt.Errorf("CONSOLE_ORG_URL is the address of the org's admin pages: use %s.%s", org, domain)
	}
	return o, nil
}

// word is a value without white space inside; a line break at its end, as files leave, is dropped.
func word(name, v string) (string, error) {
	v = strings.TrimSpace(v)
	if v == "" || strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return "", fmt.Errorf("%s holds white space: copy it again from the app's page in the org", name)
	}
	return v, nil
}

// databaseURL checks without ever showing the value: it holds a password.
func databaseURL(v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return fmt.Errorf("CONSOLE_DATABASE_URL is not a postgres:// address: use postgres://USER:PASSWORD@HOST/DATABASE, or leave it empty for SQLite in CONSOLE_DATA_DIR")
	}
	if u.Host == "" && !u.Query().Has("host") {
		return fmt.Errorf("CONSOLE_DATABASE_URL names no host: use postgres://USER:PASSWORD@HOST/DATABASE")
	}
	return nil
}

// Networks reads a list of networks or addresses, separated by commas. name stands in
// the error.
func Networks(name, v string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if a, err := netip.ParseAddr(part); err == nil {
			list = append(list, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a network: use addresses or CIDRs separated by commas, such as 10.0.0.0/8", name, part)
		}
		list = append(list, p.Masked())
	}
	return list, nil
}

func duration(name, v string, low, high time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil || d < low || d > high {
		return 0, fmt.Errorf("%s is %q: use a time from %s to %s, such as %s", name, v, short(low), short(high), short((low+high).Truncate(time.Minute)/2))
	}
	return d, nil
}

// short writes 2h0m0s as 2h.
func short(d time.Duration) string {
	return strings.TrimSuffix(strings.TrimSuffix(d.String(), "0s"), "0m")
}
