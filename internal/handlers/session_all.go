package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/session"
	"gatehouse/web/templates/ui"
)

// maySeeAllSessions tells whether the reader is known to be a super admin: the console's
// sessions are nothing that the org could decide about.
func maySeeAllSessions(ctx context.Context) bool {
	s := auth.From(ctx)
	return s != nil && s.RolesKnown && slices.ContainsFunc(s.Roles, func(r auth.Role) bool { return r.Type == okta.SuperAdmin && r.Status != "INACTIVE" })
}

// errNotSuper refuses the sessions of others.
var errNotSuper = problem{
	Status: http.StatusForbidden, Code: "not_permitted", Title: "Not permitted",
	Message: "The console's sessions of others are for super admins. Your own are under your name, Your sessions.",
}

// allSessions lists everybody's sessions of the console.
func (h *console) allSessions(c *gin.Context) (View, error) {
	ctx, u := c.Request.Context(), c.Request.URL
	if !maySeeAllSessions(ctx) {
		return nil, errNotSuper
	}
	after := u.Query().Get("after")
	list, next, err := h.config.SignIn.AllSessions(ctx, after)
	if errors.Is(err, auth.ErrCursor) {
		return nil, problem{
			Status: http.StatusBadRequest, Code: "cursor", Title: "The list cannot go on from there", Err: err,
			Message: "Open it again from its beginning.",
		}
	}
	if err != nil {
		return nil, err
	}
	if next != "" {
		next = with(u, "after", next)
	}
	this := auth.From(ctx)
	v, docs := session.All{Next: next}, []sessionDocument{}
	for _, s := range list {
		v.Rows = append(v.Rows, session.Somebody{
			Own:    session.Own{ID: s.ID, SignedIn: s.SignedInAt, Seen: s.SeenAt, Until: s.ExpiresAt, Address: s.Address, Agent: agentWords(s.Agent), Current: s.ID == this.ID},
			UserID: s.UserID, Name: s.Name, Login: s.Login, Changes: changes(s),
		})
		docs = append(docs, documentOf(s, this))
	}
	screen := Screen{Around: About{Title: "Console sessions", Section: "sessions"}, Body: session.AllPage(v), Data: listOf(docs, next)}
	if after != "" {
		screen.Part = session.AllRows(v)
	}
	return screen, nil
}

// changes tells whether a sign-in holds a scope to change something.
func changes(s *auth.Session) bool {
	return slices.ContainsFunc(s.Scopes, func(scope string) bool { return strings.HasSuffix(scope, ".manage") })
}

// endAnySession ends somebody's session: their next click, in every tab, leads to sign-in (security 20).
func (h *console) endAnySession(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !maySeeAllSessions(ctx) {
		return nil, errNotSuper
	}
	this := auth.From(ctx)
	if c.Param("id") == this.ID {
		return nil, errCurrentSession
	}
	err := h.config.SignIn.EndAny(ctx, this, c.Param("id"))
	if errors.Is(err, auth.ErrSignedOut) {
		return nil, errNoSession
	}
	if err != nil {
		return nil, err
	}
	return redirect("/sessions/all", okta.Object{}, ui.Message{Kind: "ok", Title: "The session is ended."}), nil
}

// endAllSessions ends every session but the reader's own.
func (h *console) endAllSessions(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !maySeeAllSessions(ctx) {
		return nil, errNotSuper
	}
	n, err := h.config.SignIn.EndAll(ctx, auth.From(ctx))
	if err != nil {
		return nil, err
	}
	return redirect("/sessions/all", okta.Object{}, ui.Message{Kind: "ok", Title: counted(n, "session is", "sessions are") + " ended. Yours goes on."}), nil
}
