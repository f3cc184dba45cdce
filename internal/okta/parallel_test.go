package okta

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestCallsAtOnceAreBounded(t *testing.T) {
	var running, most atomic.Int32
	full := make(chan struct{})
	var once sync.Once
	c, _, _ := testOrg(t, func(w http.ResponseWriter, r *http.Request) {
		n := running.Add(1)
		defer running.Add(-1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		if n == maxParallel {
			once.Do(func() { close(full) })
		}
		select {
		case <-full: // the first calls stay until the bound is reached
		case <-r.Context().Done():
		}
		ok(w, r)
	})
	var wg sync.WaitGroup
	for range 3 * maxParallel {
		wg.Go(func() {
			if _, err := c.Do(t.Context(), getUser("00u1")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most.Load() != maxParallel {
		t.Errorf("%d calls ran at once, want %d", most.Load(), maxParallel)
	}
}

// fault 2
func TestRefusalsOfCallsThatRanTogetherAreOneSign(t *testing.T) {
	p := newParallel(16)
	var epochs []int
	for range 4 {
		e, err := p.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		epochs = append(epochs, e)
	}
	for _, e := range epochs {
		p.halve(e)
	}
	if p.bound != 8 {
		t.Errorf("bound %v, want 8", p.bound)
	}
	for range 10 {
		p.halve(p.epoch)
	}
	if p.bound != 1 {
		t.Errorf("bound %v, want never under 1", p.bound)
	}
}

func TestWaitingCallerWhoLeavesGivesItsPlaceBack(t *testing.T) {
	p := newParallel(1)
	if _, err := p.acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.acquire(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want context.Canceled", err)
	}
	got := make(chan error)
	go func() {
		_, err := p.acquire(t.Context())
		got <- err
	}()
	p.release()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	p.release()
	if p.busy != 0 || len(p.queue) != 0 {
		t.Errorf("%d busy, %d waiting, want none", p.busy, len(p.queue))
	}
}

func TestPersonDoesNotWaitLongForASlot(t *testing.T) {
	c, _, _ := testOrg(t, ok)
	c.parallel = newParallel(1)
	if _, err := c.parallel.acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	call := getUser("00u1")
	call.Patience = time.Millisecond
	var l *RateLimited
	if _, err := c.Do(t.Context(), call); !errors.As(err, &l) || !l.Concurrency {
		t.Errorf("%v, want *RateLimited for concurrency", err)
	}
	c.parallel.release()
	if _, err := c.Do(t.Context(), call); err != nil {
		t.Errorf("with a free slot: %v", err)
	}
}
