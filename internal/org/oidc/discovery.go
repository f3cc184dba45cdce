package oidc

import (
	"net/http"
	"strings"

	"gatehouse/internal/org"
)

// metadata is what a server tells about itself (OpenID Connect Discovery section 3,
// RFC 8414 section 2, RFC 9207 section 3). It lists only what really works.
type metadata struct {
	Issuer                string   `json:"issuer"`
	Authorize             string   `json:"authorization_endpoint"`
	Token                 string   `json:"token_endpoint"`
	Device                string   `json:"device_authorization_endpoint"`
	Pushed                string   `json:"pushed_authorization_request_endpoint"`
	Userinfo              string   `json:"userinfo_endpoint,omitempty"`
	JWKS                  string   `json:"jwks_uri"`
	ResponseTypes         []string `json:"response_types_supported"`
	ResponseModes         []string `json:"response_modes_supported"`
	GrantTypes            []string `json:"grant_types_supported"`
	SubjectTypes          []string `json:"subject_types_supported"`
	IDTokenAlgorithms     []string `json:"id_token_signing_alg_values_supported"`
	Scopes                []string `json:"scopes_supported"`
	TokenAuth             []string `json:"token_endpoint_auth_methods_supported"`
	Claims                []string `json:"claims_supported"`
	ChallengeMethods      []string `json:"code_challenge_methods_supported"`
	Introspect            string   `json:"introspection_endpoint"`
	IntrospectAuth        []string `json:"introspection_endpoint_auth_methods_supported"`
	Revoke                string   `json:"revocation_endpoint"`
	RevokeAuth            []string `json:"revocation_endpoint_auth_methods_supported"`
	EndSession            string   `json:"end_session_endpoint"`
	RequestParameter      bool     `json:"request_parameter_supported"`
	RequestURIParameter   bool     `json:"request_uri_parameter_supported"`
	ClaimsParameter       bool     `json:"claims_parameter_supported"`
	IssuerInResponse      bool     `json:"authorization_response_iss_parameter_supported"`
	AssertionAlgorithms   []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	PromptValuesSupported []string `json:"prompt_values_supported"`
	ProofAlgorithms       []string `json:"dpop_signing_alg_values_supported"`
}

var clientMethods = []string{"client_secret_basic", "client_secret_post", "private_key_jwt", "none"}

// endpoints is the address under which a server's steps are.
func (p *Provider) endpoints(server string) string {
	if server == org.OrgServer {
		return p.org.BaseURL() + "/oauth2/v1/"
	}
	return p.org.Issuer(server) + "/v1/"
}

// discovery answers both well-known documents: OpenID Connect's names the standard
// scopes, OAuth's also the okta.* scopes of the org server (recorded).
func (p *Provider) discovery(w http.ResponseWriter, h *http.Request, _ *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	at := p.endpoints(a.ID)
	m := metadata{
		Issuer: p.org.Issuer(a.ID), Authorize: at + "authorize", Token: at + "token", Userinfo: at + "userinfo", JWKS: at + "keys",
		ResponseTypes: []string{"code"}, ResponseModes: []string{"query", "fragment", "form_post"},
		GrantTypes: grantTypes, Device: at + "device/authorize", Pushed: at + "par",
		SubjectTypes: []string{"public"}, IDTokenAlgorithms: []string{"RS256"}, Scopes: a.Published,
		TokenAuth: clientMethods, IntrospectAuth: clientMethods, RevokeAuth: clientMethods,
		Claims: []string{
			"iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "idp", "nonce", "name", "nickname", "preferred_username",
			"given_name", "middle_name", "family_name", "email", "email_verified", "profile", "zoneinfo", "locale", "address", "phone_number", "updated_at", "at_hash", "sid",
		},
		ChallengeMethods: []string{"S256"}, Introspect: at + "introspect", Revoke: at + "revoke", EndSession: at + "logout",
		IssuerInResponse: true, AssertionAlgorithms: names(assertionAlgorithms), ProofAlgorithms: names(org.ProofAlgorithms), PromptValuesSupported: []string{"none", "login", "consent"},
	}
	if strings.HasSuffix(h.URL.Path, "oauth-authorization-server") && a.ID == org.OrgServer {
		m.Scopes = append(append([]string{}, org.OktaScopes()...), a.Published...)
	}
	cacheable(w)
	writeJSON(w, http.StatusOK, m)
	return nil
}

// keys answers the key set of a server.
func (p *Provider) keys(w http.ResponseWriter, h *http.Request, _ *org.Request) error {
	a, err := p.server(h)
	if err != nil {
		return err
	}
	set, err := p.org.JWKS(h.Context(), a.ID)
	if err != nil {
		return err
	}
	cacheable(w)
	writeJSON(w, http.StatusOK, set)
	return nil
}

// organization answers what the vendor's Terraform provider asks first (recorded).
func (p *Provider) organization(w http.ResponseWriter, _ *http.Request, _ *org.Request) error {
	type linked struct {
		Href string `json:"href"`
	}
	cacheable(w)
	writeJSON(w, http.StatusOK, struct {
		ID       string            `json:"id"`
		Links    map[string]linked `json:"_links"`
		Pipeline string            `json:"pipeline"`
		Settings map[string]bool   `json:"settings"`
	}{p.org.ID(), map[string]linked{"organization": {p.org.BaseURL()}}, "idx", map[string]bool{
		"analyticsCollectionEnabled": false, "bugReportingEnabled": false, "omEnabled": false,
	}})
	return nil
}

// cacheable marks a public document. It is short: a key that is rotated in must be seen.
func cacheable(w http.ResponseWriter) { w.Header().Set("Cache-Control", "public, max-age=60") }
