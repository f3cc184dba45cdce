package handlers

import (
	"context"
	"sync"
	"time"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
)

const (
	// onceKept is how long the result of a form is remembered.
	onceKept = 10 * time.Minute
	// maxOnce bounds how many are; the old ones go first, then all.
	maxOnce = 1000
)

// once makes a form that is sent twice act once: a double click, Enter twice, Back and
// again (fault 17). It remembers in memory what the first made; the second waits for it.
// After a failure the form may be sent again.
type once struct {
	mu   sync.Mutex
	kept map[string]*onceResult
}

type onceResult struct {
	done  chan struct{}
	doc   okta.Object
	err   error
	until time.Time
}

// formKey names a form of this person; "" where the form has no id.
func formKey(ctx context.Context, formID string) string {
	s := auth.From(ctx)
	if formID == "" || len(formID) > 64 || s == nil {
		return ""
	}
	return s.UserID + " " + formID
}

// do runs act for the first of key, and gives its result to the others. An empty key is never remembered.
func (o *once) do(key string, now time.Time, act func() (okta.Object, error)) (okta.Object, error) {
	if key == "" {
		return act()
	}
	o.mu.Lock()
	if r, found := o.kept[key]; found && now.Before(r.until) {
		o.mu.Unlock()
		<-r.done
		return r.doc, r.err
	}
	r := &onceResult{done: make(chan struct{}), until: now.Add(onceKept)}
	o.make(now)
	o.kept[key] = r
	o.mu.Unlock()
	defer func() {
		if r.err != nil || r.doc.IsZero() {
			o.mu.Lock()
			delete(o.kept, key)
			o.mu.Unlock()
		}
		close(r.done)
	}()
	r.doc, r.err = act()
	return r.doc, r.err
}

// make leaves room for one more. o.mu is held.
func (o *once) make(now time.Time) {
	if o.kept == nil {
		o.kept = map[string]*onceResult{}
	}
	if len(o.kept) < maxOnce {
		return
	}
	for key, r := range o.kept {
		if !now.Before(r.until) {
			delete(o.kept, key)
		}
	}
	if len(o.kept) >= maxOnce {
		clear(o.kept)
	}
}
