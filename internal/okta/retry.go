package okta

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

const (
	// defaultPatience is how long a person may be kept waiting for a rate limit.
	defaultPatience = 2 * time.Second
	// readRetries, readBudget and readTimeout bound the repeats of a failed GET (faults 4).
	readRetries = 3
	readBudget  = 10 * time.Second
	readTimeout = 5 * time.Second
)

// exchange sends the request until there is an answer to keep, and puts it in resp.
//
// A 429 was not carried out, so any operation is repeated when its time has come. Any
// other failure is repeated for GET only: a POST may have been carried out, and so may
// a DELETE, which on a user deactivates first and deletes the second time.
func (c *Client) exchange(ctx context.Context, r *request, resp *Response) error {
	patience, budget := r.patience, readBudget
	limited, failed := 0, 0
	for {
		err := c.held.check(c.Now(), r.bucket)
		if err == nil {
			began := c.Now()
			err = c.attempt(ctx, r, min(readTimeout, budget), resp, limited)
			budget -= c.Now().Sub(began)
		}
		var wait time.Duration
		var refused *RateLimited
		switch {
		case err == nil:
			return nil
		case errors.As(err, &refused):
			limited++
			if wait = refused.Until.Sub(c.Now()); wait > patience {
				return err
			}
			patience -= wait
		case r.op.Safe() && failed < readRetries && again(resp, err) && ctx.Err() == nil:
			wait = 200 * time.Millisecond << failed
			wait += c.Jitter(wait)
			failed++
			if budget -= wait; budget <= 0 {
				return err
			}
		default:
			return err
		}
		if serr := c.Sleep(ctx, wait); serr != nil {
			return err
		}
	}
}

// again tells whether a failed GET may fare better the next time: no answer, an answer
// cut off, or a server error other than "not available".
func again(resp *Response, err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return e.Status >= 500 && e.Status != http.StatusNotImplemented
	}
	return errors.Is(err, ErrUnreachable) || errors.Is(err, errCutOff)
}

// refusal turns a 429 into the time to wait (faults 1, 2, 3). retries counts the 429s
// this call has met before. It is nil for the 429s that are not about volume, such as
// "an SMS was sent less than 30 seconds ago" (E0000109).
func (c *Client) refusal(r *request, header http.Header, e *Error, retries int) *RateLimited {
	if e.Code != "" && e.Code != "E0000047" {
		return nil
	}
	limited := &RateLimited{Bucket: r.bucket, RequestID: e.RequestID}
	now := c.Now()
	if concurrency(header) {
		limited.Concurrency = true
		limited.Until = now.Add(250*time.Millisecond + c.Jitter(1750*time.Millisecond))
		return limited
	}
	if q, ok := readQuota(header); ok {
		limited.Until = now.Add(q.wait + time.Second + c.Jitter(time.Second))
		c.held.hold(r.bucket, limited.Until)
		return limited
	}
	wait := min(time.Second<<min(retries, 6), time.Minute)
	limited.Until = now.Add(wait + c.Jitter(wait/4))
	return limited
}

// holds remembers which buckets are used up, so that other calls do not hammer them.
type holds struct {
	mu    sync.Mutex
	until map[string]time.Time
}

func (h *holds) hold(bucket string, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until[bucket] = until
}

// check returns *RateLimited while bucket is held.
func (h *holds) check(now time.Time, bucket string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	until, ok := h.until[bucket]
	if !ok {
		return nil
	}
	if now.Before(until) {
		return &RateLimited{Until: until, Bucket: bucket}
	}
	delete(h.until, bucket)
	return nil
}
