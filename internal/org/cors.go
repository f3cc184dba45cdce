package org

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
)

// The headers of the CORS protocol (Fetch standard section 3.3) that do not change. Which
// headers a script reads and how long a preflight is kept are [assumed].
const (
	corsMethods = "GET, POST, PUT, DELETE"
	corsExposed = "Link, ETag, Retry-After, WWW-Authenticate, DPoP-Nonce, X-Okta-Request-Id, X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Reset"
	corsKept    = "600"
	// maxOriginHeader is the longest origin that is looked up, maxAskedHeaders the longest
	// list of headers that is allowed, in bytes.
	maxOriginHeader = 255
	maxAskedHeaders = 1 << 10
)

var variesByOrigin = []string{"Origin"}

// CrossOrigin marks the answer to a script of another origin as one that it may read, and
// answers the preflight of one: answered says so. Allowed are trusted origins for CORS and,
// where apps says so, the origins of single-page apps; no other, whoever asks, and none by
// "*". Cookies go along for trusted origins only, as in the cloud.
//
// It is for paths that tell nothing to somebody who is not known otherwise: never for the
// authorization endpoint or a sign-in page (security 55).
func (o *Org) CrossOrigin(w http.ResponseWriter, r *Request, method string, apps bool) (answered bool, err error) {
	header := w.Header()
	header["Vary"] = variesByOrigin
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false, nil
	}
	preflight := method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if preflight {
		if err := o.Admit(r); err != nil { // other requests meet it later
			return false, err
		}
	}
	trusted, allowed, err := o.originAllowed(o.reads(r.ctx), origin, apps)
	if err != nil {
		return false, err
	}
	if allowed {
		header.Set("Access-Control-Allow-Origin", origin)
		header.Set("Access-Control-Expose-Headers", corsExposed)
		if trusted {
			header.Set("Access-Control-Allow-Credentials", "true")
		}
	}
	if !preflight {
		return false, nil
	}
	header["Vary"] = []string{"Origin, Access-Control-Request-Headers"}
	if allowed {
		header.Set("Access-Control-Allow-Methods", corsMethods)
		header.Set("Access-Control-Max-Age", corsKept)
		if asked := r.Header.Get("Access-Control-Request-Headers"); isHeaderList(asked) {
			header.Set("Access-Control-Allow-Headers", asked)
		}
	}
	w.WriteHeader(http.StatusNoContent) // without the headers the browser refuses [assumed]
	return true, nil
}

// originAllowed tells whether a trusted origin or, with apps, a single-page app has this origin.
func (o *Org) originAllowed(s store, origin string, apps bool) (trusted, allowed bool, err error) {
	if len(origin) > maxOriginHeader || origin == "null" {
		return false, false, nil
	}
	if trusted, err = s.trustsOrigin(origin); err != nil || trusted || !apps {
		return trusted, trusted, err
	}
	allowed, err = s.appOrigin(origin)
	return false, allowed, err
}

func (s store) trustsOrigin(origin string) (bool, error) {
	id, err := s.holder("trustedOrigin.origin", origin)
	if err != nil || id == "" {
		return false, err
	}
	doc, err := s.get(trustedOrigins, id)
	if err != nil {
		return false, err
	}
	var d originDocument
	if err := doc.Decode(&d); err != nil {
		return false, err
	}
	return d.Status == active && slices.Contains(d.types(), "CORS"), nil
}

// appOrigin tells whether a redirect URI of an active single-page app has this origin.
func (s store) appOrigin(origin string) (bool, error) {
	var id string
	err := s.q.QueryRow(s.ctx, `SELECT a.id FROM attr a JOIN attr b ON b.kind = a.kind AND b.id = a.id AND b.name = 'status' AND b.value = $3
		WHERE a.kind = $1 AND a.name = 'spaOrigin' AND a.value = $2 LIMIT 1`, apps.kind, fold(origin), fold(appActive)).Scan(&id)
	if db.IsNone(err) {
		return false, nil
	}
	return err == nil, err
}

// defaultPorts are left out of an origin.
var defaultPorts = map[string]string{"http": ":80", "https": ":443"}

// spaOrigins are the origins of the redirect URIs of a single-page app; none of any other app.
func spaOrigins(doc okta.Object) (origins []string) {
	if doc.Text("settings", "oauthClient", "application_type") != "browser" {
		return nil
	}
	var client struct {
		RedirectURIs []string `json:"redirect_uris"`
	}
	if doc.Object("settings", "oauthClient").Decode(&client) != nil {
		return nil // none can be read
	}
	for _, text := range client.RedirectURIs {
		u, err := url.Parse(text)
		if err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && !strings.Contains(u.Host, "*") {
			origins = append(origins, u.Scheme+"://"+strings.TrimSuffix(u.Host, defaultPorts[u.Scheme]))
		}
	}
	return origins
}

// isHeaderList tells whether a text is names of headers with commas between them.
func isHeaderList(text string) bool {
	return text != "" && len(text) <= maxAskedHeaders && !strings.ContainsFunc(text, func(r rune) bool {
		return !(r == '-' || r == ',' || r == ' ' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
	})
}
