package org

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/internal/policy"
)

// asRefusal tells whether err is a refusal, and gives it.
func asRefusal(err error, refused **Refusal) bool { return errors.As(err, refused) }

// reasonOf is what the System Log calls a refusal.
func reasonOf(refused *Refusal) string {
	if refused == policy.ErrPolicy {
		return "no_matching_policy"
	}
	return refused.Code
}

// serverEvent is the type of an event of a server: that of a custom one has "as." in the place of %s.
func serverEvent(server, form string) string {
	as := "as."
	if server == OrgServer {
		as = ""
	}
	return fmt.Sprintf(form, as)
}

// protocolOf is how messages of the System Log call what a server speaks (published).
func protocolOf(server string) string {
	if server == OrgServer {
		return "OIDC"
	}
	return "OAuth2"
}

// settleGrant decides on a grant as it is now and works out its claims: the tokens that come of it
// have these lives and claims. A *Refusal says that it gets none.
func (tx *Tx) settleGrant(c OAuthClient, a AuthServer, g *Grant) error {
	var from Client
	if tx.req != nil {
		from = tx.req.Client
	}
	d, err := tx.org.decideGrant(tx.store, c, a, *g, from)
	if err != nil {
		return err
	}
	g.Lives, g.policy, g.rule = d.Lives, d.Policy.Name, d.Rule.Name
	subject, err := tx.org.tokenSubject(tx.store, c, a, *g)
	if err != nil {
		return err
	}
	g.Claims = a.decides.Evaluate(subject)
	if g.Claims.Refused != nil {
		return g.Claims.Refused
	}
	return nil
}

// tokenSubject reads what the claims of a server's tokens are made of: no more than they need.
func (o *Org) tokenSubject(s store, c OAuthClient, a AuthServer, g Grant) (policy.Subject, error) {
	x := policy.Subject{Scopes: g.Scopes, AMR: g.AMR, Now: o.now(), OrgName: o.subdomain(), OrgSubdomain: o.subdomain()}
	if len(a.decides.Claims) == 0 {
		return x, nil
	}
	var app okta.Object
	var err error
	if a.decides.Asks("app") || a.decides.Asks("appuser") {
		if app, err = s.get(apps, c.AppID); err != nil {
			return x, err
		}
		x.App = app.Bytes()
	}
	if g.UserID == "" {
		return x, nil
	}
	person, err := s.activePerson(g.UserID)
	if err != nil {
		return x, err
	}
	x.User = person.Bytes()
	if a.decides.Asks("appuser") {
		has, err := s.appUser(app, g.UserID)
		if err != nil {
			return x, err
		}
		x.AppUser = has.forClaims().Bytes()
	}
	if a.decides.AsksGroups() {
		x.Groups, err = s.groupsForClaims(g.UserID)
	}
	return x, err
}

// forClaims is the part of an assignment that claims read.
func (a appUser) forClaims() okta.Object {
	name := a.userName
	if name == "" {
		name = userNameFor(a.app, a.person)
	}
	return okta.Object{}.With("credentials", map[string]string{"userName": name}).With("profile", overlay(mappedProfile(a.app, a.person), a.profile))
}

func (s store) groupsForClaims(user string) (all []expr.Group, err error) {
	rows, err := s.q.Query(s.ctx, `SELECT d.body FROM edge e JOIN document d ON d.kind = $1 AND d.id = e.dst WHERE e.kind = $2 AND e.src = $3 ORDER BY e.dst`, groups.kind, member, user)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		doc, err := okta.Trusted([]byte(body))
		if err != nil {
			return nil, err
		}
		all = append(all, expr.Group{ID: doc.Text("id"), Name: doc.Text("profile", "name"), Type: doc.Text("type")})
	}
	return all, rows.Err()
}

// subdomain is what claims call the org.
func (o *Org) subdomain() string {
	_, host, _ := strings.Cut(o.baseURL, "://")
	return policy.Subdomain(host)
}

// Userinfo is what a server tells of a person to an access token with these scopes (OpenID
// Connect Core section 5.3). Somebody who may not sign in any more is E0000011.
func (o *Org) Userinfo(ctx context.Context, a AuthServer, c AccessClaims) (okta.Object, error) {
	s := o.reads(ctx)
	client, found, err := o.oauthClient(s, c.ClientID)
	if err == nil && !found {
		err = fail("E0000011", "")
	}
	if err != nil {
		return okta.Object{}, err
	}
	if _, err := s.activePerson(c.UserID); err != nil {
		return okta.Object{}, err
	}
	subject, err := o.tokenSubject(s, client, a, Grant{UserID: c.UserID, Scopes: c.Scopes})
	if err != nil {
		return okta.Object{}, err
	}
	doc := okta.Object{}.With("sub", c.UserID)
	for _, claim := range a.decides.Evaluate(subject).Userinfo {
		if claim.Refused != nil {
			return doc, claim.Refused
		}
		doc = withClaim(doc, claim)
	}
	return doc, nil
}

// withClaim adds a claim that is in. What a token has anyway is never replaced.
func withClaim(doc okta.Object, o policy.ClaimOutcome) okta.Object {
	if !o.In || doc.Get(o.Claim.Name) != nil {
		return doc
	}
	return doc.With(o.Claim.Name, o.Value)
}
