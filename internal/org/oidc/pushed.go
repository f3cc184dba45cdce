package oidc

import (
	"net/http"
	"net/url"

	"gatehouse/internal/org"
)

// secretParameters are what a client or a person proves themselves with: none of them is kept with a
// request. A session token is the browser's, which brings it to the authorization endpoint itself.
var secretParameters = []string{"client_secret", "client_assertion", "client_assertion_type", "sessionToken"}

// push is the pushed authorization request endpoint (RFC 9126): a request is checked and kept,
// and the browser carries its name only.
func (p *Provider) push(w http.ResponseWriter, h *http.Request, r *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	params, err := parameters(h)
	if err != nil {
		return err
	}
	client, _, err := p.authenticate(h, r, a, params)
	if err != nil {
		return err
	}
	if params.Has("request_uri") {
		return refuse("invalid_request", "The 'request_uri' parameter may not be pushed.")
	}
	if id := params.Get("client_id"); id != "" && id != client.ID {
		return refuse("invalid_request", "The 'client_id' is not the one that the client proved to be.")
	}
	for _, name := range secretParameters {
		params.Del(name)
	}
	params.Set("client_id", client.ID)
	if _, err := p.authorizationRequest(h, a, params); err != nil {
		return err
	}
	uri, life, err := p.org.PushRequest(r, client, a, params.Encode())
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusCreated, struct {
		RequestURI string `json:"request_uri"`
		ExpiresIn  int    `json:"expires_in"`
	}{uri, int(life.Seconds())})
	return nil
}

// pushed are the parameters that a request names by a request_uri of its client; one without
// such a name is its own. Nothing beside the name counts (RFC 9126 section 4).
func (p *Provider) pushed(r *org.Request, a org.AuthServer, params url.Values) (url.Values, error) {
	if !org.IsPushed(params.Get("request_uri")) {
		return params, nil
	}
	query, found, err := p.org.TakePushed(r, params.Get("client_id"), a.ID, params.Get("request_uri"))
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, refuse("invalid_request_uri", "The 'request_uri' is unknown, was used already, or has expired.")
	}
	return url.ParseQuery(query)
}
