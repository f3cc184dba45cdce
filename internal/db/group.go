package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// maxGroup bounds the transactions that share a commit, and so what one of them waits for.
const maxGroup = 32

// group lets the transactions that wait for SQLite's one writer share a commit: one of
// them runs all, in the order in which they came, and commits once. When one of them
// fails nothing of the group is kept, and each runs again by itself: an error is that of
// a transaction alone, and what it wrote is gone with it.
type group struct {
	// lead is held by the goroutine that writes.
	lead    chan struct{}
	mu      sync.Mutex
	waiting []*member
}

// member is a transaction that waits to be run.
type member struct {
	ctx context.Context
	f   func(Querier) error
	// done is closed when err is set.
	done chan struct{}
	err  error
}

func newGroup() *group { return &group{lead: make(chan struct{}, 1)} }

// panicked is what a member's function panicked with: it goes on in the goroutine that asked.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// updateTogether is Update on SQLite.
func (d *DB) updateTogether(ctx context.Context, f func(Querier) error) error {
	m := &member{ctx: ctx, f: f, done: make(chan struct{})}
	d.group.join(m)
	if err := d.await(m); err != nil {
		return err
	}
	var p *panicked
	if errors.As(m.err, &p) {
		panic(p)
	}
	return m.err
}

// await returns when m is done, which this goroutine sees to once it is its turn. An error
// says that m was not run, and will not be.
func (d *DB) await(m *member) error {
	patient := time.NewTimer(d.busy)
	defer patient.Stop()
	late := func(err error) error {
		if d.group.leave(m) {
			return err
		}
		<-m.done // it is being run
		return nil
	}
	select {
	case <-m.done:
		return nil
	case <-m.ctx.Done():
		return late(m.ctx.Err())
	case <-patient.C:
		return late(fmt.Errorf("%w: no turn within %s", ErrBusy, d.busy))
	case d.group.lead <- struct{}{}:
	}
	defer func() { <-d.group.lead }()
	for {
		select {
		case <-m.done:
			return nil
		default:
			d.runGroup(d.group.take())
		}
	}
}

func (g *group) join(m *member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, m)
}

// leave takes m back; false when it is no longer waiting.
func (g *group) leave(m *member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, w := range g.waiting {
		if w == m {
			g.waiting = append(g.waiting[:i:i], g.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// take returns those who wait longest.
func (g *group) take() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), maxGroup)
	taken := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return taken
}

// runGroup runs members in one transaction, or each in its own where that fails.
func (d *DB) runGroup(members []*member) {
	err := errAlone
	if len(members) > 1 {
		// The context of one must not end the transaction of all.
		err = d.update(context.WithoutCancel(members[0].ctx), sql.LevelDefault, func(q Querier) error {
			for _, m := range members {
				if err := m.ctx.Err(); err != nil {
					return errAlone
				}
				if err := m.call(q); err != nil {
					return errAlone
				}
			}
			return nil
		})
	}
	for _, m := range members {
		// A database that is busy now is so for each of them.
		if m.err = err; err != nil && !errors.Is(err, ErrBusy) {
			m.err = d.update(m.ctx, sql.LevelDefault, m.call)
		}
		close(m.done)
	}
}

// errAlone says that each member has to run by itself.
var errAlone = errors.New("run alone")

func (m *member) call(q Querier) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{p, debug.Stack()}
		}
	}()
	return m.f(q)
}
