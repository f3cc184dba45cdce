package okta

import (
	"context"
	"sync"
)

// maxParallel is the most calls at once. The cloud allows 75 for an org, 35 for a free
// one (okta-semantics C2), and others use it too.
const maxParallel = 24

// parallel bounds how many calls run at once: each refusal for concurrency halves the
// bound, each success raises it a little (additive increase, multiplicative decrease;
// fault 2).
type parallel struct {
	mu    sync.Mutex
	most  float64
	bound float64
	busy  int
	// epoch counts the halvings: calls that ran together are one sign, not many.
	epoch int
	queue []chan struct{}
}

func newParallel(most int) *parallel {
	return &parallel{most: float64(most), bound: float64(most)}
}

// acquire waits for a slot, in order of arrival, and returns the epoch for halve.
func (p *parallel) acquire(ctx context.Context) (epoch int, err error) {
	p.mu.Lock()
	if p.busy < int(p.bound) && len(p.queue) == 0 {
		p.busy++
		defer p.mu.Unlock()
		return p.epoch, nil
	}
	turn := make(chan struct{})
	p.queue = append(p.queue, turn)
	p.mu.Unlock()
	select {
	case <-turn:
	case <-ctx.Done():
		p.leave(turn)
		return 0, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.epoch, nil
}

// leave takes turn out of the queue, or gives its slot back where it has just come.
func (p *parallel) leave(turn chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, t := range p.queue {
		if t == turn {
			p.queue = append(p.queue[:i], p.queue[i+1:]...)
			return
		}
	}
	p.busy--
	p.admit()
}

func (p *parallel) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	p.admit()
}

// admit lets waiting calls in, up to the bound. The caller holds mu.
func (p *parallel) admit() {
	for len(p.queue) > 0 && p.busy < int(p.bound) {
		p.busy++
		close(p.queue[0])
		p.queue = p.queue[1:]
	}
}

func (p *parallel) halve(epoch int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if epoch == p.epoch {
		p.bound = max(1, p.bound/2)
		p.epoch++
	}
}

func (p *parallel) succeeded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bound = min(p.most, p.bound+1/p.bound)
	p.admit()
}
