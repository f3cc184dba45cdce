package okta

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Error is the error body of the management API ("recorded"; okta-semantics C1).
// Only Code is contractual.
type Error struct {
	// Status is the HTTP status the body came with. It is not part of the body.
	Status int `json:"-"`
	// RequestID is the answer's X-Okta-Request-Id; empty where no call was made.
	RequestID string `json:"-"`
	// Scope names the scopes the access token lacks, separated by spaces, from the
	// WWW-Authenticate challenge "insufficient_scope" (RFC 6750 §3). Empty otherwise:
	// then a 403 is about the admin's role, not the token.
	Scope string `json:"-"`
	// Code is such as "E0000001"; empty where the answer had no error body.
	Code    string `json:"errorCode"`
	Summary string `json:"errorSummary"`
	// Link repeats Code.
	Link string `json:"errorLink"`
	// ID is "oae" and 22 characters, unique to the answer.
	ID     string  `json:"errorId"`
	Causes []Cause `json:"errorCauses"`
}

// Cause is one reason of an Error; for a field it reads "login: The field cannot be left blank".
type Cause struct {
	Summary string `json:"errorSummary"`
}

// Error returns the code, the summary and the causes in one line.
func (e *Error) Error() string {
	s := e.Summary
	if e.Code != "" {
		s = e.Code + ": " + e.Summary
	}
	for _, c := range e.Causes {
		s += "; " + c.Summary
	}
	return s
}

// readError reads the error of an answer. A body that is not the API's (a gateway's
// page, nothing at all) is described, never shown.
func readError(status int, header http.Header, body []byte) *Error {
	e := &Error{}
	if json.Unmarshal(body, e) != nil || e.Code == "" {
		e = &Error{Summary: fmt.Sprintf("The org answered %d %s without an error code", status, http.StatusText(status))}
	}
	e.Status = status
	e.RequestID = header.Get(requestIDHeader)
	e.Scope = missingScope(header.Values("WWW-Authenticate"))
	return e
}

// missingScope reads scope from a challenge such as
//
//	Bearer authorization_uri="…", realm="…", scope="okta.groups.read", error="insufficient_scope"
func missingScope(challenges []string) string {
	for _, challenge := range challenges {
		_, rest, ok := strings.Cut(challenge, " ")
		if !ok {
			continue
		}
		params := challengeParams(rest)
		if params["error"] == "insufficient_scope" {
			return params["scope"]
		}
	}
	return ""
}

// challengeParams reads the auth-params of RFC 9110 §11.2: name=token or name="quoted".
func challengeParams(s string) map[string]string {
	params := map[string]string{}
	for s != "" {
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			break
		}
		value, after := headerValue(strings.TrimLeft(rest, " \t"))
		params[strings.ToLower(strings.Trim(name, " \t,"))] = value
		_, s, _ = strings.Cut(after, ",")
	}
	return params
}

// headerValue reads a token or a quoted string from the start of s.
func headerValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexAny(s, ",; \t")
		if i < 0 {
			return s, ""
		}
		return s[:i], s[i:]
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}
