package oidc

import (
	"encoding/json"
	"errors"
	"net/http"

	"gatehouse/internal/db"
	"gatehouse/internal/okta"
	"gatehouse/internal/org"
)

// oauthError is an error of RFC 6749 sections 4.1.2.1 and 5.2, worded as the cloud words it.
type oauthError struct {
	Status      int    `json:"-"`
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (e *oauthError) Error() string { return e.Code + ": " + e.Description }

func refuse(code, description string) *oauthError {
	return &oauthError{http.StatusBadRequest, code, description}
}

func refuseClient(description string) *oauthError {
	return &oauthError{http.StatusUnauthorized, "invalid_client", description}
}

var (
	errServer   = &oauthError{http.StatusInternalServerError, "server_error", "The org could not answer. Try again."}
	errReadOnly = &oauthError{http.StatusServiceUnavailable, "temporarily_unavailable", "The org's store cannot be written to now."}
	errCode     = refuse("invalid_grant", "The authorization code is invalid or has expired.")
	errRefresh  = refuse("invalid_grant", "The refresh token is invalid or expired.")
	errPKCE     = refuse("invalid_grant", "PKCE verification failed.")
	errForm     = refuse("invalid_request", "The form could not be read.")
)

var errCrossOrigin = &oauthError{http.StatusForbidden, "cross_origin", "The form was sent from another site."}

// refusal is the OAuth error that err is, nil for any other.
func refusal(err error) *oauthError {
	var refused *oauthError
	var proof *org.ProofError
	var decided *org.Refusal
	switch {
	case errors.As(err, &refused):
		return refused
	case errors.As(err, &proof):
		return &oauthError{proof.Status, proof.Code, proof.Description}
	case errors.As(err, &decided):
		return refuse(decided.Code, decided.Description)
	}
	return nil
}

// asOAuth turns any error into one that may be told. What is no refusal is logged.
func (p *Provider) asOAuth(r *org.Request, err error) *oauthError {
	var api *okta.Error
	refused := refusal(err)
	switch {
	case refused != nil:
		return refused
	case errors.As(err, &api) && api.Status == http.StatusUnauthorized: // suspended between two steps of a sign-in
		return refuse("access_denied", "This account may not sign in now.")
	case errors.As(err, &api) && api.Status == http.StatusNotFound:
		return &oauthError{http.StatusNotFound, "invalid_request", api.Summary}
	case errors.Is(err, org.ErrBlocked):
		return &oauthError{http.StatusForbidden, "access_denied", "This organization takes no requests from your network. Ask an admin of it."}
	case db.Unwritable(err):
		p.log.Error("the store cannot be written", "request", r.ID, "error", err)
		return errReadOnly
	}
	p.log.Error("sign-in step failed", "request", r.ID, "error", err)
	return errServer
}

func (p *Provider) writeOAuthError(w http.ResponseWriter, r *org.Request, err error) {
	e := p.asOAuth(r, err)
	if e.Code == "invalid_client" {
		w.Header().Set("WWW-Authenticate", `Basic realm="`+p.org.BaseURL()+`"`)
	}
	writeJSON(w, e.Status, e)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("oidc: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client is gone
}
