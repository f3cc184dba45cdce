package oidc

import (
	"slices"
	"strings"
	"time"

	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// idClaims are the claims of an ID token that comes with an access token: the name
// and the address only, the rest is at userinfo, as the cloud has it.
func (p *Provider) idClaims(r *org.Request, client org.OAuthClient, g org.Grant) (org.IDClaims, error) {
	person, err := p.org.Person(r.Context(), g.UserID)
	if err != nil {
		return org.IDClaims{}, err
	}
	c := org.IDClaims{
		Subject: g.UserID, Audience: client.ID, Expires: r.Now.Add(idTokenLife).Unix(), AMR: g.AMR,
		Session: g.Session, AuthTime: g.AuthTime.Unix(),
	}
	if slices.Contains(g.Scopes, "profile") {
		c.Name, c.PreferredUsername = fullName(person), person.Text("profile", "login")
	}
	if slices.Contains(g.Scopes, "email") {
		c.Email = person.Text("profile", "email")
	}
	return c, nil
}

func fullName(person okta.Object) string {
	if name := person.Text("profile", "displayName"); name != "" {
		return name
	}
	return strings.TrimSpace(person.Text("profile", "firstName") + " " + person.Text("profile", "lastName"))
}

// userClaims are what userinfo tells (OpenID Connect Core sections 5.1 and 5.4).
type userClaims struct {
	Subject           string       `json:"sub"`
	Name              string       `json:"name,omitempty"`
	Nickname          string       `json:"nickname,omitempty"`
	GivenName         string       `json:"given_name,omitempty"`
	MiddleName        string       `json:"middle_name,omitempty"`
	FamilyName        string       `json:"family_name,omitempty"`
	Profile           string       `json:"profile,omitempty"`
	ZoneInfo          string       `json:"zoneinfo,omitempty"`
	Locale            string       `json:"locale,omitempty"`
	UpdatedAt         int64        `json:"updated_at,omitempty"`
	Email             string       `json:"email,omitempty"`
	EmailVerified     *bool        `json:"email_verified,omitempty"`
	PreferredUsername string       `json:"preferred_username,omitempty"`
	Address           *userAddress `json:"address,omitempty"`
	Phone             string       `json:"phone_number,omitempty"`
}

type userAddress struct {
	Street   string `json:"street_address,omitempty"`
	Locality string `json:"locality,omitempty"`
	Region   string `json:"region,omitempty"`
	Code     string `json:"postal_code,omitempty"`
	Country  string `json:"country,omitempty"`
}

// userClaimsOf fills in what the scopes allow.
func userClaimsOf(person okta.Object, scopes []string) userClaims {
	text := func(name string) string { return person.Text("profile", name) }
	c := userClaims{Subject: person.Text("id")}
	if slices.Contains(scopes, "profile") {
		c.Name, c.Nickname, c.GivenName, c.MiddleName = fullName(person), text("nickName"), text("firstName"), text("middleName")
		c.FamilyName, c.Profile, c.ZoneInfo, c.Locale = text("lastName"), text("profileUrl"), text("timezone"), text("locale")
		c.PreferredUsername = text("login")
		if updated, err := time.Parse(time.RFC3339, person.Text("lastUpdated")); err == nil {
			c.UpdatedAt = updated.Unix()
		}
	}
	if slices.Contains(scopes, "email") {
		verified := true
		c.Email, c.EmailVerified = text("email"), &verified
	}
	if slices.Contains(scopes, "phone") {
		c.Phone = text("primaryPhone")
	}
	if slices.Contains(scopes, "address") {
		a := userAddress{text("streetAddress"), text("city"), text("state"), text("zipCode"), text("countryCode")}
		if a != (userAddress{}) {
			c.Address = &a
		}
	}
	return c
}
