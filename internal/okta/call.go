package okta

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Call is one use of an operation.
type Call struct {
	// Op is the operation: Find("suspendUser").
	Op *Operation
	// Args are the path parameters by name, unescaped.
	Args map[string]string
	// Query holds query parameters. What Op.Query fixes is added by Do.
	Query url.Values
	// Header holds extra request headers, such as If-Match. Authorization, Cookie and
	// Host are not for callers: Do refuses them.
	Header http.Header
	// Body is an Object or a json.RawMessage; []byte is sent as it is under the
	// Content-Type in Header; nil sends no body.
	Body any
	// Before is the document as it was, where the caller has it: guards that keep a
	// trail compare it with the answer.
	Before Object
	// Reason is the caller's own words on why, for the trail.
	Reason string
	// Made asks, after a change whose answer was lost, whether the org shows it as made,
	// and returns the document as it is then (fault 4). Nil: it stays unknown.
	Made func(context.Context) (Object, bool, error)
	// Patience is how long the call may wait in all for the org's rate limit before it
	// gives up with *RateLimited. Zero is 2 s: a person is waiting.
	Patience time.Duration
}

// Guard stands in front of every call. Begin runs before anything is sent; an error
// refuses the call. end runs once, after the last attempt: the Response has Status 0
// where no answer came, and is nil where a later guard refused the call. end may be nil.
type Guard interface {
	Begin(ctx context.Context, call *Call) (end func(*Response, error), err error)
}

// begin asks each guard in order. The returned function ends them in reverse order.
func begin(ctx context.Context, guards []Guard, call *Call) (func(*Response, error), error) {
	var ends []func(*Response, error)
	end := func(r *Response, err error) {
		for i := len(ends) - 1; i >= 0; i-- {
			ends[i](r, err)
		}
	}
	for _, g := range guards {
		e, err := g.Begin(ctx, call)
		if err != nil {
			end(nil, err)
			return nil, err
		}
		if e != nil {
			ends = append(ends, e)
		}
	}
	return end, nil
}

// content returns the bytes of Body and their media type; "" where Header names it.
func (c *Call) content() (body []byte, mediaType string, err error) {
	switch b := c.Body.(type) {
	case nil:
		return nil, "", nil
	case Object:
		if b.IsZero() {
			return nil, "", nil
		}
		return b.Bytes(), "application/json", nil
	case json.RawMessage:
		return b, "application/json", nil
	case []byte:
		return b, "", nil
	}
	return nil, "", fmt.Errorf("%s: a body is an Object, json.RawMessage or []byte, not %T", c.Op.ID, c.Body)
}

// target returns the path and query of the call, relative to the origin.
func (c *Call) target() (string, error) {
	path, err := c.Op.expand(c.Args)
	if err != nil {
		return "", err
	}
	query := c.Query
	if c.Op.Query != "" {
		fixed, err := url.ParseQuery(c.Op.Query)
		if err != nil {
			return "", fmt.Errorf("%s: %w", c.Op.ID, err)
		}
		for name, values := range c.Query {
			if !fixed.Has(name) {
				fixed[name] = values
			}
		}
		query = fixed
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return path, nil
}
