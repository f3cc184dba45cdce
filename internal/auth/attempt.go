package auth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/okta"
)

// Attempt is what the calls of one request came to, as far as a step-up needs to know:
// a request that changed nothing and lacked a scope may be made again with it, however
// its handler dealt with the refusal.
type Attempt struct {
	mu      sync.Mutex
	missing []string
	first   string
	changed bool
	writes  []Write
}

// Write is a change that the org accepted.
type Write struct {
	// ID is the object's: that of the answer where it was created, else the first of the call.
	ID string
	// At is the lastUpdated of the answer, or the org's clock when it answered: what is
	// older than it was read before the change.
	At      time.Time
	Created bool
}

// Writes are the changes of the request so far.
func (a *Attempt) Writes() []Write {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.writes)
}

type attemptKey struct{}

// Watch returns ctx for the calls of one request, and what they come to.
func Watch(ctx context.Context) (context.Context, *Attempt) {
	a := &Attempt{}
	return context.WithValue(ctx, attemptKey{}, a), a
}

func attemptOf(ctx context.Context) *Attempt {
	a, _ := ctx.Value(attemptKey{}).(*Attempt)
	return a
}

// Missing are the scopes that writes of the request lacked and a step-up can ask for, and
// the operation that lacked the first. There are none once something was changed: to
// make such a request again would change it twice.
func (a *Attempt) Missing() (scopes []string, operation string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.changed {
		return nil, ""
	}
	return slices.Clone(a.missing), a.first
}

// lacked notes a call that was refused for a scope.
func (a *Attempt) lacked(op *okta.Operation, scope string) {
	if a == nil || op.Safe() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.first == "" {
		a.first = op.ID
	}
	if !slices.Contains(a.missing, scope) {
		a.missing = append(a.missing, scope)
	}
}

// ended notes how a call that left the console ended. Only a plain refusal changed nothing for sure.
func (a *Attempt) ended(op *okta.Operation, target string, resp *okta.Response, err error) {
	if a == nil || op.Safe() || resp == nil {
		return
	}
	var refusal *okta.Error
	var limited *okta.RateLimited
	if errors.As(err, &refusal) && refusal.Status < http.StatusInternalServerError || errors.As(err, &limited) || errors.Is(err, ErrSignedOut) || errors.Is(err, ErrNotRefreshed) {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.changed = true
	if err == nil {
		a.writes = append(a.writes, writeOf(target, resp))
	}
}

func writeOf(target string, resp *okta.Response) Write {
	w := Write{ID: target, Created: target == ""}
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		w.At = at
	}
	doc, err := resp.Object()
	if err != nil || target != "" && doc.Text("id") != target {
		return w
	}
	w.ID = doc.Text("id")
	if at, err := time.Parse(time.RFC3339, doc.Text("lastUpdated")); err == nil {
		w.At = at
	}
	return w
}

// union is a and what b adds to it.
func union(lists ...[]string) []string {
	var out []string
	for _, list := range lists {
		for _, s := range list {
			if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}
