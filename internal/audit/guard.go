package audit

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"gatehouse/internal/okta"
)

// sensitiveReads are the reads whose answers hold secrets; they are audited as writes are.
var sensitiveReads = []string{"listClientSecretsForApplication", "getClientSecretForApplication", "listSocialAuthTokens"}

// outcomeLimit bounds the writing of an outcome, whose request may be gone by then.
const outcomeLimit = 10 * time.Second

// Guard returns the guard that writes the intent before a call leaves, and the outcome
// after its last attempt. Ordinary reads pass. Its refusals wrap ErrNotRecorded or are ErrNoActor.
func (l *Log) Guard() okta.Guard { return guard{l} }

type guard struct{ log *Log }

// Begin writes the intent. The returned function writes the outcome.
func (g guard) Begin(ctx context.Context, call *okta.Call) (func(*okta.Response, error), error) {
	if call.Op.Safe() && !slices.Contains(sensitiveReads, call.Op.ID) {
		return nil, nil
	}
	actor, ok := ActorOf(ctx)
	if !ok {
		return nil, ErrNoActor
	}
	l := g.log
	e := &entry{
		Kind: intent, Actor: &actor, Operation: call.Op.ID, Method: call.Op.Method, Path: call.Op.Path,
		Args: l.mask.texts(call.Args), Query: l.mask.texts(flat(call.Query)), Reason: call.Reason,
		Before: l.mask.document(call.Before.Bytes()), Sent: l.mask.document(sent(call.Body)),
	}
	e.Targets = unique(slices.Collect(maps.Values(e.Args)))
	seq, err := l.append(ctx, e)
	if err != nil {
		return nil, err
	}
	l.setOpen(seq, true)
	return func(r *okta.Response, err error) { l.end(ctx, seq, e, r, err) }, nil
}

// end writes the outcome of the intent in row seq. When it cannot, the log says so and
// the trail keeps the intent, whose end is then unknown.
func (l *Log) end(ctx context.Context, seq int64, intent *entry, r *okta.Response, callErr error) {
	defer l.setOpen(seq, false)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), outcomeLimit)
	defer cancel()
	o := &entry{Kind: outcome, Change: seq, Result: resultOf(r, callErr)}
	if callErr != nil {
		o.Error = clip(callErr.Error())
	}
	if r != nil {
		o.Status, o.RequestID, o.Attempts = r.Status, r.RequestID, r.Attempts
		if r.ReadBack {
			o.Detail = map[string]string{"answer": "lost; the org was asked again and shows the change as made"}
		}
	}
	if o.Result == Success && intent.Method != "GET" {
		o.After = l.mask.document(r.Body)
		o.Targets = slices.DeleteFunc(targetsOf(o.After), func(id string) bool { return slices.Contains(intent.Targets, id) })
	}
	if _, err := l.append(ctx, o); err != nil {
		l.log.Error("the outcome of a call is missing in the audit trail", "intent", seq, "operation", intent.Operation,
			"result", o.Result, "status", o.Status, "request", o.RequestID, "error", err)
	}
}

func resultOf(r *okta.Response, err error) Result {
	switch {
	case r == nil:
		return Refused
	case err == nil:
		return Success
	case errors.Is(err, okta.ErrUnknownOutcome):
		return Unknown
	}
	return Failure
}

// sent is the body of a call as bytes.
func sent(body any) []byte {
	switch b := body.(type) {
	case okta.Object:
		return b.Bytes()
	case json.RawMessage:
		return b
	case []byte:
		return b
	}
	return nil
}

// targetsOf is the id of the document that a call returned, such as that of a new user.
func targetsOf(answer json.RawMessage) []string {
	o, err := document(answer)
	if err != nil {
		return nil
	}
	return unique([]string{o.Text("id")})
}

func flat(query map[string][]string) map[string]string {
	out := map[string]string{}
	for name, values := range query {
		for _, v := range values {
			if out[name] != "" {
				v = out[name] + " " + v
			}
			out[name] = v
		}
	}
	return out
}

func (l *Log) setOpen(seq int64, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if open {
		l.open[seq] = true
	} else {
		delete(l.open, seq)
	}
}

func (l *Log) isOpen(seq int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open[seq]
}
