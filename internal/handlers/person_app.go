package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/expr"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// mostApps bounds the apps of one person that are read for a page.
const mostApps = 1000

// personApps are the apps that somebody has, each with the assignment embedded, and what a
// search for one to assign found.
type personApps struct {
	mine, found []okta.Object
	find        string
}

// readAppsTab asks for all apps of the person in one list: the org embeds how each is
// assigned, so that there is no call per app.
func readAppsTab(h *console, c *gin.Context, ctx context.Context, id string) (tabDrawer, error) {
	if !strings.HasPrefix(id, "00u") { // a login: the list asks by id
		return func(p person) (Screen, error) { return h.appsOf(c, p) }, nil
	}
	a, err := h.readApps(c, ctx, id)
	if err != nil {
		return nil, err
	}
	return func(p person) (Screen, error) { return h.appsScreen(c, p, a), nil }, nil
}

// appsOf reads the apps of somebody who is there already.
func (h *console) appsOf(c *gin.Context, p person) (Screen, error) {
	a, err := h.readApps(c, c.Request.Context(), p.id())
	if err != nil {
		return Screen{}, err
	}
	return h.appsScreen(c, p, a), nil
}

func (h *console) readApps(c *gin.Context, ctx context.Context, id string) (a personApps, err error) {
	if c.Request.Method == http.MethodGet {
		a.find = searchable(c.Query("find"))
	}
	query := url.Values{"filter": {"user.id eq " + expr.Quote(id)}, "expand": {"user/" + id}, "limit": {"200"}}
	err = together(ctx, func(ctx context.Context) (err error) {
		a.mine, err = h.upTo(ctx, mostApps, okta.Call{Op: okta.Find("listApplications"), Query: query})
		return err
	}, func(ctx context.Context) (err error) {
		a.found, err = h.findApps(ctx, a.find, "assignUserToApplication")
		return err
	})
	return a, err
}

// appsScreen is the apps of the person, each with the path that gives it.
func (h *console) appsScreen(c *gin.Context, p person, a personApps) Screen {
	ctx := c.Request.Context()
	t := user.Apps{
		Person: "/people/" + p.id(), Name: personName(p.doc), Find: a.find,
		MayAssign: h.may(ctx, "assignUserToApplication") && p.status() != "DEPROVISIONED", MayRemove: h.may(ctx, "deleteApplicationUser"),
	}
	if len(a.mine) == mostApps {
		t.Partial = "At least " + ui.Number(mostApps) + " apps: only the first are shown."
	}
	for _, d := range a.mine {
		t.Rows = append(t.Rows, personAppRow(d))
	}
	slices.SortFunc(t.Rows, func(a, b user.App) int { return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	for _, d := range a.found {
		row := personAppRow(d)
		if i := slices.IndexFunc(t.Rows, func(r user.App) bool { return r.ID == row.ID }); i >= 0 {
			row = t.Rows[i]
		}
		t.Found = append(t.Found, row)
	}
	v := h.personScreen(c, p, "apps", user.AppsTab(t))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(noneNil(a.mine), "")
	}
	return v
}

func personAppRow(d okta.Object) user.App {
	by := d.Object("_embedded", "user")
	return user.App{
		ID: d.Text("id"), Label: d.Text("label"), Mode: modeWords(d), Active: d.Text("status") == "ACTIVE",
		UserName: by.Text("credentials", "userName"), Direct: by.Text("scope") == "USER",
		Group: by.Text("_links", "group", "name"), GroupID: idIn(by.Text("_links", "group", "href")),
	}
}

// assignApp and unassignApp change somebody's own assignment, by the app's id.
func (h *console) assignApp(c *gin.Context) (View, error) {
	app, id := c.PostForm("app"), c.Param("id")
	return h.changeApp(c, app, "is assigned to", okta.Call{
		Op: okta.Find("assignUserToApplication"), Args: appArg(app), Body: okta.Object{}.With("id", id).With("scope", "USER"),
	})
}

func (h *console) unassignApp(c *gin.Context) (View, error) {
	app := c.Param("app")
	return h.changeApp(c, app, "is no longer assigned directly to", okta.Call{
		Op: okta.Find("deleteApplicationUser"), Args: map[string]string{"appId": app, "userId": c.Param("id")},
	})
}

func (h *console) changeApp(c *gin.Context, app, verb string, call okta.Call) (View, error) {
	ctx := c.Request.Context()
	var doc okta.Object
	p, err := h.readPerson(ctx, c.Param("id"), func(ctx context.Context) (err error) {
		doc, err = h.readApp(ctx, app)
		return err
	})
	if err != nil {
		return nil, personError(err)
	}
	call.Before, call.Reason = doc, reason(c)
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, err
	}
	done := ui.Message{Kind: "ok", Title: doc.Text("label") + " " + verb + " " + personName(p.doc) + "."}
	if wanted(c.Request) == page {
		return redirect("/people/"+p.id()+"/apps", p.doc, done), nil
	}
	v, err := h.appsOf(c, p)
	v.Around.Messages = []ui.Message{done}
	return v, err
}
