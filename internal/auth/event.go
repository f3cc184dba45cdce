package auth

import (
	"context"
	"log/slog"
	"strings"
	"unicode"
)

// EventKind names what happened to a sign-in, the same in the log and the trail.
type EventKind string

// What the trail of a console keeps besides its calls (security 44).
const (
	SignedIn      EventKind = "signIn"
	SteppedUp     EventKind = "stepUp"
	SignInRefused EventKind = "signInRefused"
	SignedOutHere EventKind = "signOut"
	SessionEnded  EventKind = "sessionEnded"
	CallRefused   EventKind = "callRefused"
	TokensTried   EventKind = "tokensTried"
	TokensRefused EventKind = "tokensRefused"
)

// Event is one of them. Fields that do not apply are empty; none holds a secret.
type Event struct {
	Kind      EventKind
	UserID    string
	Login     string
	SessionID string
	Address   string
	// Operation and Target are those of a refused call.
	Operation string
	Target    string
	Reason    string
}

// happened logs e and hands it to Config.OnEvent.
func (a *Auth) happened(ctx context.Context, e Event) {
	e.Login, e.Address, e.Reason = oneLine(e.Login), oneLine(e.Address), oneLine(e.Reason)
	level := slog.LevelInfo
	if e.Kind != SignedIn && e.Kind != SteppedUp && e.Kind != SignedOutHere && e.Kind != TokensTried {
		level = slog.LevelWarn
	}
	fields := []slog.Attr{}
	for _, f := range []slog.Attr{
		slog.String("user", e.UserID), slog.String("login", e.Login), slog.String("session", e.SessionID), slog.String("address", e.Address),
		slog.String("operation", e.Operation), slog.String("target", e.Target), slog.String("reason", e.Reason),
	} {
		if f.Value.String() != "" {
			fields = append(fields, f)
		}
	}
	a.config.Log.LogAttrs(ctx, level, string(e.Kind), fields...)
	if a.config.OnEvent != nil {
		a.config.OnEvent(ctx, e)
	}
}

// oneLine leaves out what could make text from outside look like another line of the log,
// or run backwards over it: control and format characters (security 46).
func oneLine(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.C, c) {
			return -1
		}
		return c
	}, cut(text, 1024))
}

// eventOf is an event about s.
func eventOf(kind EventKind, s *Session, reason string) Event {
	return Event{Kind: kind, UserID: s.UserID, Login: s.Login, SessionID: s.ID, Address: s.Address, Reason: reason}
}
