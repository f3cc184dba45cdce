package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// metadataAge is how long discovery is trusted before it is read again; when that fails the old one serves on.
const metadataAge = time.Hour

// maxAnswer bounds what is read of any answer of the org's OAuth endpoints, in bytes.
const maxAnswer = 1 << 20

// ErrMetadata: the org's discovery document cannot be used. Trying again does not help; the setting or the org must change.
var ErrMetadata = errors.New("the org's OpenID configuration cannot be used")

// provider is the org's discovery document (OpenID Connect Discovery 1.0 section 3) and its keys.
type provider struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	UserInfo      string `json:"userinfo_endpoint"`
	JWKS          string `json:"jwks_uri"`
	Revocation    string `json:"revocation_endpoint"`
	EndSession    string `json:"end_session_endpoint"`
	// IssSent: authorization responses carry iss (RFC 9207 section 3).
	IssSent bool `json:"authorization_response_iss_parameter_supported"`

	keys *keySet
}

// discovery keeps the provider once it was read.
type discovery struct {
	flight singleflight.Group
	mu     sync.Mutex
	found  *provider
	readAt time.Time
}

// CheckOrg reads the org's discovery document. ErrMetadata means that the settings and
// the org do not fit together; any other error that the org does not answer now.
func (a *Auth) CheckOrg(ctx context.Context) error {
	_, err := a.provider(ctx)
	return err
}

// provider returns the org's discovery document, read lazily, so that an org that was down at start is found later.
func (a *Auth) provider(ctx context.Context) (*provider, error) {
	d := &a.discovery
	d.mu.Lock()
	found, fresh := d.found, a.now().Sub(d.readAt) < metadataAge
	d.mu.Unlock()
	if found != nil && fresh {
		return found, nil
	}
	// One reading for all who ask; a request that goes away must not cut it off for the others.
	reading := d.flight.DoChan("", func() (any, error) { return a.discover(context.WithoutCancel(ctx)) })
	var answer any
	var err error
	select {
	case <-ctx.Done():
		err = ctx.Err()
	case result := <-reading:
		answer, err = result.Val, result.Err
	}
	if err != nil {
		if found != nil {
			a.config.Log.WarnContext(ctx, "discovery not renewed", "error", err)
			return found, nil
		}
		return nil, err
	}
	p := answer.(*provider)
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found != nil && d.found.JWKS == p.JWKS {
		p.keys = d.found.keys
	}
	d.found, d.readAt = p, a.now()
	return p, nil
}

func (a *Auth) discover(ctx context.Context) (*provider, error) {
	return a.metadata(ctx, a.config.OrgURL, "CONSOLE_ORG_URL")
}

// metadata reads the discovery document of an issuer, which named is where it was named.
func (a *Auth) metadata(ctx context.Context, issuer, named string) (*provider, error) {
	p := &provider{}
	url := strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
	if _, err := a.getJSON(ctx, url, "", p); err != nil {
		return nil, fmt.Errorf("read the org's OpenID configuration: %w", err)
	}
	// OpenID Connect Discovery 1.0 section 4.3: exactly equal, or another org could pose as this one.
	if p.Issuer != issuer {
		return nil, fmt.Errorf("%w: it names the issuer %q, %s is %q; they must be equal to the character", ErrMetadata, p.Issuer, named, issuer)
	}
	for name, endpoint := range map[string]string{
		"authorization_endpoint": p.Authorization, "token_endpoint": p.Token, "userinfo_endpoint": p.UserInfo, "jwks_uri": p.JWKS,
	} {
		if !sameOrigin(endpoint, p.Issuer) {
			return nil, fmt.Errorf("%w: its %s %q is not on the org's own address", ErrMetadata, name, endpoint)
		}
	}
	if p.EndSession != "" && !sameOrigin(p.EndSession, p.Issuer) || p.Revocation != "" && !sameOrigin(p.Revocation, p.Issuer) {
		return nil, fmt.Errorf("%w: its end_session_endpoint or revocation_endpoint is not on the org's own address", ErrMetadata)
	}
	p.keys = &keySet{url: p.JWKS, get: a.getJSON, now: a.config.Now}
	return p, nil
}

// callLimit bounds one call to an OAuth endpoint (contracts.md section 7).
const callLimit = 10 * time.Second

// getJSON reads a JSON document of the org, with a bearer token where one is given.
func (a *Auth) getJSON(ctx context.Context, url, bearer string, into any) (http.Header, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := a.config.HTTP.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return res.Header, fmt.Errorf("%s answered %d", url, res.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxAnswer)).Decode(into); err != nil {
		return res.Header, fmt.Errorf("%s did not answer with JSON: %w", url, err)
	}
	return res.Header, nil
}
