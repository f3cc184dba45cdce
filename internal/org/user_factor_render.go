package org

import (
	"encoding/base64"
	"encoding/json"
	"net/url"

	"gatehouse/internal/okta"
	"rsc.io/qr"
)

// factorAnswer is a factor as the API answers it ("published examples").
type factorAnswer struct {
	ID          string         `json:"id"`
	FactorType  string         `json:"factorType"`
	Provider    string         `json:"provider"`
	VendorName  string         `json:"vendorName"`
	Status      string         `json:"status"`
	Created     string         `json:"created"`
	LastUpdated string         `json:"lastUpdated"`
	Profile     *okta.Object   `json:"profile,omitempty"`
	Links       map[string]any `json:"_links"`
	Embedded    map[string]any `json:"_embedded,omitempty"`
}

// marshalled answers a value of this package as JSON.
func marshalled(status int, v any) (Reply, error) {
	body, err := json.Marshal(v)
	return Reply{Status: status, Body: body}, err
}

// factorURL is a factor's own address.
func (o *Org) factorURL(user, id string) string { return o.userURL(user) + "/factors/" + id }

// namedLink is a link that stands in a list, told from the others by its name.
type namedLink struct {
	Name string `json:"name"`
	hintedLink
}

// renderFactor is a factor without its secrets: those are told in the answer to the enrolment only.
func (o *Org) renderFactor(f Factor, person okta.Object) factorAnswer {
	a := factorAnswer{
		ID: f.ID, FactorType: f.Type, Provider: f.Provider, VendorName: f.Provider, Status: f.status(),
		Created: stamp(f.Created), LastUpdated: stamp(f.Updated), Links: o.factorLinks(f),
	}
	profile := f.Profile
	if f.Type == totpFactor {
		profile = okta.Object{}.With("credentialId", person.Text("profile", "login"))
	}
	if len(profile.Keys()) > 0 {
		a.Profile = &profile
	}
	return a
}

func (o *Org) factorLinks(f Factor) map[string]any {
	self := o.factorURL(f.UserID, f.ID)
	links := map[string]any{"self": sessionLink(self, "GET", "DELETE"), "user": sessionLink(o.userURL(f.UserID), "GET")}
	switch {
	case f.Type == questionFactor:
		links["questions"] = sessionLink(o.userURL(f.UserID)+"/factors/questions", "GET")
		links["verify"] = sessionLink(self+"/verify", "POST")
	case f.Active:
		links["verify"] = sessionLink(self+"/verify", "POST")
	case f.Type == pushFactor:
		links["poll"] = sessionLink(self+"/lifecycle/activate/poll", "POST")
	default:
		links["activate"] = sessionLink(self+"/lifecycle/activate", "POST")
		if f.kind().message != nil {
			links["resend"] = []namedLink{{f.Type, sessionLink(self+"/resend", "POST")}}
		}
	}
	return links
}

// typedLink is a link to something that is no JSON.
type typedLink struct {
	Href string `json:"href"`
	Type string `json:"type"`
}

// qrCode is a picture of text that a phone reads, as a link that holds it: what it
// says is secret, and is told once.
func qrCode(text string) (typedLink, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return typedLink{}, err
	}
	return typedLink{"data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG()), "image/png"}, nil
}

// appLink is what an authenticator app reads to be set up.
func appLink(person okta.Object, secret string) string {
	label := "Okta:" + person.Text("profile", "login")
	return "otpauth://totp/" + url.PathEscape(label) + "?secret=" + secret + "&issuer=Okta&algorithm=SHA1&digits=6&period=30"
}

// totpActivation is how an app is set up, told once.
func (o *Org) totpActivation(f Factor, person okta.Object, secret string) (map[string]any, error) {
	link, err := qrCode(appLink(person, secret))
	// keyLength is 16 of Google and 6 of Okta, whatever the secret's length (published examples).
	length := 6
	if f.Provider == "GOOGLE" {
		length = 16
	}
	return map[string]any{"activation": map[string]any{
		"timeStep": 30, "sharedSecret": secret, "encoding": "base32", "keyLength": length,
		"_links": map[string]any{"qrcode": link},
	}}, err
}

// pushActivation is how far the enrolment of a phone is.
func (o *Org) pushActivation(t pushTransaction, r *Request) (map[string]any, error) {
	link, err := qrCode(o.transactionURL(t))
	return map[string]any{"activation": map[string]any{
		"expiresAt": stamp(t.expires), "factorResult": t.resultAt(r.Now), "_links": map[string]any{"qrcode": link},
	}}, err
}

// supportedFactor is a kind of factor as the catalogue shows it.
type supportedFactor struct {
	FactorType string         `json:"factorType"`
	Provider   string         `json:"provider"`
	VendorName string         `json:"vendorName"`
	Status     string         `json:"status"`
	Enrollment string         `json:"enrollment"`
	Links      map[string]any `json:"_links"`
	Embedded   map[string]any `json:"_embedded,omitempty"`
}

func (o *Org) renderSupported(k *factorKind, person okta.Object, held []Factor, enrollment string) supportedFactor {
	base := o.userURL(person.Text("id")) + "/factors"
	a := supportedFactor{
		FactorType: k.factorType, Provider: k.provider, VendorName: k.provider, Status: "NOT_SETUP", Enrollment: enrollment,
		Links: map[string]any{"enroll": sessionLink(base, "POST")},
	}
	if k.factorType == questionFactor {
		a.Links["questions"] = sessionLink(base+"/questions", "GET")
	}
	var phones []any
	for _, f := range held {
		if f.kind() != k {
			continue
		}
		a.Status = f.status()
		phones = append(phones, map[string]any{"id": f.ID, "profile": f.Profile, "status": f.status()})
	}
	if phones != nil && (k.message == smsMessage || k.message == callMessage) {
		a.Embedded = map[string]any{"phones": phones}
	}
	return a
}
