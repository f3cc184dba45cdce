package org

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/okta"
)

// rateWindow is the length of a rate-limit window; it begins with the first request in it.
const rateWindow = time.Minute

// rateLimits are requests a window by bucket, of the enterprise column of the published
// table (okta-semantics C2). Other buckets of the management API have 600.
var rateLimits = map[string]int{
	"/api/v1/apps*":             100,
	"/api/v1/apps/{id}":         600,
	"GET /api/v1/users/{id}":    1000,
	"/api/v1/logs":              50,
	"/oauth2/v1/clients":        100,
	"/oauth2/v1/token":          1200,
	"/oauth2/v1/authorize":      1200,
	"/oauth2/v1/*":              1200,
	"/oauth2/{as}/v1/token":     1200,
	"/oauth2/{as}/v1/authorize": 1200,
	"/oauth2/{as}/v1/*":         1200,
}

const otherRateLimit = 600

// rateLimiter counts requests by bucket. When it is off, nothing is refused and the
// headers never tell of less than half (contracts.md section 8).
type rateLimiter struct {
	on      bool
	mu      sync.Mutex
	windows map[string]*rateCount
}

type rateCount struct {
	used  int
	until time.Time
}

// take counts a request and returns what the headers say, and whether it may go on.
func (l *rateLimiter) take(bucket string, now time.Time) (limit, remaining int, reset time.Time, allowed bool) {
	limit = rateLimits[bucket]
	if limit == 0 {
		limit = otherRateLimit
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.windows[bucket]
	if w == nil || !now.Before(w.until) {
		w = &rateCount{until: now.Add(rateWindow)}
		l.windows[bucket] = w
	}
	w.used++
	remaining = limit - w.used
	if !l.on {
		return limit, max(remaining, limit/2), w.until, true
	}
	return limit, max(remaining, 0), w.until, remaining >= 0
}

// CountRequest counts a request against its rate limit and writes the X-Rate-Limit
// headers. Beyond the limit it returns E0000047, a 429.
func (o *Org) CountRequest(h http.Header, method, path string) error {
	limit, remaining, reset, allowed := o.rates.take(okta.BucketOf(method, path), o.now())
	h.Set("X-Rate-Limit-Limit", strconv.Itoa(limit))
	h.Set("X-Rate-Limit-Remaining", strconv.Itoa(remaining))
	h.Set("X-Rate-Limit-Reset", strconv.FormatInt(reset.Unix()+1, 10))
	if !allowed {
		return fail("E0000047", "")
	}
	return nil
}

// userRate is how many sign-ins a second one user name may try (okta-semantics C2).
const userRate = 4

// CountSignIn counts a sign-in with this user name; beyond four a second it returns E0000047.
func (o *Org) CountSignIn(login string) error {
	if !o.rates.on {
		return nil
	}
	now := o.now()
	key := "login " + fold(strings.TrimSpace(login))
	o.rates.mu.Lock()
	defer o.rates.mu.Unlock()
	if len(o.rates.windows) > maxCached {
		o.rates.windows = map[string]*rateCount{}
	}
	w := o.rates.windows[key]
	if w == nil || !now.Before(w.until) {
		w = &rateCount{until: now.Add(time.Second)}
		o.rates.windows[key] = w
	}
	if w.used++; w.used > userRate {
		return fail("E0000047", "")
	}
	return nil
}
