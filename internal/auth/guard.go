package auth

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"gatehouse/internal/okta"
)

// Guard stands in front of okta.Client: a call without a session is ErrSignedOut, one
// whose scope the token lacks is *Denied, and neither reaches the org. It learns from
// the org's own refusals for Can, but leaves those to the org the next time too: a role
// granted meanwhile must count at once.
func (a *Auth) Guard() okta.Guard { return &guard{auth: a} }

type guard struct{ auth *Auth }

// Begin refuses the call, or returns what looks at the org's answer.
func (g *guard) Begin(ctx context.Context, call *okta.Call) (func(*okta.Response, error), error) {
	a, s := g.auth, From(ctx)
	if s == nil {
		return nil, ErrSignedOut
	}
	// The first path parameter is the object that the operation is about.
	target := ""
	if names := call.Op.Parameters(); len(names) > 0 {
		target = call.Args[names[0]]
	}
	attempt := attemptOf(ctx)
	if answer := lacking(s, call.Op.Scope); answer.MissingScope != "" {
		if answer.StepUp {
			attempt.lacked(call.Op, answer.MissingScope)
		} else {
			g.record(ctx, s, call.Op.ID, target, answer)
		}
		return nil, &Denied{Operation: call.Op, MissingScope: answer.MissingScope, StepUp: answer.StepUp, Reason: answer.Reason}
	}
	return func(resp *okta.Response, err error) {
		attempt.ended(call.Op, target, resp, err)
		if answer, refused := refusal(s, err); refused {
			if answer.StepUp {
				attempt.lacked(call.Op, answer.MissingScope)
				return
			}
			if isProbe(ctx) { // it was asked in order to know
				return
			}
			g.record(ctx, s, call.Op.ID, target, answer)
			if _, known := a.refusals.find(s.ID, call.Op.ID, target, a.now()); !known {
				a.learned.drop(s.ID)
			}
			a.refusals.add(s.ID, call.Op.ID, target, answer, a.now())
		}
	}, nil
}

func (g *guard) record(ctx context.Context, s *Session, operation, target string, answer Answer) {
	e := eventOf(CallRefused, s, answer.Reason)
	e.Operation, e.Target = operation, target
	g.auth.happened(ctx, e)
}

// refusal tells whether err is the org's no to this person: a missing scope, or E0000006
// for a missing role. Other 403s are about the object's state, not about who asks.
func refusal(s *Session, err error) (Answer, bool) {
	var e *okta.Error
	if !errors.As(err, &e) || e.Status != http.StatusForbidden {
		return Answer{}, false
	}
	if scope, _, _ := strings.Cut(e.Scope, " "); scope != "" {
		if answer := lacking(s, scope); answer.MissingScope != "" {
			return answer, true
		}
		return Answer{Verdict: No, MissingScope: scope, Reason: notGranted(scope)}, true
	}
	if e.Code == "E0000006" {
		return Answer{Verdict: No, Reason: "The org refused this a moment ago: none of your admin roles covers it. A super admin can grant a role that does."}, true
	}
	return Answer{}, false
}

const (
	// refusalKept is how long a refusal of the org counts (contracts.md section 7).
	refusalKept = 5 * time.Minute
	// maxRefusals bounds their number in memory; when it is reached all are forgotten.
	maxRefusals = 10_000
)

// refusals are what the org refused, by session, operation and target.
type refusals struct {
	mu   sync.Mutex
	kept map[refusalKey]keptRefusal
}

type refusalKey struct{ session, operation, target string }

type keptRefusal struct {
	answer Answer
	until  time.Time
}

func (r *refusals) add(session, operation, target string, answer Answer, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) >= maxRefusals {
		r.kept = map[refusalKey]keptRefusal{}
	}
	r.kept[refusalKey{session, operation, target}] = keptRefusal{answer, now.Add(refusalKept)}
}

// find returns a refusal that still counts.
func (r *refusals) find(session, operation, target string, now time.Time) (Answer, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := refusalKey{session, operation, target}
	found, ok := r.kept[k]
	if ok && !now.Before(found.until) {
		delete(r.kept, k)
		return Answer{}, false
	}
	return found.answer, ok
}
