package okta

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

const requestIDHeader = "X-Okta-Request-Id"

// Response is an answer of the org, read to its end.
type Response struct {
	// Status is the HTTP status; 0 where no answer came.
	Status int
	Header http.Header
	// RequestID is X-Okta-Request-Id, the id to give to support.
	RequestID string
	// Next is the URL of the next page of a list, within the configured origin; empty at the end.
	Next string
	// Body is empty for 204.
	Body []byte
	// Attempts counts how often the call was sent, retries included.
	Attempts int
	// ReadBack says that the answer was lost and Body is what Call.Made found.
	ReadBack bool
}

// Decode reads the body into v, a struct that names the part it needs.
func (r *Response) Decode(v any) error {
	if err := json.Unmarshal(r.Body, v); err != nil {
		return fmt.Errorf("%w: %w", ErrBadAnswer, err)
	}
	return nil
}

// Object reads the body as one document.
func (r *Response) Object() (Object, error) {
	o, err := Parse(r.Body)
	if err != nil {
		return Object{}, fmt.Errorf("%w: %w", ErrBadAnswer, err)
	}
	return o, nil
}

// Objects reads the body as a list of documents.
func (r *Response) Objects() ([]Object, error) {
	list, err := ParseList(r.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadAnswer, err)
	}
	return list, nil
}

// NextQuery is the query of the next page, for a Call of the same operation; nil at the end.
func (r *Response) NextQuery() url.Values {
	if r.Next == "" {
		return nil
	}
	u, err := url.Parse(r.Next) // Do has parsed it before
	if err != nil {
		return nil
	}
	return u.Query()
}
