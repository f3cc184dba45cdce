package org

import (
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/policy"
)

// remembers tells whether a factor that was proved on the device of a sign-in still counts.
func (s store) remembers(p Pending, rule policy.SignOn, now time.Time) (bool, error) {
	if p.Device == "" || rule.Prompt != policy.PromptDevice && rule.Prompt != policy.PromptSession {
		return false, nil
	}
	var proved int64
	err := s.q.QueryRow(s.ctx, `SELECT proved FROM remembered_device WHERE user_id = $1 AND device = $2`, p.UserID, p.Device).Scan(&proved)
	if db.IsNone(err) || err != nil {
		return false, nilIfNone(err)
	}
	return rule.Prompt == policy.PromptDevice || now.Before(fromMillis(proved).Add(rule.FactorLife)), nil
}

func nilIfNone(err error) error {
	if db.IsNone(err) {
		return nil
	}
	return err
}

// MayRemember tells whether the rule that somebody signs in under lets them have a device
// remembered, for how long (0: until it is forgotten), and whether that is proposed.
func (o *Org) MayRemember(r *Request, p Pending) (may, proposed bool, life time.Duration, err error) {
	f, err := o.signOnFacts(o.reads(r.ctx), r, p)
	if err != nil {
		return false, false, 0, err
	}
	switch f.signOn.Prompt {
	case policy.PromptDevice:
		return true, f.signOn.RememberDevice, 0, nil
	case policy.PromptSession:
		return f.signOn.FactorLife > 0, f.signOn.RememberDevice, f.signOn.FactorLife, nil
	}
	return false, false, 0, nil
}

// RememberDevice notes that somebody proved a factor on a device just now. device is the
// hash of what names it.
func (o *Org) RememberDevice(r *Request, user, device string) error {
	return o.update(r, func(tx *Tx) error {
		_, err := tx.q.Exec(tx.ctx, `INSERT INTO remembered_device (user_id, device, proved) VALUES ($1, $2, $3)
			ON CONFLICT (user_id, device) DO UPDATE SET proved = excluded.proved`, user, device, millis(tx.now))
		return err
	})
}

// forgetDevices asks for a factor again wherever somebody had a device remembered.
func (tx *Tx) forgetDevices(user string) error {
	_, err := tx.q.Exec(tx.ctx, `DELETE FROM remembered_device WHERE user_id = $1`, user)
	return err
}

// TrustedDevice is the hash of the device token that a caller of the authentication API
// gives, "" for none. Only who holds an API token may name a device (published).
func (o *Org) TrustedDevice(r *Request, token string) (string, error) {
	if token == "" || r.Header.Get("Authorization") == "" {
		return "", nil
	}
	who, err := o.authenticate(r)
	if err != nil || !who.SSWS {
		return "", err
	}
	return hashSecret("device token " + token), nil
}
