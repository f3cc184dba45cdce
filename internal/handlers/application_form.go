package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// appForm is a form of settings of an app: a part of its document.
type appForm struct {
	// key is the tab that it is on, action the address that it is sent to.
	key, action string
	sections    []settingsSection
	// locked says why nothing can be edited; "" where it can.
	locked string
}

// drawn is the form with the values of doc, or those that were typed, and what is wrong with them.
func (f appForm) drawn(doc okta.Object, typed url.Values, wrong map[string]string) application.Form {
	out := application.Form{Action: f.action, Locked: f.locked, Target: "app", Verb: "Save", Failed: "Not saved", Reason: typed.Get("reason")}
	base := okta.Object{}
	for _, section := range f.sections {
		s := application.Section{Title: section.title, Note: section.note}
		for _, in := range section.settings {
			raw := in.raw(doc)
			if in.kind == passwordKind {
				raw = nil
			}
			if in.fixed == "" {
				base = base.With(in.path, raw)
			}
			if typed != nil && in.fixed == "" && in.sent(typed) {
				raw, _ = in.typed(typed)
			}
			field := in.field(raw, f.locked != "")
			field.Error = wrong[in.path]
			s.Fields = append(s.Fields, field)
		}
		out.Sections = append(out.Sections, s)
	}
	out.Base = cmp.Or(string(base.Bytes()), "{}") // a form without settings
	return out
}

// changes are what a form says beside what it was drawn with, laid into doc: doc as it is
// to be, the labels of what was changed, what somebody else changed too meanwhile, and
// what is wrong by path. A setting that the form was not drawn with is left alone.
func (f appForm) changes(doc, base okta.Object, form url.Values) (next okta.Object, saved []string, clash []ui.Difference, wrong map[string]string) {
	next, wrong = doc, map[string]string{}
	for _, in := range allSettings(f.sections) {
		was := base.Get(in.path)
		if in.fixed != "" || was == nil || !in.sent(form) {
			continue
		}
		mine, problem := in.typed(form)
		if in.kind == passwordKind && string(mine) == "null" {
			continue
		}
		if problem != "" {
			wrong[in.path] = problem
			continue
		}
		theirs := in.raw(doc)
		if in.same(was, mine) || in.same(theirs, mine) {
			continue
		}
		if !in.same(was, theirs) {
			clash = append(clash, ui.Difference{Field: in.label, Before: in.shown(theirs), After: in.shown(mine)})
		}
		next = next.WithPath(mine, in.at()...)
		saved = append(saved, in.label)
	}
	return next, saved, clash, wrong
}

// shown is a value in a comparison.
func (s setting) shown(raw []byte) string {
	if s.kind == statementsKind {
		var lines []string
		for _, row := range statementRows(raw, true) {
			lines = append(lines, row.Name+" = "+row.Values)
		}
		return strings.Join(lines, "; ")
	}
	return plainText(raw)
}

// appBody is a document as it is sent back: without what the org adds to its answers.
func appBody(doc okta.Object) okta.Object { return doc.Without("_links", "_embedded") }

// appFieldErrors are the causes of a refusal by the path of the setting that each names:
// in whole, as "settings.signOn.audience: …", or by its last part, as "redirect_uris: …".
// rest is what no setting of the form shows.
func appFieldErrors(err *okta.Error, sections []settingsSection) (fields map[string]string, rest []string) {
	fields = map[string]string{}
next:
	for _, cause := range err.Causes {
		name, words, named := strings.Cut(cause.Summary, ": ")
		for _, in := range allSettings(sections) {
			if path := in.at(); named && (name == in.path || name == path[len(path)-1]) {
				if fields[in.path] != "" {
					words = fields[in.path] + ". " + words
				}
				fields[in.path] = words
				continue next
			}
		}
		rest = append(rest, cause.Summary)
	}
	if len(fields) == 0 && len(rest) == 0 {
		rest = []string{err.Summary}
	}
	return fields, rest
}

