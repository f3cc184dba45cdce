package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/session"
	"gatehouse/web/templates/ui"
)

// sessionDocument is a session of the console as JSON. Its id signs nobody in.
type sessionDocument struct {
	ID         string    `json:"id"`
	UserID     string    `json:"userId"`
	Login      string    `json:"login"`
	SignedInAt time.Time `json:"signedInAt"`
	SeenAt     time.Time `json:"seenAt"`
	ExpiresAt  time.Time `json:"expiresAt"`
	Address    string    `json:"address"`
	Agent      string    `json:"agent"`
	Current    bool      `json:"current"`
}

// ownSessions lists the sessions of the reader, this one first.
func (h *console) ownSessions(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	this := auth.From(ctx)
	list, err := h.config.SignIn.Sessions(ctx, this.UserID)
	if err != nil {
		return nil, err
	}
	rows, docs := []session.Own{}, []sessionDocument{}
	for _, s := range list {
		row := session.Own{
			ID: s.ID, SignedIn: s.SignedInAt, Seen: s.SeenAt, Until: s.ExpiresAt,
			Address: s.Address, Agent: agentWords(s.Agent), Current: s.ID == this.ID,
		}
		doc := documentOf(s, this)
		if row.Current {
			rows, docs = append([]session.Own{row}, rows...), append([]sessionDocument{doc}, docs...)
			continue
		}
		rows, docs = append(rows, row), append(docs, doc)
	}
	return Screen{Around: About{Title: "Your sessions"}, Body: session.OwnPage(rows, h.rights(ctx, this)), Data: listOf(docs, "")}, nil
}

func documentOf(s, this *auth.Session) sessionDocument {
	return sessionDocument{
		ID: s.ID, UserID: s.UserID, Login: s.Login, SignedInAt: s.SignedInAt.UTC(), SeenAt: s.SeenAt.UTC(), ExpiresAt: s.ExpiresAt.UTC(),
		Address: s.Address, Agent: s.Agent, Current: s.ID == this.ID,
	}
}

// rights are the areas of the org that a sign-in reads, and whether it may change them.
func (h *console) rights(ctx context.Context, s *auth.Session) session.Rights {
	var all session.Rights
	for _, area := range areasOf(s) {
		r := session.Right{Area: areaWords(area), Scope: "okta." + area + ".manage"}
		op := operationWith(r.Scope)
		if op == nil {
			continue
		}
		answer := h.config.SignIn.Can(ctx, s, op, "")
		r.Held, r.Open = s.HasScope(r.Scope), answer.StepUp
		all.Rows = append(all.Rows, r)
		if r.Open {
			all.Open = append(all.Open, r.Scope)
		}
	}
	return all
}

// areasOf are the areas of the scopes that s holds, by name: "users" of okta.users.read.
func areasOf(s *auth.Session) []string {
	var areas []string
	for _, scope := range s.Scopes {
		if parts := strings.Split(scope, "."); len(parts) == 3 && parts[0] == "okta" && !slices.Contains(areas, parts[1]) {
			areas = append(areas, parts[1])
		}
	}
	slices.Sort(areas)
	return areas
}

// areaWords writes "userTypes" as people do: "User types".
func areaWords(area string) string { return operationWords(area) }

// What keeps a session from being ended.
var (
	errCurrentSession = problem{
		Status: http.StatusConflict, Code: "current_session", Title: "This is the session you are in",
		Message: "Use Sign out to end it.",
	}
	errNoSession = problem{
		Status: http.StatusNotFound, Code: "not_found", Title: "There is no such session",
		Message: "It may have ended meanwhile. Reload the page to see which go on.",
	}
)

// endSession ends another session of the reader: its browser is told at its next request.
func (h *console) endSession(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	this := auth.From(ctx)
	id := c.Param("id")
	if id == this.ID {
		return nil, errCurrentSession
	}
	err := h.config.SignIn.End(ctx, this.UserID, id)
	if errors.Is(err, auth.ErrSignedOut) {
		return nil, errNoSession
	}
	if err != nil {
		return nil, err
	}
	return redirect("/sessions", okta.Object{}, ui.Message{Kind: "ok", Title: "The session is ended."}), nil
}

// agentWords names the browser and the system of a User-Agent header, coarsely.
func agentWords(raw string) string {
	name := func(otherwise string, marks ...string) string {
		for i := 0; i < len(marks); i += 2 {
			if strings.Contains(raw, marks[i]) {
				return marks[i+1]
			}
		}
		return otherwise
	}
	browser := name("Another program", "Edg/", "Edge", "Firefox/", "Firefox", "Chrome/", "Chrome", "Safari/", "Safari")
	system := name("", "Windows", "Windows", "Android", "Android", "iPhone", "iPhone", "Mac OS X", "macOS", "Linux", "Linux")
	if system == "" {
		return browser
	}
	return browser + " on " + system
}
