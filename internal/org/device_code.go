package org

import (
	"context"
	"encoding/base64"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"gatehouse/internal/db"
)

// How long a device and its user have, how often the device may ask, and how much longer it
// waits each time that it asks too often (RFC 8628 sections 3.2 and 3.5; okta-semantics C9).
const (
	deviceCodeLife     = 600 * time.Second
	deviceInterval     = 5 * time.Second
	deviceSlower       = 5 * time.Second
	maxDeviceInterval  = time.Minute
	maxDeviceCodes     = 1000
	deviceTries        = 20
	deviceTriesWindow  = 5 * time.Minute
	userCodeLength     = 8
	userCodeCharacters = "BCDFGHJKLMNPQRSTVWXZ" // no vowels, no digits: no words, and nothing to mix up (RFC 8628 section 6.1)
)

// The states of a device authorization.
const (
	devicePending = "PENDING"
	deviceAllowed = "ALLOWED"
	deviceDenied  = "DENIED"
)

// What a device that asks for its tokens is told (RFC 8628 section 3.5).
var (
	ErrDevicePending = errors.New("the person has not answered yet")
	ErrDeviceSlow    = errors.New("the device asks too often")
	ErrDeviceDenied  = errors.New("the person refused")
	ErrDeviceExpired = errors.New("the device code has expired")
	// ErrDeviceCodes says that a client has too many codes that nobody has used yet.
	ErrDeviceCodes = errors.New("too many user codes")
)

// DeviceCode is what a device is given: a secret of its own, and the code that its user enters.
type DeviceCode struct {
	Code, UserCode string
	// Life is how long both may be used, Interval how long to wait between two requests.
	Life, Interval time.Duration
}

// Activation is a device that waits for its user.
type Activation struct {
	// Key names it; UserCode is not stored.
	Key, ClientID, Server string
	Scopes                []string
}

