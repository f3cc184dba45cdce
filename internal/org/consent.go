package org

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/okta"
)

// Whether a scope needs the consent of the person (published).
const (
	consentImplicit = "IMPLICIT"
	consentRequired = "REQUIRED"
)

// ScopeConsent is a scope as the consent page names it.
type ScopeConsent struct {
	// Name is the scope; DisplayName and Description are what people read, "" for none.
	Name, DisplayName, Description string
	// Optional lets the person leave it out.
	Optional bool
	// mode is IMPLICIT, FLEXIBLE or REQUIRED.
	mode string
}

// Consents is what a person has to be asked before a client gets the scopes it asks for.
type Consents struct {
	// Ask are the scopes to ask for, in the order of the request; Granted need no question.
	Ask     []ScopeConsent
	Granted []string
}

// Allowed are the scopes that the client gets when the person consents to what is asked, but
// for the optional scopes that are not in chosen; skipped are those.
func (c Consents) Allowed(chosen []string) (allowed, skipped []string) {
	allowed = slices.Clone(c.Granted)
	for _, s := range c.Ask {
		if s.Optional && !slices.Contains(chosen, s.Name) {
			skipped = append(skipped, s.Name)
		} else {
			allowed = append(allowed, s.Name)
		}
	}
	return allowed, skipped
}

// Names are the scopes to ask for.
func (c Consents) Names() []string {
	names := make([]string, len(c.Ask))
	for i, s := range c.Ask {
		names[i] = s.Name
	}
	return names
}

// Consents finds out what a person has to be asked (published: the consent method of a
// client). Scopes that imply consent never ask. Others ask when again is set, which is
// prompt=consent, or when the client is not trusted and the person has not answered yet:
// what they allowed stays allowed, and an optional scope that they left out stays out.
func (o *Org) Consents(r *Request, c OAuthClient, a AuthServer, user string, scopes []string, again bool) (Consents, error) {
	s := o.reads(r.ctx)
	var out Consents
	var held map[string]heldConsent
	var err error
	for _, name := range scopes {
		scope, found := a.consents[name]
		if !found || scope.mode == consentImplicit || !again && !c.ConsentRequired {
			out.Granted = append(out.Granted, name)
			continue
		}
		if held == nil {
			if held, err = s.heldConsents(user, c.ID, a.ID); err != nil {
				return Consents{}, err
			}
		}
		answer, answered := held[name]
		switch {
		case again || !answered || answer.skipped && !scope.Optional:
			out.Ask = append(out.Ask, scope)
		case !answer.skipped:
			out.Granted = append(out.Granted, name)
		}
	}
	return out, nil
}

// heldConsent is the answer of a person.
type heldConsent struct {
	client, server, scope string
	skipped               bool
	created, updated      time.Time
}

// heldConsents are the answers of a person to a client at a server, by scope.
func (s store) heldConsents(user, client, server string) (map[string]heldConsent, error) {
	all, err := s.consentsOf(user, client)
	held := map[string]heldConsent{}
	for _, c := range all {
		if c.server == server {
			held[c.scope] = c
		}
	}
	return held, err
}

// consentsOf lists the answers of a person to a client; "" is every client.
func (s store) consentsOf(user, client string) ([]heldConsent, error) {
	rows, err := s.q.Query(s.ctx, `SELECT client_id, server, scope, skipped, created, updated FROM consent WHERE user_id = $1 AND ($2 = '' OR client_id = $2)
		ORDER BY client_id, server, scope`, user, client)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []heldConsent
	for rows.Next() {
		var c heldConsent
		var skipped, created, updated int64
		if err := rows.Scan(&c.client, &c.server, &c.scope, &skipped, &created, &updated); err != nil {
			return nil, err
		}
		c.skipped, c.created, c.updated = skipped == 1, fromMillis(created), fromMillis(updated)
		out = append(out, c)
	}
	return out, rows.Err()
}

// keepConsents stores what somebody answered.
func (tx *Tx) keepConsents(c OAuthClient, a AuthServer, user string, allowed, skipped []string, session string) error {
	for i, names := range [][]string{allowed, skipped} {
		for _, scope := range names {
			if _, err := tx.q.Exec(tx.ctx, `INSERT INTO consent (user_id, client_id, server, scope, skipped, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $6)
				ON CONFLICT (user_id, client_id, server, scope) DO UPDATE SET skipped = excluded.skipped, updated = excluded.updated`,
				user, c.ID, a.ID, scope, i, millis(tx.now)); err != nil {
				return err
			}
		}
	}
	person, err := tx.subject(user)
	if err != nil {
		return err
	}
	kind := "app.oauth2.consent.grant"
	if a.ID != OrgServer {
		kind = "app.oauth2.as.consent.grant"
	}
	tx.log(Event{
		Type: kind, Message: "User granted consent to app", Actor: &person, Targets: []Target{clientTarget(c)}, Session: session,
		Debug: map[string]string{"clientId": c.ID, "grantedScopes": strings.Join(allowed, ", ")},
	})
	return nil
}

// KeepConsents stores what somebody answered on the consent page.
func (o *Org) KeepConsents(r *Request, c OAuthClient, a AuthServer, s Session, asked Consents, chosen []string) error {
	allowed, skipped := asked.Allowed(chosen)
	allowed = slices.DeleteFunc(allowed, func(name string) bool { return slices.Contains(asked.Granted, name) })
	return o.update(r, func(tx *Tx) error {
		return tx.keepConsents(c, a, s.UserID, allowed, skipped, s.LogID)
	})
}

// dropConsents forgets what a person answered, so that they are asked again; client "" is
// every client. It returns how many answers there were.
func (tx *Tx) dropConsents(user, client string) (int, error) {
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM consent WHERE user_id = $1 AND ($2 = '' OR client_id = $2)`, user, client)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// scopeConsent is what the consent page needs of a scope.
func scopeConsent(doc okta.Object) ScopeConsent {
	return ScopeConsent{
		Name: doc.Text("name"), DisplayName: doc.Text("displayName"), Description: doc.Text("description"), Optional: string(doc.Get("optional")) == "true", mode: doc.Text("consent"),
	}
}

// dropConsentsTo forgets the answers about a scope of a server that is deleted, or about all
// of its scopes for scope "" (published: they end with what they are about).
func (tx *Tx) dropConsentsTo(server, scope string) error {
	res, err := tx.q.Exec(tx.ctx, `DELETE FROM consent WHERE server = $1 AND ($2 = '' OR scope = $2)`, server, scope)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return err
	}
	e := Event{Type: "app.oauth2.as.consent.revoke.implicit.as", Message: "All consent revoked for authorization server", Debug: map[string]string{"authorizationServer": server}}
	if scope != "" {
		e.Type, e.Message, e.Debug["scope"] = "app.oauth2.as.consent.revoke.implicit.scope", "All consent revoked for scope", scope
	}
	tx.log(e)
	return nil
}
