package handlers

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

// newApp asks for the kind of a new app.
func (h *console) newApp(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !h.may(ctx, "createApplication") {
		return nil, h.notPermitted(ctx, "createApplication")
	}
	var groups []application.KindGroup
	for _, k := range appKinds {
		if k.group != oidcGroup && onlyOIDC(ctx) {
			continue
		}
		if len(groups) == 0 || groups[len(groups)-1].Title != k.group {
			groups = append(groups, application.KindGroup{Title: k.group})
		}
		g := &groups[len(groups)-1]
		g.Kinds = append(g.Kinds, application.Kind{Label: k.label, Says: k.says, Href: appsPath + "/new/" + k.key})
	}
	return Screen{Around: About{Title: "Add app", Section: "apps"}, Body: application.KindsPage(groups), Data: listOf(groups, "")}, nil
}

// form is the form of a new app of the kind.
func (k appKind) form() appForm {
	return appForm{action: appsPath + "/new/" + k.key, sections: k.sections}
}

// newAppOfKind is the form with the kind's fields.
func (h *console) newAppOfKind(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	k, known := findAppKind(c.Param("kind"))
	if !known {
		return nil, notFound("Page")
	}
	if !h.may(ctx, "createApplication") {
		return nil, h.notPermitted(ctx, "createApplication")
	}
	if k.group != oidcGroup && onlyOIDC(ctx) {
		return nil, problem{
			Status: http.StatusForbidden, Code: "not_permitted", Title: "Not permitted",
			Message: "Your admin role adds apps of OpenID Connect only. A super admin can give you the role Application Administrator.",
		}
	}
	return k.screen(nil, nil, nil), nil
}

// onlyOIDC tells whether the reader's roles add apps of OpenID Connect and no others.
func onlyOIDC(ctx context.Context) bool {
	s := auth.From(ctx)
	return s != nil && s.RolesKnown && !slices.ContainsFunc(s.Roles, func(r auth.Role) bool {
		if r.Status == "INACTIVE" {
			return false
		}
		reach := okta.Covers(r.Type, "createApplication")
		return okta.FindRole(r.Type) == nil || reach != okta.Nowhere && reach != okta.OIDCApps
	})
}

// screen is the form of a new app; typed, wrong and rest are what was sent and refused.
func (k appKind) screen(typed url.Values, wrong map[string]string, rest []string) Screen {
	f := k.form().drawn(k.base, typed, wrong)
	f.FormID, f.Target, f.Verb, f.Cancel = cmp.Or(typed.Get("form_id"), rand.Text()), "new-app", "Add app", appsPath+"/new"
	f.Failed, f.Problem = "No app was added", strings.Join(rest, " ")
	n := application.New{Title: "Add app: " + k.label, Kind: k.label, Says: k.says, Form: f}
	return Screen{Around: About{Title: n.Title, Section: "apps"}, Body: application.NewPage(n), Part: application.NewForm(n)}
}

// createApp adds an app. Sent twice, the second shows what the first made (fault 17). The
// secret of a client is in this answer only.
func (h *console) createApp(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	k, known := findAppKind(c.Param("kind"))
	if !known {
		return nil, notFound("Page")
	}
	body, wrong := k.typed(c.Request.PostForm)
	if len(wrong) > 0 {
		return h.refusedNewApp(c, k, problem{Code: "E0000001", Title: "No app was added", Message: wrongWords(wrong)}, wrong, nil)
	}
	app, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("createApplication"), Body: body, Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusConflict) {
		fields, rest := appFieldErrors(refusal, k.sections)
		return h.refusedNewApp(c, k, orgProblem(refusal), fields, rest)
	}
	if err != nil {
		return nil, err
	}
	return h.appAdded(c, app)
}

// typed is the document that a form describes, and what is wrong with it by path.
func (k appKind) typed(form url.Values) (okta.Object, map[string]string) {
	doc, wrong := k.base, map[string]string{}
	for _, in := range allSettings(k.sections) {
		if !in.sent(form) {
			continue
		}
		raw, problem := in.typed(form)
		switch {
		case problem != "":
			wrong[in.path] = problem
		case len(in.plain(raw)) == 0 && in.required:
			wrong[in.path] = "This cannot be left blank"
		case len(in.plain(raw)) > 0 || len(in.plain(in.raw(doc))) > 0:
			doc = doc.WithPath(raw, in.at()...)
		}
	}
	if k.complete != nil {
		doc = k.complete(doc)
	}
	return doc, wrong
}

func (h *console) refusedNewApp(c *gin.Context, k appKind, why problem, wrong map[string]string, rest []string) (View, error) {
	why.Status = http.StatusUnprocessableEntity
	if wanted(c.Request) == document {
		why.Fields = wrong
		return nil, why
	}
	return refused(k.screen(c.Request.PostForm, wrong, rest)), nil
}

// appAdded leads to where the new app is assigned; one with a secret shows that first.
func (h *console) appAdded(c *gin.Context, app okta.Object) (View, error) {
	secret, app := madeSecret(app), withoutSecret(app)
	next, done := firstAppTab, ui.Message{Kind: "ok", Title: app.Text("label") + " was added."}
	if slices.ContainsFunc(appTabs(), func(t appTabPart) bool { return t.key == assignmentsTab }) {
		next = assignmentsTab
		done.Text = "Assign it to people and groups: nobody else can sign in to it."
	}
	if secret == nil {
		return redirect(appTabPath(app, next), app, done), nil
	}
	a := application.Added{Name: app.Text("label"), ID: app.Text("id"), ClientID: clientID(app), Page: appPath(app), Integrate: appTabPath(app, integrateTab)}
	if next == assignmentsTab && app.Text("settings", "oauthClient", "application_type") != "service" {
		a.Assign = appTabPath(app, next)
	}
	s := Screen{
		Around: About{Title: app.Text("label"), Section: "apps", Messages: []ui.Message{done}},
		Body:   application.AddedPage(a), Part: application.AddedPart(a), Data: itemOf(app, h.appCan(c.Request.Context(), app)),
	}
	return s.withSecret(*secret), nil
}
