package oidc

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// parameters reads what a request was sent, in its body or its query: the vendor's Go
// SDK sends token requests with an empty body. No parameter may come twice (RFC 6749
// section 3.1).
func parameters(h *http.Request) (url.Values, error) {
	err := h.ParseForm()
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, &oauthError{http.StatusRequestEntityTooLarge, "invalid_request", "The request is larger than 64 kB."}
	}
	if err != nil {
		return nil, refuse("invalid_request", "The request's parameters could not be read.")
	}
	for name, values := range h.Form {
		if len(values) > 1 && !same(values) {
			return nil, refuse("invalid_request", fmt.Sprintf("The parameter '%.40s' is given more than once.", name))
		}
		if !utf8.ValidString(values[0]) || strings.ContainsRune(values[0], 0) {
			return nil, refuse("invalid_request", "A parameter holds characters that are not allowed.")
		}
	}
	return h.Form, nil
}

// same tells whether a parameter that stands in query and body has one value.
func same(values []string) bool {
	return len(values) == 2 && values[0] == values[1]
}

// words splits a space-delimited list (RFC 6749 section 3.3), each word once.
func words(list string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range strings.Fields(list) {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return out
}
