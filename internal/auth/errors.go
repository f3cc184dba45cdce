package auth

import (
	"errors"
	"fmt"
	"net/http"

	"gatehouse/internal/okta"
)

// ErrSignedOut: there is no session, or it has ended. A SignedOut wraps it and says why.
var ErrSignedOut = errors.New("not signed in")

// ErrNotRefreshed: the access token could not be renewed now. The session stays; a later
// try may succeed. It does not wrap its cause: the call that needed the token was refused,
// and must not look like one that was lost on the way.
var ErrNotRefreshed = errors.New("the sign-in could not be renewed now")

// SignedOut is ErrSignedOut with the reason, in words for the person it happened to.
type SignedOut struct {
	Reason string
	// Session is the one that is over, for what its person may keep of it; nil where none is known.
	Session *Session
}

func (e *SignedOut) Error() string { return e.Reason }

// Unwrap makes errors.Is(err, ErrSignedOut) hold.
func (e *SignedOut) Unwrap() error { return ErrSignedOut }

// SignInError is why a sign-in did not happen: Status for the answer, Message for the
// page (what happened, why, what next; nothing secret), Err for the log.
type SignInError struct {
	Status  int
	Message string
	Err     error
}

func (e *SignInError) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return fmt.Sprintf("%s (%v)", e.Message, e.Err)
}

func (e *SignInError) Unwrap() error { return e.Err }

// refused is a sign-in that a check turned down.
func refused(message string, err error) *SignInError {
	return &SignInError{Status: http.StatusBadRequest, Message: message, Err: err}
}

// unavailable is a sign-in that failed because the org did not do its part.
func unavailable(message string, err error) *SignInError {
	return &SignInError{Status: http.StatusBadGateway, Message: message, Err: err}
}

// Denied is a call that was not made because Can said no.
type Denied struct {
	Operation *okta.Operation
	// MissingScope is the scope the access token lacks; empty where something else was the reason.
	MissingScope string
	// StepUp: the org was not asked for it yet.
	StepUp bool
	// Reason says in words what is missing and who can grant it.
	Reason string
}

func (e *Denied) Error() string { return e.Reason }
