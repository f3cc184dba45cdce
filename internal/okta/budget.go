package okta

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Budget is what the org last said about its rate limits, by bucket.
type Budget struct {
	now     func() time.Time
	mu      sync.Mutex
	buckets map[string]Bucket
}

// Bucket is one rate limit as last seen. The numbers are those of this client: the org
// gives an app a share of each limit.
type Bucket struct {
	// Name is BucketOf the calls that count against it.
	Name string
	// Limit and Remaining are calls a window.
	Limit, Remaining int
	// Reset is the end of the window, by the local clock.
	Reset time.Time
	// Seen is when the org said so.
	Seen time.Time
}

func newBudget(now func() time.Time) *Budget {
	return &Budget{now: now, buckets: map[string]Bucket{}}
}

// observe takes in the headers of an answer. Refusals for concurrency say nothing
// about the window and are left out.
func (b *Budget) observe(method, path string, h http.Header) {
	q, ok := readQuota(h)
	if !ok || q.limit == 0 {
		return
	}
	now := b.now()
	name := BucketOf(method, path)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buckets[name] = Bucket{Name: name, Limit: q.limit, Remaining: q.remaining, Reset: now.Add(q.wait), Seen: now}
}

// Buckets lists the limits seen so far, the most used first. A window that has ended
// counts as full.
func (b *Budget) Buckets() []Bucket {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Bucket, 0, len(b.buckets))
	for _, k := range b.buckets {
		if !now.Before(k.Reset) {
			k.Remaining = k.Limit
		}
		list = append(list, k)
	}
	slices.SortFunc(list, func(x, y Bucket) int {
		if c := x.Remaining*y.Limit - y.Remaining*x.Limit; c != 0 {
			return c
		}
		return strings.Compare(x.Name, y.Name)
	})
	return list
}
