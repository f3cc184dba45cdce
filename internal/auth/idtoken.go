package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// leeway is how far the clocks of console and org may differ (faults 14).
const leeway = 60 * time.Second

// claims are those of an ID token that decide something (OpenID Connect Core 1.0 section 2).
type claims struct {
	Subject  string   `json:"sub"`
	Issued   *seconds `json:"iat"`
	Expires  *seconds `json:"exp"`
	After    *seconds `json:"nbf"`
	AuthTime *seconds `json:"auth_time"`
	Party    string   `json:"azp"`
}

// seconds is a NumericDate (RFC 7519 section 2), which may have a fraction.
type seconds float64

func (s seconds) time() time.Time { return time.UnixMilli(int64(math.Round(float64(s) * 1000))) }

// errClock: a token is outside its time by the console's clock.
var errClock = errors.New("the ID token is not valid at this time")

// verifyIDToken checks raw by OpenID Connect Core 1.0 section 3.1.3.7. go-oidc checks
// signature, issuer and audience; a missing sub or iat, nonce, azp and times with their leeway are checked here. An
// empty nonce is not compared: a refreshed ID token need not have one (section 12.2).
func (a *Auth) verifyIDToken(ctx context.Context, p *provider, raw, nonce string, date time.Time) (*claims, error) {
	config := &oidc.Config{ClientID: a.config.ClientID, SkipExpiryCheck: true}
	for _, algorithm := range idTokenAlgorithms() {
		config.SupportedSigningAlgs = append(config.SupportedSigningAlgs, string(algorithm))
	}
	verified, err := oidc.NewVerifier(p.Issuer, p.keys, config).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	c := &claims{}
	if err := verified.Claims(c); err != nil {
		return nil, fmt.Errorf("claims of the ID token: %w", err)
	}
	switch {
	case c.Subject == "" || c.Subject != cut(c.Subject, 255): // section 2: at most 255 ASCII characters
		return nil, errors.New("the ID token has no usable sub")
	case c.Issued == nil:
		return nil, errors.New("the ID token has no iat")
	case c.Expires == nil:
		return nil, errors.New("the ID token has no exp")
	case c.Party != "" && c.Party != a.config.ClientID, c.Party == "" && len(verified.Audience) > 1:
		return nil, errors.New("the ID token was issued to another client (azp)")
	case nonce != "" && subtle.ConstantTimeCompare([]byte(nonce), []byte(verified.Nonce)) != 1:
		return nil, errors.New("the ID token has another nonce")
	}
	now := a.now()
	if now.Add(leeway).Before(c.Issued.time()) || now.Add(-leeway).After(c.Expires.time()) ||
		c.After != nil && now.Add(leeway).Before(c.After.time()) {
		return nil, fmt.Errorf("%w: %s", errClock, skewInWords(now, date))
	}
	return c, nil
}

// skewInWords compares the console's clock with the Date header of the org's answer.
func skewInWords(now, date time.Time) string {
	skew := now.Sub(date)
	switch {
	case date.IsZero(), skew.Abs() <= leeway:
		return "The org issued it for another time than its own clock shows."
	case skew > 0:
		return "The console's clock is " + inWords(skew) + " ahead of the org's. Set it right, then sign in again."
	}
	return "The console's clock is " + inWords(-skew) + " behind the org's. Set it right, then sign in again."
}