// BeginDevice makes the codes for a device of a client.
func (o *Org) BeginDevice(r *Request, c OAuthClient, a AuthServer, scopes []string) (DeviceCode, error) {
	o.sweep()
	d := DeviceCode{Code: o.ids.random(43), UserCode: o.ids.pick(userCodeCharacters, userCodeLength), Life: deviceCodeLife, Interval: deviceInterval}
	return d, o.update(r, func(tx *Tx) error {
		var waiting int
		if err := tx.q.QueryRow(tx.ctx, `SELECT count(*) FROM device_code WHERE client_id = $1 AND state = $2 AND expires > $3`, c.ID, devicePending, o.now().UnixMilli()).Scan(&waiting); err != nil {
			return err
		}
		if waiting >= maxDeviceCodes {
			return ErrDeviceCodes
		}
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO device_code (hash, user_code, client_id, server, scope, state, grant_id, polled, wait, expires) VALUES ($1, $2, $3, $4, $5, $6, '', 0, $7, $8)`,
			hashSecret(d.Code), o.userCodeKey(d.UserCode), c.ID, a.ID, strings.Join(scopes, " "), devicePending, d.Interval.Milliseconds(), millis(o.now().Add(d.Life)))
		return err
	})
}

// UserCode is what somebody entered as the code of their device, as it is looked up: in
// capitals, without spaces and dashes. It is "" for what cannot be one.
func UserCode(entered string) string {
	code := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == ' ' || r == '-':
			return -1
		}
		return r
	}, entered)
	if len(code) != userCodeLength || strings.Trim(code, userCodeCharacters) != "" {
		return ""
	}
	return code
}

// userCodeKey is how a code is looked up: it is too short for a plain hash.
func (o *Org) userCodeKey(code string) string {
	return base64.RawURLEncoding.EncodeToString(o.sealer.sign("user code/" + code))
}

// FindDevice finds the device that waits for a code, of which somebody at this address may
// try a few only: found is false for one that is unknown, answered or expired, and
// E0000047 says that too many were tried (RFC 8628 section 5.1).
func (o *Org) FindDevice(ctx context.Context, entered string, from netip.Addr) (a Activation, found bool, err error) {
	if o.rates.spent("device "+from.String(), deviceTries, o.now()) {
		return Activation{}, false, fail("E0000047", "")
	}
	if code := UserCode(entered); code != "" {
		a, found, err = o.Activation(ctx, o.userCodeKey(code))
	}
	if err == nil && !found {
		o.rates.add("device "+from.String(), o.now(), deviceTriesWindow)
	}
	return a, found, err
}

// Activation finds a device that waits for its user by its key.
func (o *Org) Activation(ctx context.Context, key string) (a Activation, found bool, err error) {
	a.Key = key
	var scope string
	err = o.db.Reader().QueryRow(ctx, `SELECT client_id, server, scope FROM device_code WHERE user_code = $1 AND state = $2 AND expires > $3`, key, devicePending, o.now().UnixMilli()).
		Scan(&a.ClientID, &a.Server, &scope)
	if db.IsNone(err) {
		return Activation{}, false, nil
	}
	a.Scopes = strings.Fields(scope)
	return a, err == nil, err
}

// AllowDevice lets a device have the tokens of an authorization. It tells false where
// somebody else answered before, or it is too late.
func (o *Org) AllowDevice(r *Request, key string, a Authorization) (was bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		grant, err := tx.newGrant(GrantDevice, a, deviceCodeLife)
		if err != nil {
			return err
		}
		was, err = tx.answerDevice(key, deviceAllowed, grant)
		return err
	})
	return was, err
}

// DenyDevice tells a device that it gets nothing.
func (o *Org) DenyDevice(r *Request, key string) (was bool, err error) {
	err = o.update(r, func(tx *Tx) error {
		was, err = tx.answerDevice(key, deviceDenied, "")
		return err
	})
	return was, err
}

func (tx *Tx) answerDevice(key, state, grant string) (bool, error) {
	res, err := tx.q.Exec(tx.ctx, `UPDATE device_code SET state = $2, grant_id = $3 WHERE user_code = $1 AND state = $4 AND expires > $5`,
		key, state, grant, devicePending, tx.org.now().UnixMilli())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// RedeemDevice uses a device code up, once its user has allowed it. Until then it is
// ErrDevicePending or, asked too often, ErrDeviceSlow, and ErrGrant for a code that is
// unknown, used, or of another client or server. jkt is the key that refresh tokens are to be bound to.
func (o *Org) RedeemDevice(r *Request, c OAuthClient, a AuthServer, code, jkt string) (Redeemed, error) {
	var out Redeemed
	var refused error
	err := o.update(r, func(tx *Tx) (err error) {
		out, refused, err = tx.redeemDevice(c, a, code, jkt)
		return err
	})
	if err != nil {
		return Redeemed{}, err
	}
	return out, refused
}

func (tx *Tx) redeemDevice(c OAuthClient, a AuthServer, code, jkt string) (out Redeemed, refused, err error) {
	var client, server, state, grant string
	var polled, wait, expires int64
	err = tx.q.QueryRow(tx.ctx, `SELECT client_id, server, state, grant_id, polled, wait, expires FROM device_code WHERE hash = $1`, hashSecret(code)).
		Scan(&client, &server, &state, &grant, &polled, &wait, &expires)
	if db.IsNone(err) || err == nil && (client != c.ID || server != a.ID) {
		return Redeemed{}, ErrGrant, nil
	}
	if err != nil {
		return Redeemed{}, nil, err
	}
	now := tx.org.now()
	switch {
	case !now.Before(fromMillis(expires)):
		return Redeemed{}, ErrDeviceExpired, nil
	case state == devicePending:
		refused = ErrDevicePending
		if now.UnixMilli()-polled < wait {
			refused = ErrDeviceSlow
			wait = min(wait+deviceSlower.Milliseconds(), maxDeviceInterval.Milliseconds())
		}
		_, err := tx.q.Exec(tx.ctx, `UPDATE device_code SET polled = $2, wait = $3 WHERE hash = $1`, hashSecret(code), now.UnixMilli(), wait)
		return Redeemed{}, refused, err
	}
	if _, err := tx.q.Exec(tx.ctx, `DELETE FROM device_code WHERE hash = $1`, hashSecret(code)); err != nil {
		return Redeemed{}, nil, err
	}
	if state == deviceDenied {
		return Redeemed{}, ErrDeviceDenied, nil
	}
	g, found, err := tx.usableGrant(grant, c, a)
	if err != nil || !found {
		return Redeemed{}, ErrGrant, err
	}
	out, err = tx.firstTokens(GrantDevice, c, a, g, jkt)
	return out, nil, err
}

// firstTokens begins the tokens of a grant: it is bound to a key, gets its first refresh
// token, and the System Log is told.
func (tx *Tx) firstTokens(grantType string, c OAuthClient, a AuthServer, g Grant, jkt string) (out Redeemed, err error) {
	if err := tx.settleGrant(c, a, &g); err != nil {
		return Redeemed{}, err
	}
	if jkt != "" {
		g.JKT = jkt
	}
	g.expires = tx.now.Add(g.Lives.Access)
	if _, err := tx.q.Exec(tx.ctx, `UPDATE oauth_grant SET jkt = $2, expires = $3 WHERE id = $1`, g.ID, g.JKT, millis(g.expires)); err != nil {
		return Redeemed{}, err
	}
	kinds := []string{"access_token"}
	if slices.Contains(g.Scopes, "openid") {
		kinds = append(kinds, "id_token")
	}
	if slices.Contains(g.Scopes, "offline_access") {
		kinds = append(kinds, "refresh_token")
		if out.Refresh, err = tx.rotate(&g); err != nil {
			return Redeemed{}, err
		}
	}
	out.Grant = g
	tx.logGrants(grantType, c, a.ID, g, kinds...)
	return out, nil
}
