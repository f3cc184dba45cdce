package policy

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"time"

	"gatehouse/internal/expr"
)

// Subject is whom and what tokens are made of. Documents are as the API answers them.
type Subject struct {
	// User is the person's document, AppUser that of their assignment to the app; both nil where
	// the client acts for itself. App is the app's document.
	User, AppUser, App []byte
	// OrgName and OrgSubdomain are what org.name and org.subDomain give.
	OrgName, OrgSubdomain string
	// Groups are the person's; they may be left out where AsksGroups says no.
	Groups []expr.Group
	// Scopes are those granted, AMR how the person signed in (RFC 8176).
	Scopes, AMR []string
	Now         time.Time
}

// Subdomain is the first part of an org's host: what org.subDomain gives, and org.name where the
// org's name is not known.
func Subdomain(host string) string {
	name, _, _ := strings.Cut(host, ".")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// subjectReader gives the values of a Subject by name.
type subjectReader struct {
	subject            Subject
	user, appUser, app subjectDocument
}

// subjectDocument is the part of a document that claims read.
type subjectDocument struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	Label       string         `json:"label"`
	Status      string         `json:"status"`
	LastUpdated string         `json:"lastUpdated"`
	Profile     map[string]any `json:"profile"`
	Credentials struct {
		UserName    string `json:"userName"`
		OAuthClient struct {
			ClientID string `json:"client_id"`
		} `json:"oauthClient"`
	} `json:"credentials"`
}

// reader decodes the documents. One that cannot be read has no values.
func (x Subject) reader() *subjectReader {
	r := &subjectReader{subject: x}
	for _, d := range []struct {
		raw  []byte
		into *subjectDocument
	}{{x.User, &r.user}, {x.AppUser, &r.appUser}, {x.App, &r.app}} {
		if d.raw != nil {
			_ = json.Unmarshal(d.raw, d.into)
		}
	}
	return r
}

// context is what expressions read.
func (r *subjectReader) context() expr.Context {
	return expr.Context{
		Attr: r.attr, Groups: r.subject.Groups, Now: r.subject.Now,
		Internal: func(name string) string {
			if name == "id" {
				return r.user.ID
			}
			return r.user.Status
		},
	}
}

// attr is expr.Context.Attr.
func (r *subjectReader) attr(name string) any {
	object, field, _ := strings.Cut(name, ".")
	switch object {
	case "user":
		return r.user.attr(r.subject.User != nil, field)
	case "appuser":
		if field == "userName" && r.subject.AppUser != nil {
			return text(r.appUser.Credentials.UserName)
		}
		return r.appUser.attr(r.subject.AppUser != nil, field)
	case "app":
		switch field {
		case "clientId":
			return text(r.app.Credentials.OAuthClient.ClientID)
		case "id", "name", "label":
			return text(map[string]string{"id": r.app.ID, "name": r.app.Name, "label": r.app.Label}[field])
		}
		return r.app.attr(r.subject.App != nil, strings.TrimPrefix(field, "profile."))
	}
	switch name {
	case "org.name":
		return text(r.subject.OrgName)
	case "org.subDomain":
		return text(r.subject.OrgSubdomain)
	case "access.scope":
		return list(r.subject.Scopes)
	case "session.amr":
		return list(r.subject.AMR)
	}
	return nil
}

// attr is an attribute of the profile, or whether the document is there where none is named.
func (d subjectDocument) attr(there bool, name string) any {
	switch {
	case name == "" && there:
		return true
	case name == "":
		return nil
	}
	switch v := d.Profile[name].(type) {
	case string, float64, bool:
		return v
	case []any:
		return v
	}
	return nil
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func list(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}

// profileOf are the attributes of a profile that standard claims are (OpenID Connect Core section 5.1).
var profileOf = map[string]string{
	"nickname": "nickName", "preferred_username": "login", "given_name": "firstName", "middle_name": "middleName", "family_name": "lastName",
	"profile": "profileUrl", "zoneinfo": "timezone", "locale": "locale", "email": "email", "phone_number": "primaryPhone",
}

// postalAddress is the claim of OpenID Connect Core section 5.1.1.
type postalAddress struct {
	Street   string `json:"street_address,omitempty"`
	Locality string `json:"locality,omitempty"`
	Region   string `json:"region,omitempty"`
	Code     string `json:"postal_code,omitempty"`
	Country  string `json:"country,omitempty"`
}

// standard is the value of a standard claim, nil for none. Addresses of e-mail count as
// verified: an admin set them.
func (r *subjectReader) standard(name string) any {
	profile := func(name string) string {
		s, _ := r.user.Profile[name].(string)
		return s
	}
	switch name {
	case "name":
		if shown := profile("displayName"); shown != "" {
			return shown
		}
		return text(strings.TrimSpace(profile("firstName") + " " + profile("lastName")))
	case "email_verified":
		return true
	case "updated_at":
		if t, err := time.Parse(time.RFC3339, r.user.LastUpdated); err == nil {
			return t.Unix()
		}
		return nil
	case "address":
		a := postalAddress{profile("streetAddress"), profile("city"), profile("state"), profile("zipCode"), profile("countryCode")}
		if a == (postalAddress{}) {
			return nil
		}
		return a
	}
	return text(profile(profileOf[name]))
}

// encodeValue writes a claim's value, whole numbers as such.
func encodeValue(v any) (json.RawMessage, error) {
	if n, isNumber := v.(float64); isNumber && n == math.Trunc(n) && math.Abs(n) < 1<<53 {
		v = int64(n)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}
