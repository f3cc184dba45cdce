package handlers

import (
	"errors"
	"net/http"
	"strings"

	"gatehouse/internal/auth"
	"gatehouse/web/templates/ui"
)

// intended checks that an unsafe request was made by our own page or client: the second
// half of the defence against forged requests, behind the check of origin (security 23).
// Another site can send a form, but neither these headers nor the token.
func intended(r *http.Request, s *auth.Session) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if wanted(r) == document || r.Header.Get("Gatehouse-Request") != "" {
		if r.Header.Get("Gatehouse-Request") == "1" {
			return nil
		}
		return problem{
			Status: http.StatusForbidden, Code: "header_missing", Title: "Not accepted",
			Message: "A JSON request that changes something must carry the header Gatehouse-Request: 1.",
		}
	}
	if isHTMX(r) {
		return nil
	}
	parse := r.ParseForm
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") { // a form with a file
		parse = func() error { return r.ParseMultipartForm(maxBody) }
	}
	if err := parse(); err != nil {
		return unreadableForm(err)
	}
	if s == nil {
		return auth.ErrSignedOut // a page that outlived its session
	}
	if s.CheckForm(r.PostForm.Get(ui.FormTokenField)) {
		return nil
	}
	return problem{
		Status: http.StatusForbidden, Code: "form_token", Title: "Nothing was changed",
		Message: "The form did not come from a page of this sign-in. Go back, reload the page and send it again.",
	}
}

// unreadableForm is a body or an address that is no form; one that is too large keeps its own words.
func unreadableForm(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return problem{
		Status: http.StatusBadRequest, Code: "bad_form", Title: "The form could not be read",
		Message: "Go back, reload the page and send it again.", Err: err,
	}
}
