package org

import (
	"slices"
	"strings"

	"gatehouse/internal/okta"
)

// standardScopes are those of OpenID Connect Core sections 5.4 and 11, and device SSO.
var standardScopes = []string{"openid", "profile", "email", "address", "phone", "offline_access", "device_sso"}

// systemScopes are the scopes that a server is born with ("recorded").
var systemScopes = []scopeInput{
	systemScope("openid", "openid", "Signals that a request is an OpenID request."),
	systemScope("profile", "View your profile information.", "The exact data varies based on what profile information you have provided, such as: name, time zone, picture, or birthday."),
	systemScope("email", "View your email address.", "This allows the app to view your email address."),
	systemScope("address", "View your address.", "This allows the app to view your address, such as: street address, city, state, and zip code."),
	systemScope("phone", "View your phone number.", "This allows the app to view your phone number."),
	systemScope("offline_access", "Keep you signed in to the app.", "This keeps you signed in to the app, even when you are not using it."),
	systemScope("device_sso", "Request device secret.", "This allows you to single sign on between native client applications on your device."),
}

func systemScope(name, shown, description string) scopeInput {
	return scopeInput{Name: name, DisplayName: shown, Description: description, Consent: "IMPLICIT", MetadataPublish: "ALL_CLIENTS"}
}

// SubjectExpression is the value of the claim sub that a server is born with (published).
const SubjectExpression = "(appuser != null) ? appuser.userName : app.clientId"

// standardClaims are the claims of OpenID Connect Core section 5.4 by the scope that asks for
// them. always is in each ID token; the others are at userinfo.
var standardClaims = []struct{ scope, always, others string }{
	{"profile", "name preferred_username", "nickname given_name middle_name family_name profile zoneinfo locale updated_at gender birthdate website picture"},
	{"email", "email", "email_verified"},
	{"address", "", "address"},
	{"phone", "", "phone_number"},
}

// systemClaims are the claims that a server is born with: the subject of access tokens, and
// those of the person in ID tokens.
func systemClaims() []claimInput {
	yes, no := true, false
	out := []claimInput{{Name: "sub", Status: active, ClaimType: claimResource, ValueType: valueExpression, Value: SubjectExpression, Always: &yes}}
	for _, group := range standardClaims {
		for _, part := range []struct {
			names  string
			always *bool
		}{{group.always, &yes}, {group.others, &no}} {
			for _, name := range strings.Fields(part.names) {
				c := claimInput{Name: name, Status: active, ClaimType: claimIdentity, ValueType: valueSystem, Value: name, Always: part.always}
				c.Conditions.Scopes = []string{group.scope}
				out = append(out, c)
			}
		}
	}
	return out
}

func systemClaimNames() []string {
	var names []string
	for _, c := range systemClaims() {
		names = append(names, c.Name)
	}
	return names
}

// everybodysRule lets everybody have everything ("recorded", API reference).
const everybodysRule = `{"conditions":{"people":{"users":{"include":[],"exclude":[]},"groups":{"include":["EVERYONE"],"exclude":[]}},
	"grantTypes":{"include":["implicit","client_credentials","authorization_code","password","urn:ietf:params:oauth:grant-type:device_code"]},"scopes":{"include":["*"]}}}`

// ensureAuthServers writes the server "default" with its policy into a store that never held
// one. Who deleted it does not get it back.
func ensureAuthServers(tx *Tx) error {
	var n int
	if err := tx.q.QueryRow(tx.ctx, `SELECT count(*) FROM meta WHERE name = 'auth-servers'`).Scan(&n); err != nil || n > 0 {
		return err
	}
	if _, err := tx.q.Exec(tx.ctx, `INSERT INTO meta (name, value) VALUES ('auth-servers', 'written')`); err != nil {
		return err
	}
	return seedServer{
		name: defaultServer, description: "Default Authorization Server for your Applications", audience: "api://default", mode: "DYNAMIC",
		policies: []seedServerPolicy{{"Default Policy", "Default policy description", `["ALL_CLIENTS"]`, []seedServerRule{{"Default Policy Rule", everybodysRule}}}},
	}.write(tx)
}

// seedServer is an authorization server that the org is filled with.
type seedServer struct {
	name, description, audience, mode string
	scopes                            []scopeInput
	claims                            []claimInput
	policies                          []seedServerPolicy
}

type seedServerPolicy struct {
	name, description string
	// clients is the JSON of a list.
	clients string
	rules   []seedServerRule
}

// seedServerRule has the JSON of conditions and actions.
type seedServerRule struct{ name, body string }

// write stores the server with its parts. Ids are the same at every start.
func (s seedServer) write(tx *Tx) error {
	o, now := tx.org, stamp(tx.now)
	in := serverInput{Name: s.name, Description: s.description, Audiences: []string{s.audience}, IssuerMode: s.mode}
	in.Credentials.Signing.RotationMode = rotationAuto
	id := o.ids.fixedID(authServers.prefix, s.name)
	server := in.document(okta.Object{}, id, active, now, now)
	if err := tx.newServer(server); err != nil {
		return err
	}
	for _, scope := range s.scopes {
		key := o.ids.fixedID(authScopes.prefix, id+"/"+scope.Name)
		if err := tx.put(authScopes, key, scope.document(okta.Object{}, id, key, false)); err != nil {
			return err
		}
	}
	for _, claim := range s.claims {
		key := o.ids.fixedID(authClaims.prefix, id+"/"+claim.ClaimType+"/"+claim.Name)
		if err := tx.put(authClaims, key, claim.document(okta.Object{}, id, key, false)); err != nil {
			return err
		}
	}
	for _, p := range s.policies {
		f := policyFields{
			ID: o.ids.fixedID(authPolicies.prefix, id+"/"+p.name), Status: active, Name: p.name, Type: typeAuthPolicy, Priority: unplaced, Created: now, Updated: now,
		}
		owner, err := tx.newAuthPolicy(server, f, okta.Object{}.With("description", p.description), constant(`{"clients":{"include":`+p.clients+`}}`), nil)
		if err != nil {
			return err
		}
		for _, rule := range p.rules {
			parts, err := completeAuthRule(constant(rule.body))
			if err != nil {
				return err
			}
			f := policyFields{
				ID: o.ids.fixedID(authRules.prefix, owner.Text("id")+"/"+rule.name), Status: active, Name: rule.name, Type: typeAuthRule, Priority: unplaced, Created: now, Updated: now,
			}
			if _, err := tx.newAuthRule(owner, f, okta.Object{}, parts, nil); err != nil {
				return err
			}
		}
	}
	tx.changed = true
	return nil
}

// authServerNames lists what the servers of the store are called.
func (o *Org) authServerNames(s store) ([]string, error) {
	ids, err := s.ids(`SELECT id FROM document WHERE kind = $1 ORDER BY id`, authServers.kind)
	for i, id := range ids {
		ids[i] = o.serverName(id)
	}
	return slices.Clip(ids), err
}
