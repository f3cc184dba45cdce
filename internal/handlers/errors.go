package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

// statusClientGone is what the log shows where the browser left before the answer.
const statusClientGone = 499

// problem is an error as a person or a client reads it.
type problem struct {
	Status int
	// Code is the org's error code, or a word of ours.
	Code string
	// Title says what happened, Message why and what next.
	Title, Message string
	// Fields are messages by field.
	Fields map[string]string
	// Retry is when it may work again; zero where waiting does not help.
	Retry time.Time
	// Err is for the log only.
	Err error
}

func (p problem) Error() string {
	if p.Err != nil {
		return p.Title + ": " + p.Err.Error()
	}
	return p.Title + ": " + p.Message
}

func (p problem) Unwrap() error { return p.Err }

// errNoRole is somebody who signed in and has no admin role: they get a page of their own.
var errNoRole = problem{
	Status: http.StatusForbidden, Code: "no_admin_role", Title: "No admin role",
	Message: "This console is for admins of the org. A super admin can give you a role.",
}

// notFound is a path or an object that is not there.
func notFound(what string) error {
	return problem{
		Status: http.StatusNotFound, Code: "not_found", Title: what + " not found",
		Message: "It may have been deleted, or the address is wrong.",
	}
}

// describe is the table from errors to what people read. Details go to the log only.
func (h *console) describe(err error) problem {
	var (
		p       problem
		denied  *auth.Denied
		signIn  *auth.SignInError
		limited *okta.RateLimited
		answer  *okta.Error
		tooBig  *http.MaxBytesError
	)
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, auth.ErrSignedOut):
		return problem{Status: http.StatusUnauthorized, Code: "signed_out", Title: "Signed out", Message: signedOutWords(err)}
	case errors.Is(err, auth.ErrNotRefreshed):
		return problem{
			Status: http.StatusServiceUnavailable, Code: "not_refreshed", Title: "The org does not renew the sign-in now",
			Message: "Nothing was changed and you stay signed in. Try again in a minute.", Err: err,
		}
	case errors.As(err, &signIn):
		return problem{Status: signIn.Status, Code: "sign_in", Title: "Not signed in", Message: signIn.Message, Err: err}
	case errors.As(err, &denied) && denied.StepUp:
		return problem{
			Status: http.StatusForbidden, Code: "scope", Title: "This sign-in does not hold " + denied.MissingScope + " yet",
			Message: "It reads until a page of the console asks the org for more: make the change there, or allow it under Your sessions.", Err: err,
		}
	case errors.As(err, &denied):
		return problem{Status: http.StatusForbidden, Code: "not_permitted", Title: "Not permitted", Message: denied.Reason, Err: err}
	case errors.As(err, &tooBig):
		return problem{
			Status: http.StatusRequestEntityTooLarge, Code: "too_large", Title: "Too much data",
			Message: "A request may hold at most 1 MB.", Err: err,
		}
	case errors.As(err, &limited):
		return problem{
			Status: http.StatusTooManyRequests, Code: "rate_limit", Title: "The org's rate limit is used up",
			Message: "Nothing was changed. It opens again at " + limited.Until.UTC().Format("15:04:05") + " UTC.", Retry: limited.Until, Err: err,
		}
	case errors.Is(err, audit.ErrNotRecorded):
		return problem{
			Status: http.StatusServiceUnavailable, Code: "not_recorded", Title: "Not done: the audit trail cannot be written",
			Message: "The console makes no change that it cannot record. Tell whoever runs the console.", Err: err,
		}
	case errors.Is(err, okta.ErrUnknownOutcome):
		return problem{
			Status: http.StatusBadGateway, Code: "unknown_outcome", Title: "The org's answer was lost",
			Message: "The change may or may not have been made. Reload the page to see before you repeat it.", Err: err,
		}
	case errors.As(err, &answer):
		return orgProblem(answer)
	case errors.Is(err, okta.ErrUnreachable):
		return problem{
			Status: http.StatusBadGateway, Code: "unreachable", Title: "The org does not answer",
			Message: "Nothing was changed. " + h.org.Host + " could not be reached; try again in a minute.", Err: err,
		}
	case errors.Is(err, okta.ErrForeign):
		return problem{
			Status: http.StatusBadGateway, Code: "foreign_address", Title: "The org named another address",
			Message: "The console calls " + h.org.Host + " only. Whoever runs it should set CONSOLE_ORG_URL to the address that the org itself uses.", Err: err,
		}
	case errors.Is(err, okta.ErrBadAnswer):
		return problem{
			Status: http.StatusBadGateway, Code: "bad_answer", Title: "The org's answer could not be read",
			Message: "Reload the page to see how things stand. If it happens again, tell whoever runs the console.", Err: err,
		}
	case errors.Is(err, context.Canceled):
		return problem{Status: statusClientGone, Code: "gone", Title: "Cancelled", Message: "The request was cancelled.", Err: err}
	case errors.Is(err, context.DeadlineExceeded):
		return problem{
			Status: http.StatusGatewayTimeout, Code: "timeout", Title: "The org took too long",
			Message: "Reload the page to see how things stand, then try again.", Err: err,
		}
	}
	return problem{
		Status: http.StatusInternalServerError, Code: "internal", Title: "Something failed in the console",
		Message: "It has been logged under the id below. Reload the page to see how things stand.", Err: err,
	}
}

