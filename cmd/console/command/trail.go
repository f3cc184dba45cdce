package command

import (
	"context"
	"log/slog"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
)

// results of what auth tells the trail.
var results = map[auth.EventKind]audit.Result{
	auth.SignedIn:      audit.Success,
	auth.SteppedUp:     audit.Success,
	auth.SignInRefused: audit.Refused,
	auth.SignedOutHere: audit.Success,
	auth.SessionEnded:  audit.Success,
	auth.CallRefused:   audit.Refused,
	auth.TokensTried:   audit.Success,
	auth.TokensRefused: audit.Refused,
}

// keepEvents puts what happens to sign-ins into the trail (security 44). auth writes the
// same to the log, so that an event that the trail cannot take is not lost.
func keepEvents(trail *audit.Log, log *slog.Logger) func(context.Context, auth.Event) {
	return func(ctx context.Context, e auth.Event) {
		entry := audit.Entry{
			Operation: string(e.Kind),
			Actor:     audit.Actor{ID: e.UserID, Login: e.Login, Session: e.SessionID, IP: e.Address},
			Result:    results[e.Kind],
		}
		if actor, ok := audit.ActorOf(ctx); ok && actor.ID == e.UserID {
			entry.Actor = actor
		}
		if e.Operation != "" {
			entry.Detail = map[string]string{"operation": e.Operation}
		}
		if e.Target != "" {
			entry.Targets = []string{e.Target}
		}
		if results[e.Kind] == audit.Success {
			entry.Reason = e.Reason
		} else {
			entry.Error = e.Reason
		}
		if err := trail.Write(context.WithoutCancel(ctx), entry); err != nil {
			log.Error("an event is missing in the audit trail", "event", string(e.Kind), "error", err)
		}
	}
}
