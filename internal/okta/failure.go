package okta

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrUnreachable is a call that got no answer and, for a write, did not leave.
	ErrUnreachable = errors.New("the org does not answer")
	// ErrBadAnswer is an answer that cannot be used: truncated, not JSON, a redirect.
	ErrBadAnswer = errors.New("the org's answer cannot be read")
	// ErrUnknownOutcome is a write that was sent and whose answer was lost or was an
	// internal error: read the state back before anything is repeated.
	ErrUnknownOutcome = errors.New("the answer was lost, the change may or may not have been made")
	// ErrForeign is a request or a page link that leaves the configured origin.
	ErrForeign = errors.New("the address is not of the configured org")
)

// Failure is a call without a usable answer. errors.Is finds its kind (ErrUnreachable,
// ErrBadAnswer, ErrUnknownOutcome, ErrForeign) and its cause.
type Failure struct {
	// Kind is one of the errors above.
	Kind error
	// Operation is the operation's id.
	Operation string
	// RequestID is the X-Okta-Request-Id of the last answer, where there was one.
	RequestID string
	// Attempts counts how often the call was sent.
	Attempts int
	// Err is the cause. It is for logs; it never holds the answer's body.
	Err error
}

func (f *Failure) Error() string {
	s := f.Operation
	if !errors.Is(f.Err, f.Kind) {
		s += ": " + f.Kind.Error()
	}
	if f.Err != nil {
		s += ": " + f.Err.Error()
	}
	if f.RequestID != "" {
		s += " (request " + f.RequestID + ")"
	}
	return s
}

// Unwrap gives the kind and the cause.
func (f *Failure) Unwrap() []error { return []error{f.Kind, f.Err} }

// RateLimited is a call that the org refused for volume and that was not made; it may
// be repeated after Until.
type RateLimited struct {
	// Until is by the local clock, worked out from the org's own.
	Until time.Time
	// Concurrency tells that too many calls ran at once, rather than too many in a minute.
	Concurrency bool
	// Bucket names the limit, such as "GET /api/v1/users/{id}".
	Bucket string
	// RequestID is the X-Okta-Request-Id of the refusal; empty where the call was held back here.
	RequestID string
}

func (r *RateLimited) Error() string {
	if r.Concurrency {
		return "too many calls to the org run at once, try again in a moment"
	}
	return fmt.Sprintf("the org's rate limit for %s is used up until %s", r.Bucket, r.Until.UTC().Format(time.TimeOnly+" UTC"))
}