// orgProblem is a refusal by the org, in its own words where they say more than ours.
func orgProblem(e *okta.Error) problem {
	p := problem{Status: e.Status, Code: e.Code, Title: e.Summary, Err: e, Fields: fieldErrors(e)}
	var causes []string
	for _, c := range e.Causes {
		causes = append(causes, c.Summary)
	}
	p.Message = strings.Join(causes, " ")
	switch {
	case e.Status == http.StatusForbidden && e.Scope != "": // RFC 6750 section 3.1: the token, not the role
		p.Code, p.Title = "not_permitted", "This sign-in lacks a scope"
		p.Message = "The org wants " + e.Scope + ", which it did not grant to this sign-in. A super admin can grant it to the console's application, under Okta API scopes; it counts from the next sign-in."
	case e.Code == "E0000006" && p.Message != "":
		p.Title = "The org refused it" // for a reason of its own, such as that this is the last super admin
	case e.Status == http.StatusForbidden && e.Code == "E0000006":
		p.Title = "Your admin role does not cover this"
		p.Message = "The org refused it (E0000006). A super admin can give you a role that does."
	case e.Status == http.StatusNotFound:
		p.Title, p.Message = "Not found", "It may have been deleted since, or your role does not cover it."
	case e.Status >= 500:
		p.Status, p.Title, p.Message = http.StatusBadGateway, "The org failed", "It answered "+strconv.Itoa(e.Status)+" ("+e.Code+"). Try again in a minute."
	case e.Status == http.StatusUnauthorized:
		p.Status, p.Title = http.StatusBadGateway, "The org did not accept the sign-in"
		p.Message = "Sign out and in again. If it happens again, tell whoever runs the console."
	}
	if p.Message == "" {
		p.Message = "The org refused it (" + e.Code + "). Nothing was changed."
	}
	return p
}

// fieldErrors reads "login: The field cannot be left blank" causes by field (okta-semantics C1).
func fieldErrors(e *okta.Error) map[string]string {
	fields := map[string]string{}
	for _, c := range e.Causes {
		name, words, ok := strings.Cut(c.Summary, ": ")
		if ok && name != "" && !strings.ContainsAny(name, " .") {
			fields[name] = words
		}
	}
	return fields
}

// signedOutWords says why a session is over.
func signedOutWords(err error) string {
	var why *auth.SignedOut
	if errors.As(err, &why) {
		return why.Reason
	}
	return "Sign in to go on."
}

// abort answers a request that no route takes.
func (h *console) abort(err error) gin.HandlerFunc {
	return func(c *gin.Context) { h.fail(c, err) }
}
