package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

// appEnd is what ends the use of an app: deactivating or deleting it.
type appEnd struct {
	op, key, verb, done, failed string
	// from is the status that it is possible in, to the one that shows it as done.
	from, to string
	// typed: the name must be typed.
	typed bool
	// before and after are what happens whoever has it.
	before, after []application.Effect
}

var (
	appDeactivation = appEnd{
		op: "deactivateApplication", key: "deactivate", verb: "Deactivate", done: " is inactive.", failed: "Not deactivated", from: "ACTIVE", to: "INACTIVE",
		after: []application.Effect{{Text: "Its settings, keys and secrets stay. It can be activated again, or deleted."}},
	}
	appDeletion = appEnd{
		op: "deleteApplication", key: "delete", verb: "Delete", done: " is deleted.", failed: "Not deleted", from: "INACTIVE", typed: true,
		before: []application.Effect{{Text: "The app is removed for good, with its settings, keys, secrets and granted scopes. This cannot be undone."}},
		after:  []application.Effect{{Text: "Admin roles that are limited to it lose it as a target."}},
	}
)

func (h *console) askDeactivateApp(c *gin.Context) (View, error) {
	return h.askAppEnd(c, appDeactivation)
}

func (h *console) deactivateApp(c *gin.Context) (View, error) { return h.endApp(c, appDeactivation) }

func (h *console) askDeleteApp(c *gin.Context) (View, error) { return h.askAppEnd(c, appDeletion) }
func (h *console) deleteApp(c *gin.Context) (View, error)    { return h.endApp(c, appDeletion) }

// askAppEnd says what happens to whom, and asks.
func (h *console) askAppEnd(c *gin.Context, e appEnd) (View, error) {
	app, err := h.appToEnd(c, e)
	if err != nil {
		return nil, err
	}
	return h.appEndScreen(c.Request.Context(), app, e, application.Impact{})
}

// appToEnd reads the app, and refuses one that it is not possible for.
func (h *console) appToEnd(c *gin.Context, e appEnd) (okta.Object, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return app, err
	}
	if !h.mayOn(ctx, e.op, app.Text("id")) {
		return app, h.notPermitted(ctx, e.op)
	}
	if app.Text("status") != e.from {
		return app, problem{Status: http.StatusConflict, Code: "state", Title: e.failed, Message: map[string]string{
			"ACTIVE":   app.Text("label") + " is inactive already.",
			"INACTIVE": app.Text("label") + " is active: deactivate it first.",
		}[e.from]}
	}
	return app, nil
}

func (h *console) appEndScreen(ctx context.Context, app okta.Object, e appEnd, p application.Impact) (View, error) {
	i, err := h.impactOf(ctx, app)
	if err != nil {
		return nil, err
	}
	p.ID, p.Name, p.Verb, p.Typed, p.Failed = app.Text("id"), app.Text("label"), e.verb, e.typed, e.failed
	p.Back, p.Action, p.Unread = appPath(app), appPath(app)+"/"+e.key, i.notSeen()
	p.Effects = slices.Concat(e.before, i.effects(e.to == ""), e.after)
	if h.isOwn(app) && e.to != "" {
		p.Effects = append(p.Effects, application.Effect{Text: "This is the console's own app: everybody who is signed in here, you too, is signed out and cannot come back until somebody activates it by the API."})
	}
	return Screen{
		Around: About{Title: e.verb + " " + p.Name, Section: "apps"},
		Body:   application.ImpactPage(p), Part: application.ImpactForm(p), Data: itemOf(app, []string{e.op}),
	}, nil
}

// isOwn tells whether an app is the client that the console itself signs people in by.
func (h *console) isOwn(app okta.Object) bool {
	return slices.Contains(texts(app.Get("settings", "oauthClient", "redirect_uris")), strings.TrimSuffix(h.config.BaseURL, "/")+"/callback")
}

// endApp does it, once the name or the id was typed where that is asked for (security 38).
func (h *console) endApp(c *gin.Context, e appEnd) (View, error) {
	ctx := c.Request.Context()
	app, err := h.appToEnd(c, e)
	if err != nil {
		return nil, err
	}
	id, label := app.Text("id"), app.Text("label")
	if e.typed && !confirmed(c, label, id) {
		return h.unconfirmedApp(c, app, e)
	}
	_, err = h.config.Org.Do(ctx, okta.Call{Op: okta.Find(e.op), Args: appArg(id), Before: app, Reason: reason(c), Made: h.appMade(id, e.to)})
	if err != nil {
		return nil, appError(err)
	}
	to := appsPath
	if e.to != "" {
		to = appPath(app)
	}
	return redirect(to, app, ui.Message{Kind: "ok", Title: label + e.done}), nil
}

// unconfirmedApp asks again: what was typed is not the name.
func (h *console) unconfirmedApp(c *gin.Context, app okta.Object, e appEnd) (View, error) {
	why := notConfirmed(e.failed, "name", app.Text("label"), app.Text("id"))
	if wanted(c.Request) == document {
		return nil, why
	}
	v, err := h.appEndScreen(c.Request.Context(), app, e, application.Impact{Problem: why.Message, Reason: c.PostForm("reason")})
	if s, is := v.(Screen); is && err == nil {
		return refused(s), nil
	}
	return v, err
}

// activateApp lets people sign in to it again.
func (h *console) activateApp(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	id := app.Text("id")
	_, err = h.config.Org.Do(ctx, okta.Call{Op: okta.Find("activateApplication"), Args: appArg(id), Before: app, Reason: reason(c), Made: h.appMade(id, "ACTIVE")})
	if err != nil {
		return nil, appError(err)
	}
	return redirect(appPath(app), app, ui.Message{Kind: "ok", Title: app.Text("label") + " is active."}), nil
}
