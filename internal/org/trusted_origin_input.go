package org

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/okta"
)

const (
	originInactive = "INACTIVE"
	// maxOriginText is the length of a name and of an origin in characters, and
	// maxOriginScopes how many scopes there are (API reference).
	maxOriginText   = 255
	maxOriginScopes = 3
)

// originSchemes and originScopes are what an origin may begin with and be trusted for (API reference).
var (
	originSchemes = []string{"http", "https", "ftp", "ionic", "capacitor"}
	originScopes  = []string{"CORS", "REDIRECT", "IFRAME_EMBED"}
)

// originDocument is a trusted origin, keys in the recorded order. Its scopes are kept as they were sent.
type originDocument struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Origin    string        `json:"origin"`
	Scopes    []okta.Object `json:"scopes"`
	Status    string        `json:"status"`
	Created   string        `json:"created"`
	CreatedBy string        `json:"createdBy"`
	Updated   string        `json:"lastUpdated"`
	UpdatedBy string        `json:"lastUpdatedBy"`
}

// stored is the document that is kept.
func (d *originDocument) stored() (okta.Object, error) {
	doc, err := encodeDocument(d)
	return doc.With("type", d.types()), err
}

func (d *originDocument) types() []string {
	types := make([]string, len(d.Scopes))
	for i, s := range d.Scopes {
		types[i] = s.Text("type")
	}
	return types
}

// argumentOrigin reads the origin that a request names.
func (tx *Tx) argumentOrigin(r *Request) (*originDocument, error) {
	doc, err := tx.get(trustedOrigins, r.Args["trustedOriginId"])
	if err != nil {
		return nil, err
	}
	d := &originDocument{}
	return d, doc.Decode(d)
}

// readOrigin reads what a request says about an origin, and refuses what the cloud would
// not keep. A type of scope that is none is E0000003, as an unknown word of the API is there.
func readOrigin(r *Request) (*originDocument, error) {
	var in struct {
		Name   string        `json:"name"`
		Origin string        `json:"origin"`
		Scopes []okta.Object `json:"scopes"`
	}
	if err := r.decode(&in); err != nil {
		return nil, err
	}
	for _, f := range []struct{ field, value string }{{"name", in.Name}, {"origin", in.Origin}} {
		switch {
		case strings.TrimSpace(f.value) == "":
			return nil, invalid(f.field, f.field+": The field cannot be left blank")
		case utf8.RuneCountInString(f.value) > maxOriginText:
			return nil, invalid(f.field, f.field+": The field is too long")
		}
	}
	if !isOrigin(in.Origin) {
		return nil, invalid("origin", "origin: An origin is a scheme, a host and no more than a port, such as https://example.com:8443; the schemes are "+strings.Join(originSchemes, ", "))
	}
	d := &originDocument{Name: in.Name, Origin: in.Origin, Scopes: in.Scopes}
	types := d.types()
	for i, t := range types {
		if !slices.Contains(originScopes, t) {
			return nil, fail("E0000003", "", "scopes: The types are "+strings.Join(originScopes, ", "))
		}
		if slices.Contains(types[:i], t) {
			return nil, invalid("scopes", "scopes: "+t+" is there twice")
		}
	}
	if len(types) == 0 || len(types) > maxOriginScopes {
		return nil, invalid("scopes", "scopes: Name one to three scopes")
	}
	return d, nil
}

// isOrigin tells whether a text is a scheme, a host and no more than a port [assumed: the
// cloud's reference says "origin URL" and no more].
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || !slices.Contains(originSchemes, u.Scheme) {
		return false
	}
	return strings.EqualFold(text, u.Scheme+"://"+u.Host)
}
