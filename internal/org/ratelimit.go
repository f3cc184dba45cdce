package org

import (
	"maps"
	"net/http"
	"net/netip"
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
	remaining = limit - l.count(bucket, now, rateWindow)
	until := l.windows[bucket].until
	if !l.on {
		return limit, max(remaining, limit/2), until, true
	}
	return limit, max(remaining, 0), until, remaining >= 0
}

// CountRequest counts a request against its rate limit and writes the X-Rate-Limit
// headers. Beyond the limit it returns E0000047, a 429.
func (o *Org) CountRequest(h http.Header, method, path string) error {
	limit, remaining, reset, allowed := o.rates.take(okta.BucketOf(method, path), o.now())
	h["X-Rate-Limit-Limit"] = []string{strconv.Itoa(limit)}
	h["X-Rate-Limit-Remaining"] = []string{strconv.Itoa(remaining)}
	h["X-Rate-Limit-Reset"] = []string{strconv.FormatInt(reset.Unix()+1, 10)}
	if !allowed {
		return fail("E0000047", "")
	}
	return nil
}

// How many sign-ins may be tried with one user name a second (okta-semantics C2) and
// from one address a minute (the published limit of a client): without the second one,
// somebody could lock everybody out by trying each name ten times.
const (
	userRate    = 4
	addressRate = 60
)

// CountSignIn counts a sign-in with this user name from this address; beyond either limit it returns E0000047.
func (o *Org) CountSignIn(login string, from netip.Addr) error {
	if !o.rates.on {
		return nil
	}
	now := o.now()
	o.rates.mu.Lock()
	defer o.rates.mu.Unlock()
	byName := o.rates.count("login "+fold(strings.TrimSpace(login)), now, time.Second)
	byAddress := o.rates.count("address "+from.String(), now, time.Minute)
	if byName > userRate || byAddress > addressRate {
		return fail("E0000047", "")
	}
	return nil
}

// count adds one to a window and returns what is in it. The caller holds mu.
func (l *rateLimiter) count(key string, now time.Time, length time.Duration) int {
	w := l.windows[key]
	if w == nil || !now.Before(w.until) {
		l.makeRoom(now)
		w = &rateCount{until: now.Add(length)}
		l.windows[key] = w
	}
	w.used++
	return w.used
}

// spent tells whether a window holds this much already.
func (l *rateLimiter) spent(key string, most int, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.windows[key]
	return w != nil && now.Before(w.until) && w.used >= most
}

// add adds one to a window.
func (l *rateLimiter) add(key string, now time.Time, length time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count(key, now, length)
}

// makeRoom bounds the windows: those that are over go first, and only where none is, all do.
func (l *rateLimiter) makeRoom(now time.Time) {
	if len(l.windows) < maxCached {
		return
	}
	maps.DeleteFunc(l.windows, func(_ string, w *rateCount) bool { return !now.Before(w.until) })
	if len(l.windows) >= maxCached {
		clear(l.windows)
	}
}
