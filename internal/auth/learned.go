package auth

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"gatehouse/internal/okta"
)

// probes are the reads that tell which areas are open to somebody whose roles the org
// does not tell, by area. The cloud tells them to super admins only (contracts.md section 7).
var probes = map[string]string{
	"User": "listUsers", "Group": "listGroups", "Application": "listApplications", "Log": "getLogs", "Policy": "listPolicies",
}

const (
	// learnLimit bounds how long a request waits for roles or probes.
	learnLimit = 5 * time.Second
	// learnedFor is how long the answers of probes count, unansweredFor how long nobody asks again after none came.
	learnedFor    = 5 * time.Minute
	unansweredFor = time.Minute
)

// Probe makes the smallest read of op: what Config.Probe calls once there is a client.
func Probe(ctx context.Context, c *okta.Client, op *okta.Operation) error {
	query := url.Values{"limit": {"1"}}
	if op.Area == "Policy" {
		query.Set("type", "OKTA_SIGN_ON")
	}
	_, err := c.Do(ctx, okta.Call{Op: op, Query: query})
	return err
}

// recall puts what is known of the person's permission into s, and asks again when it is
// too old or the org has said otherwise since.
func (a *Auth) recall(ctx context.Context, s *Session) {
	areas, fresh, dropped := a.learned.find(s.ID, a.now())
	s.areas = areas
	if dropped || !s.RolesKnown && !fresh {
		a.learn(ctx, s)
	}
}

// learn asks the org which admin roles s has and, where it does not tell, tries a read in
// each area at once. Without an answer they stay unknown, and the org decides call by call.
func (a *Auth) learn(ctx context.Context, s *Session) {
	if a.config.Roles == nil || !s.HasScope("okta.roles.read") {
		return
	}
	type answer struct {
		roles []Role
		known bool
		areas map[string]Verdict
	}
	got, err, _ := a.asking.Do(s.ID, func() (any, error) {
		// A request that goes away must not cut off what others wait for.
		ctx, cancel := context.WithTimeout(context.WithValue(With(context.WithoutCancel(ctx), s), probeKey{}, true), learnLimit)
		defer cancel()
		roles, err := a.config.Roles(ctx, s.UserID)
		switch {
		case err == nil:
			a.learned.keep(s.ID, nil, a.now().Add(learnedFor))
			return answer{roles: roles, known: true}, nil
		case !forbidden(err):
			a.learned.keep(s.ID, nil, a.now().Add(unansweredFor))
			return nil, err
		}
		areas := a.probe(ctx, s)
		a.learned.keep(s.ID, areas, a.now().Add(learnedFor))
		return answer{areas: areas}, nil
	})
	if err != nil {
		a.config.Log.WarnContext(ctx, "admin roles stay as they were known", "session", s.ID, "error", err)
		return
	}
	learnt := got.(answer)
	s.Roles, s.RolesKnown, s.areas = learnt.roles, learnt.known, learnt.areas
	if err := a.store.setRoles(ctx, s); err != nil {
		a.config.Log.WarnContext(ctx, "admin roles not stored", "session", s.ID, "error", err)
	}
}

// probe tries the reads that s has the scopes of, all at once.
func (a *Auth) probe(ctx context.Context, s *Session) map[string]Verdict {
	if a.config.Probe == nil {
		return nil
	}
	var mu sync.Mutex
	areas := map[string]Verdict{}
	var g errgroup.Group
	for area, id := range probes {
		op := okta.Find(id)
		if !s.HasScope(op.Scope) {
			continue
		}
		g.Go(func() error {
			err := a.config.Probe(ctx, op)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				areas[area] = Yes
			case forbidden(err):
				areas[area] = No
			default:
				areas[area] = Unknown
			}
			return nil
		})
	}
	_ = g.Wait() // each answer is a verdict
	return areas
}

func forbidden(err error) bool {
	var answered *okta.Error
	return errors.As(err, &answered) && answered.Status == http.StatusForbidden
}

// readable is what the probes say about op: who may not list an area may do nothing in it,
// who may list it may read it; the rest is the org's to say.
func (s *Session) readable(op *okta.Operation) Verdict {
	switch v := s.areas[op.Area]; {
	case v == No && !okta.Self(op.ID):
		return No
	case v == Yes && op.ID == probes[op.Area]:
		return Yes
	}
	return Unknown
}

type probeKey struct{}

// isProbe tells a call that is made to learn what is allowed from one that a person asked for.
func isProbe(ctx context.Context) bool { return ctx.Value(probeKey{}) != nil }

// learned is what is known of sessions, in this process: not the roles, which are in
// their rows, but what reads came to, and whether to ask for all of it again.
type learned struct {
	mu   sync.Mutex
	kept map[string]lesson
}

type lesson struct {
	areas   map[string]Verdict
	until   time.Time
	dropped bool
}

func (l *learned) keep(session string, areas map[string]Verdict, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept == nil || len(l.kept) >= maxRefusals {
		l.kept = map[string]lesson{}
	}
	l.kept[session] = lesson{areas: areas, until: until}
}

// drop makes the next request ask again: the org refused what it was not known to refuse.
func (l *learned) drop(session string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kept == nil {
		l.kept = map[string]lesson{}
	}
	k := l.kept[session]
	k.dropped = true
	l.kept[session] = k
}

func (l *learned) find(session string, now time.Time) (areas map[string]Verdict, fresh, dropped bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.kept[session]
	if !now.Before(k.until) {
		return nil, false, k.dropped
	}
	return maps.Clone(k.areas), true, k.dropped
}
