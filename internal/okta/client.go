package okta

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// Client is the one way out to an org. Every call passes its guards; retries, waiting
// for the rate limit and the number of calls at once are decided here, where the
// operation is known.
//
// Now, Sleep and Jitter may be replaced before the first call.
type Client struct {
	// Now is the clock.
	Now func() time.Time
	// Sleep waits, or returns the context's error.
	Sleep func(context.Context, time.Duration) error
	// Jitter returns a random duration from 0 up to its argument.
	Jitter func(time.Duration) time.Duration

	origin    *url.URL
	transport http.RoundTripper
	guards    []Guard
	parallel  *parallel
	held      holds
	health    health
	maxAnswer int64
}

// NewClient makes a client of the org at base, such as "https://company.okta.com".
// transport adds the access token and ends in a Transport of the same origin. Without
// guards there is no client: nothing would check permission or keep a trail.
func NewClient(base string, transport http.RoundTripper, guards ...Guard) (*Client, error) {
	origin, err := parseOrigin(base)
	if err != nil {
		return nil, err
	}
	if transport == nil {
		return nil, errors.New("okta client: no transport")
	}
	if len(guards) == 0 {
		return nil, errors.New("okta client: no guards: permission and audit must stand in front of every call")
	}
	for i, g := range guards {
		if g == nil {
			return nil, fmt.Errorf("okta client: guard %d is nil", i)
		}
	}
	return &Client{
		Now:       time.Now,
		Sleep:     sleep,
		Jitter:    jitter,
		origin:    origin,
		transport: transport,
		guards:    guards,
		parallel:  newParallel(maxParallel),
		maxAnswer: maxAnswer,
		held:      holds{until: map[string]time.Time{}},
	}, nil
}

// Do makes a call. The Response comes with an *Error too: it then holds the error's
// status and body. Other errors: *RateLimited, *Failure, a guard's refusal, an error of
// the transport that signs in, and the context's own error.
func (c *Client) Do(ctx context.Context, call Call) (*Response, error) {
	r, err := c.prepare(&call)
	if err != nil {
		return nil, err
	}
	end, err := begin(ctx, c.guards, &call)
	if err != nil {
		return nil, err
	}
	resp := &Response{}
	// What a panic below leaves for the trail.
	err = &Failure{Kind: ErrUnknownOutcome, Operation: call.Op.ID, Err: errors.New("the call was cut short")}
	defer func() { end(resp, err) }()
	err = c.exchange(ctx, r, resp)
	lost := err
	err = c.readBack(ctx, call, resp, err)
	c.health.record(c.Now(), resp, lost)
	return resp, err
}

// request is a call made ready to send, any number of times.
type request struct {
	op       *Operation
	url      *url.URL
	header   http.Header
	body     []byte
	bucket   string
	patience time.Duration
}

// prepare checks a call and works out what to send.
func (c *Client) prepare(call *Call) (*request, error) {
	if call.Op == nil {
		return nil, errors.New("okta: a call without an operation")
	}
	target, err := call.target()
	if err != nil {
		return nil, err
	}
	u, err := c.origin.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", call.Op.ID, err)
	}
	body, mediaType, err := call.content()
	if err != nil {
		return nil, err
	}
	header := call.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	for _, name := range []string{"Authorization", "Cookie", "Host"} {
		if header.Get(name) != "" {
			return nil, fmt.Errorf("%s: header %s is not for callers", call.Op.ID, name)
		}
	}
	if mediaType != "" {
		header.Set("Content-Type", mediaType)
	}
	if header.Get("Accept") == "" {
		header.Set("Accept", "application/json")
	}
	header.Set("User-Agent", "gatehouse")
	patience := call.Patience
	if patience == 0 {
		patience = defaultPatience
	}
	return &request{
		op: call.Op, url: u, header: header, body: body,
		bucket: BucketOf(call.Op.Method, u.Path), patience: patience,
	}, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d)
}