// editApp saves a form of an app. The org takes the whole document, so what the form does
// not know goes along as it is now. What somebody else changed meanwhile stays; where both
// changed the same setting, nothing is saved and both versions are shown (fault 16).
func (h *console) editApp(c *gin.Context, key string) (View, error) {
	ctx := c.Request.Context()
	app, err := h.readApp(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	f, err := h.appFormOf(ctx, app, key)
	if err != nil {
		return nil, err
	}
	base, err := formBase(c)
	if err != nil {
		return nil, err
	}
	next, saved, clash, wrong := f.changes(app, base, c.Request.PostForm)
	switch {
	case len(wrong) > 0:
		return h.refusedApp(c, app, f, problem{Status: http.StatusUnprocessableEntity, Code: "E0000001", Title: "Not saved", Message: wrongWords(wrong)}, wrong, nil)
	case len(clash) > 0:
		return h.appConflict(c, app, f, clash)
	case len(saved) == 0:
		return h.appAfter(c, app, key, nil, ui.Message{Kind: "info", Title: "Nothing was changed, so nothing was saved."})
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("updateApplication"), Args: appArg(app.Text("id")), Body: appBody(next), Before: app, Reason: reason(c)})
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusConflict) {
		fields, rest := appFieldErrors(refusal, f.sections)
		return h.refusedApp(c, app, f, orgProblem(refusal), fields, rest)
	}
	if err != nil {
		return nil, appError(err)
	}
	before := app
	if app, err = resp.Object(); err != nil {
		return nil, err
	}
	var secret *user.Secret
	if !holdsSecrets(before) {
		secret = madeSecret(app)
	}
	return h.appAfter(c, withoutSecret(app), key, secret, ui.Message{Kind: "ok", Title: "Saved: " + joinWords(saved) + "."})
}

// wrongWords are the problems of a form for who reads no form.
func wrongWords(wrong map[string]string) string {
	var all []string
	for _, path := range sortedKeys(wrong) {
		all = append(all, path+": "+wrong[path])
	}
	return strings.Join(all, ". ")
}

// withoutSecret is an app without the client secret that the answer to a write holds: it
// is shown when it is made, and never again (ui.md).
func withoutSecret(app okta.Object) okta.Object {
	client := app.Object("credentials", "oauthClient")
	if client.Get("client_secret") == nil {
		return app
	}
	return app.WithPath(client.Without("client_secret"), "credentials", "oauthClient")
}

// refusedApp is the form again, with what was typed and what is wrong with it.
func (h *console) refusedApp(c *gin.Context, app okta.Object, f appForm, why problem, fields map[string]string, rest []string) (View, error) {
	why.Status = http.StatusUnprocessableEntity
	if wanted(c.Request) == document {
		why.Fields = fields
		return nil, why
	}
	drawn := f.drawn(app, c.Request.PostForm, fields)
	drawn.Problem, drawn.Base = strings.Join(rest, " "), c.PostForm("base")
	return withStatus(http.StatusUnprocessableEntity)(h.appFormScreen(c, app, f, drawn))
}

// appConflict is the form with both versions. What it is drawn with is the version that
// the org has now, so that saving again is a choice.
func (h *console) appConflict(c *gin.Context, app okta.Object, f appForm, clash []ui.Difference) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{
			Status: http.StatusPreconditionFailed, Code: "changed", Title: "Changed by somebody else meanwhile",
			Message: "Read the app again and repeat the change on that version.",
		}
	}
	drawn := f.drawn(app, c.Request.PostForm, nil)
	drawn.Clash = clash
	return withStatus(http.StatusPreconditionFailed)(h.appFormScreen(c, app, f, drawn))
}

// withStatus gives a screen that a handler made another status.
func withStatus(status int) func(View, error) (View, error) {
	return func(v View, err error) (View, error) {
		if s, is := v.(Screen); is {
			s.Around.Status = status
			return s, err
		}
		return v, err
	}
}

// appLocked says why an app cannot be edited by the reader; "" where it can.
func (h *console) appLocked(ctx context.Context, app okta.Object) string {
	if h.mayOn(ctx, "updateApplication", app.Text("id")) {
		return ""
	}
	var p problem
	if errors.As(h.notPermitted(ctx, "updateApplication"), &p) && p.Message != "" {
		return p.Message
	}
	return "None of your admin roles covers this."
}
