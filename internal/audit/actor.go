package audit

import "context"

// Actor is who acts, as the trail names them.
type Actor struct {
	// ID is the org's id of the person; empty where nobody is signed in, as in a failed sign-in.
	ID    string `json:"id,omitempty"`
	Login string `json:"login,omitempty"`
	// Role is the admin role that was used, such as "HELP_DESK_ADMIN".
	Role string `json:"role,omitempty"`
	// Session is the hash of the session id, never the id.
	Session string `json:"session,omitempty"`
	// IP is the address of the client.
	IP string `json:"ip,omitempty"`
}

type actorKey struct{}

// WithActor returns a context whose calls and events are a's.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns the actor of ctx; false where there is none.
func ActorOf(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}
