package okta

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
)

// maxAnswer bounds an answer in bytes: the largest list (1,000 documents) is under a tenth of it.
const maxAnswer = 64 << 20

// errCutOff is an answer whose end is missing or whose JSON does not hold together.
var errCutOff = errors.New("the answer is damaged")

// attempt sends the request once and reads the answer into resp. limited counts the
// 429s met before.
func (c *Client) attempt(ctx context.Context, r *request, timeout time.Duration, resp *Response, limited int) error {
	slot, err := c.enter(ctx, r)
	if err != nil {
		return err
	}
	defer c.parallel.release()

	attempts := resp.Attempts + 1
	*resp = Response{Attempts: attempts}
	sent, err := c.send(ctx, r, timeout, resp)
	if err != nil {
		return r.failure(resp, sent, err)
	}
	if resp.Status < 400 {
		c.parallel.succeeded()
		return c.accept(r, resp)
	}
	e := readError(resp.Status, resp.Header, resp.Body)
	if resp.Status == http.StatusTooManyRequests {
		if refused := c.refusal(r, resp.Header, e, limited); refused != nil {
			if refused.Concurrency {
				c.parallel.halve(slot)
			}
			return refused
		}
	}
	c.parallel.succeeded()
	if !r.op.Safe() && indefinite(e) {
		return &Failure{Kind: ErrUnknownOutcome, Operation: r.op.ID, RequestID: e.RequestID, Attempts: attempts, Err: e}
	}
	return e
}

// indefinite tells a server error after which a write may have been carried out: not
// 501, and not a 503 in the API's own words (read-only, search unavailable).
func indefinite(e *Error) bool {
	return e.Status >= 500 && e.Status != http.StatusNotImplemented &&
		(e.Status != http.StatusServiceUnavailable || e.Code == "")
}

// enter waits for a slot, as long as the call's patience allows.
func (c *Client) enter(ctx context.Context, r *request) (epoch int, err error) {
	waiting, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	epoch, err = c.parallel.acquire(waiting)
	switch {
	case err == nil:
		return epoch, nil
	case ctx.Err() != nil:
		return 0, fmt.Errorf("%s: %w", r.op.ID, ctx.Err())
	}
	// Until is out of the reach of patience, which is spent.
	return 0, &RateLimited{Concurrency: true, Until: c.Now().Add(r.patience + time.Second), Bucket: r.bucket}
}

// send makes one round trip. sent tells that the request may have reached the org.
func (c *Client) send(ctx context.Context, r *request, timeout time.Duration, resp *Response) (sent bool, err error) {
	f := &flight{method: r.op.Method, path: r.url.Path}
	attemptCtx := context.WithValue(ctx, flightKey{}, f)
	if r.op.Safe() {
		var cancel context.CancelFunc
		attemptCtx, cancel = context.WithTimeout(attemptCtx, timeout)
		defer cancel()
	}
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body) // NewRequest sets GetBody from it: the token layer may replay
	}
	req, err := http.NewRequestWithContext(attemptCtx, r.op.Method, r.url.String(), body)
	if err != nil {
		return false, err
	}
	req.Header = r.header.Clone()
	answer, err := c.transport.RoundTrip(req)
	if err != nil {
		return f.pending.Load(), err
	}
	defer answer.Body.Close()
	resp.Status, resp.Header = answer.StatusCode, answer.Header
	resp.RequestID = answer.Header.Get(requestIDHeader)
	resp.Body, err = io.ReadAll(io.LimitReader(answer.Body, c.maxAnswer+1))
	switch {
	case errors.Is(err, ErrUnreachable) || errors.Is(err, context.Canceled):
		return true, err
	case err != nil:
		return true, fmt.Errorf("%w: %w: %w", ErrBadAnswer, errCutOff, err)
	case int64(len(resp.Body)) > c.maxAnswer:
		return true, fmt.Errorf("%w: larger than %d bytes", ErrBadAnswer, c.maxAnswer)
	}
	return true, nil
}

// failure gives a lost call its kind. Errors of the layer that signs in pass through.
func (r *request) failure(resp *Response, sent bool, err error) error {
	resp.Body = nil
	f := &Failure{Operation: r.op.ID, RequestID: resp.RequestID, Attempts: resp.Attempts, Err: err}
	network := errors.Is(err, ErrUnreachable) || errors.Is(err, ErrBadAnswer) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	switch {
	case sent && !r.op.Safe() && network:
		f.Kind = ErrUnknownOutcome
	case errors.Is(err, ErrForeign):
		f.Kind = ErrForeign
	case errors.Is(err, ErrBadAnswer):
		f.Kind = ErrBadAnswer
	case errors.Is(err, ErrUnreachable), errors.Is(err, context.DeadlineExceeded):
		f.Kind = ErrUnreachable
	default:
		return fmt.Errorf("%s: %w", r.op.ID, err)
	}
	return f
}

// accept checks an answer below 400: no redirect, and JSON where JSON was asked for
// (faults 5).
func (c *Client) accept(r *request, resp *Response) error {
	err := c.check(r, resp)
	if err == nil {
		return nil
	}
	f := &Failure{Kind: ErrBadAnswer, Operation: r.op.ID, RequestID: resp.RequestID, Attempts: resp.Attempts, Err: err}
	switch {
	case errors.Is(err, ErrForeign):
		f.Kind = ErrForeign
	case !r.op.Safe():
		f.Kind = ErrUnknownOutcome
	}
	resp.Body = nil
	return f
}

func (c *Client) check(r *request, resp *Response) (err error) {
	if resp.Status >= 300 {
		return fmt.Errorf("%w: a redirect (%d)", ErrBadAnswer, resp.Status)
	}
	if len(resp.Body) > 0 && strings.Contains(r.header.Get("Accept"), "json") {
		media, _, merr := mime.ParseMediaType(resp.Header.Get("Content-Type"))
		if merr != nil || !(media == "application/json" || strings.HasSuffix(media, "+json")) {
			return fmt.Errorf("%w: %q instead of JSON", ErrBadAnswer, media)
		}
		if err := Valid(resp.Body); err != nil {
			return fmt.Errorf("%w: %w: %w", ErrBadAnswer, errCutOff, err)
		}
	}
	if r.op.Safe() {
		resp.Next, err = next(resp.Header, r.url, c.origin)
	}
	return err
}
