package okta

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// TransportOptions are the settings of a Transport; the zero value will do.
type TransportOptions struct {
	// Timeout bounds one attempt, body included. Zero is 30 s, the time the org itself
	// gives a System Log query.
	Timeout time.Duration
	// TLS is the client's TLS configuration; nil is Go's.
	TLS *tls.Config
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Transport is the RoundTripper under everything that goes to the org: the API through
// Client, and the token, revoke, userinfo and key calls of sign-in. It connects to the
// configured origin and to nothing else, follows no redirect, bounds each attempt and
// reads the rate-limit headers. Tokens are added by a RoundTripper around it.
type Transport struct {
	origin  *url.URL
	timeout time.Duration
	budget  *Budget
	base    *http.Transport
}

// NewTransport makes the transport for an origin such as "https://company.okta.com".
func NewTransport(origin string, o TransportOptions) (*Transport, error) {
	u, err := parseOrigin(origin)
	if err != nil {
		return nil, err
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.TLSClientConfig = o.TLS
	base.MaxIdleConnsPerHost = maxParallel
	base.MaxResponseHeaderBytes = 256 << 10
	return &Transport{origin: u, timeout: o.Timeout, budget: newBudget(o.Now), base: base}, nil
}

// Budget is what the org last said about its rate limits.
func (t *Transport) Budget() *Budget { return t.budget }

// Client is a plain HTTP client over this transport. A redirect comes back as the answer.
func (t *Transport) Client() *http.Client {
	return &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// CloseIdleConnections closes connections that are not in use.
func (t *Transport) CloseIdleConnections() { t.base.CloseIdleConnections() }

// RoundTrip makes one attempt. A request to another origin is ErrForeign before any
// connection (security 12); no answer is ErrUnreachable, unless the caller gave up.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := sameOrigin(t.origin, r.URL); err != nil {
		closeBody(r)
		return nil, err
	}
	if r.Host != "" && !strings.EqualFold(r.Host, r.URL.Host) {
		closeBody(r)
		return nil, fmt.Errorf("%w: Host %s", ErrForeign, r.Host)
	}
	f := flightOf(r)
	ctx, cancel := context.WithTimeout(f.trace(r.Context()), t.timeout)
	resp, err := t.base.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, unreachable(r.Context(), err)
	}
	f.landed()
	t.budget.observe(r.Method, r.URL.Path, resp.Header)
	resp.Body = &boundedBody{ReadCloser: resp.Body, cancel: cancel, parent: r.Context()}
	return resp, nil
}

// boundedBody ends the attempt's time limit with the body.
type boundedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
	parent context.Context
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF && errors.Is(err, context.DeadlineExceeded) {
		err = unreachable(b.parent, err)
	}
	return n, err
}

func (b *boundedBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}

// unreachable wraps err as ErrUnreachable; where the caller itself gave up, that is the error.
func unreachable(parent context.Context, err error) error {
	if errors.Is(parent.Err(), context.Canceled) {
		return parent.Err()
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		r.Body.Close()
	}
}

// parseOrigin reads scheme://host[:port], with nothing behind it but a slash.
func parseOrigin(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("org address: %w", err)
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("org address %q: want scheme and host only, such as https://company.okta.com", u.Redacted())
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

// sameOrigin compares scheme, host and port (RFC 6454 §4).
func sameOrigin(origin, u *url.URL) error {
	if u.Scheme == origin.Scheme && u.User == nil &&
		strings.EqualFold(u.Hostname(), origin.Hostname()) && port(u) == port(origin) {
		return nil
	}
	return fmt.Errorf("%w: %s://%s, configured is %s", ErrForeign, u.Scheme, u.Host, origin)
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
