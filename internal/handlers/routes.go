package handlers

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/web/static"
)

// route is one line of the console.
type route struct {
	method, path string
	handle       handler
	// open routes are served without a session.
	open bool
	// quiet routes are polls of a page: they count as no activity of the person (contracts.md section 7).
	quiet bool
	// patience bounds the request; 0 is defaultPatience.
	patience time.Duration
}

// routes are all the pages of the console.
func (h *console) routes() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{method: get, path: "/login", handle: h.login, open: true},
		{method: get, path: "/callback", handle: h.callback, open: true},
		{method: post, path: "/logout", handle: h.logout, open: true},
		{method: get, path: "/signed-out", handle: h.signedOut, open: true},

		{method: get, path: "/", handle: h.home},

		{method: get, path: "/people", handle: h.listPeople},
		{method: get, path: "/people.csv", handle: h.exportPeople, patience: exportPatience},
		{method: get, path: "/people/new", handle: h.newPerson},
		{method: post, path: "/people/new", handle: h.createPerson},
		{method: get, path: "/people/:id", handle: h.getPerson},
		{method: post, path: "/people/:id", handle: h.editPerson},
		{method: get, path: "/people/:id/:tab", handle: h.getPersonTab},
		{method: post, path: "/people/:id/:tab", handle: h.actOnPerson},
		{method: post, path: "/people/:id/groups", handle: h.joinGroup},
		{method: post, path: "/people/:id/groups/:group/remove", handle: h.leaveGroup},

		{method: get, path: "/sessions", handle: h.ownSessions},
		{method: post, path: "/sessions/:id/end", handle: h.endSession},

		{method: get, path: "/groups", handle: h.listGroups},
		{method: get, path: "/groups/new", handle: h.newGroup},
		{method: post, path: "/groups/new", handle: h.createGroup},
		{method: get, path: "/groups/:id", handle: h.getGroup},
		{method: post, path: "/groups/:id", handle: h.editGroup},
		{method: get, path: "/groups/:id/:tab", handle: h.getGroupTab},
		{method: post, path: "/groups/:id/members", handle: h.addMember},
		{method: post, path: "/groups/:id/members/:person/remove", handle: h.removeMember},
		{method: get, path: "/groups/:id/delete", handle: h.askDeleteGroup},
		{method: post, path: "/groups/:id/delete", handle: h.deleteGroup},

		{method: get, path: "/changes", handle: h.listChanges},
		{method: get, path: "/changes/:seq", handle: h.getChange},
	}
}

// engine mounts routes, and what is not a page.
func (h *console) engine(routes []route) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	e.UseRawPath, e.UnescapePathValues = true, true // an id may hold an escaped slash
	if err := e.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	e.GET("/healthz", h.alive)
	e.GET("/readyz", h.ready)
	e.GET(static.Prefix+"*file", gin.WrapH(static.Handler()))
	e.HEAD(static.Prefix+"*file", gin.WrapH(static.Handler()))
	for _, r := range routes {
		e.Handle(r.method, r.path, h.adapt(r))
		if r.method == http.MethodGet {
			e.Handle(http.MethodHead, r.path, h.adapt(r))
		}
	}
	e.NoRoute(h.adapt(route{open: true, handle: func(*gin.Context) (View, error) { return nil, notFound("Page") }}))
	e.NoMethod(h.abort(problem{
		Status: http.StatusMethodNotAllowed, Code: "method", Title: "Method not allowed",
		Message: "This address does not take that method.",
	}))
	return e, nil
}
