package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

// readAppSchema returns the schema of the people of an app, at most 30 s old; empty where it may not be read.
func (h *console) readAppSchema(ctx context.Context, app string) (userSchema, error) {
	return h.keptSchema(ctx, okta.Call{Op: okta.Find("getApplicationUserSchema"), Args: map[string]string{"appInstanceId": app}}, "app "+app)
}

// assignedSections are what an assignment holds: credentials by the mode of the app, and
// the attributes of its people. A group gives those alone that are not a person's own
// (scope SELF of the schema).
func assignedSections(app okta.Object, schema userSchema, group bool) []settingsSection {
	var out []settingsSection
	if fields := credentialSettings(app); !group && len(fields) > 0 {
		out = append(out, settingsSection{title: "Credentials", settings: fields})
	}
	var own, base []setting
	for _, a := range schema.attributes {
		if a.Name == "userName" || group && a.Scope == "SELF" || a.Mutability == "READ_ONLY" || a.Type == "object" {
			continue
		}
		s := setting{path: "profile." + a.Name, label: titleOf(a), kind: attributeKind, required: a.Required, of: a}
		if a.Custom {
			own = append(own, s)
		} else {
			base = append(base, s)
		}
	}
	if len(own) > 0 {
		out = append(out, settingsSection{title: "Profile", settings: own})
	}
	if len(base) > 0 {
		out = append(out, settingsSection{title: "Standard claims", note: "Taken from the person's own profile, until something else is saved here.", settings: base})
	}
	return out
}

// credentialSettings are what a person is called in the app, and who sets the password:
// a bookmark has neither, shared credentials are the app's.
func credentialSettings(app okta.Object) []setting {
	name := setting{path: "credentials.userName", label: "Username in the app", most: 100, help: "Empty: as the app's template gives it"}
	password := setting{path: "credentials.password", label: "Password in the app", kind: passwordKind, help: "Never shown; empty keeps what is set"}
	scheme := app.Text("credentials", "scheme")
	switch app.Text("signOnMode") {
	case "BOOKMARK":
		return nil
	case "BASIC_AUTH", "BROWSER_PLUGIN", "SECURE_PASSWORD_STORE", "AUTO_LOGIN":
		switch scheme {
		case "SHARED_USERNAME_AND_PASSWORD":
			return nil
		case "ADMIN_SETS_CREDENTIALS":
			return []setting{name, password}
		case "EDIT_USERNAME_AND_PASSWORD":
			name.help = "The person may change it, and sets the password"
		}
	}
	return []setting{name}
}

// assignedForm is the form of an assignment.
func (h *console) assignedForm(ctx context.Context, app okta.Object, at, op string, schema userSchema, group bool) appForm {
	f := appForm{key: assignmentsTab, action: at, sections: assignedSections(app, schema, group)}
	if !h.mayOn(ctx, op, app.Text("id")) {
		f.locked = "Your admin role does not cover assigning this app."
	}
	return f
}

// assignedChanges are what a form says, laid into the assignment; wrong says what cannot be saved.
func (f appForm) assignedChanges(doc, base okta.Object, c *gin.Context) (next okta.Object, saved []string, clash []ui.Difference, wrong map[string]string) {
	next, saved, clash, wrong = f.changes(doc, base, c.Request.PostForm)
	for _, in := range allSettings(f.sections) {
		if in.required && wrong[in.path] == "" && in.sent(c.Request.PostForm) && in.same(in.raw(next), nil) {
			wrong[in.path] = "This is required"
		}
	}
	return next, saved, clash, wrong
}

// changedParts is the part of next that differs from doc in a setting of the form.
func (f appForm) changedParts(doc, next okta.Object) okta.Object {
	part := okta.Object{}
	for _, in := range allSettings(f.sections) {
		if !in.same(in.raw(doc), in.raw(next)) {
			part = part.WithPath(in.raw(next), in.at()...)
		}
	}
	return part
}

// refusedAssignment tells a refusal that belongs into the form from other errors.
func refusedAssignment(err error, f appForm) (why problem, fields map[string]string, rest []string, is bool) {
	var refusal *okta.Error
	if !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest && refusal.Status != http.StatusConflict {
		return problem{}, nil, nil, false
	}
	fields, rest = appFieldErrors(refusal, f.sections)
	return orgProblem(refusal), fields, rest, true
}

// assignmentScreen is the page of an assignment under the head of the app. Whatever is
// wrong is in the form: then it is a refusal.
func (h *console) assignmentScreen(c *gin.Context, app, doc okta.Object, v application.Assignment) Screen {
	v.App, v.AppName, v.Plain = appPath(app), app.Text("label"), len(v.Form.Sections) == 0
	s := h.appScreen(c, app, assignmentsTab, application.AssignmentTab(v))
	s.Around.Title = v.Name + " · " + s.Around.Title
	if !doc.IsZero() {
		s.Data = itemOf(doc, nil)
	}
	return s
}

// again draws the form with what was typed and what is wrong with it.
func (f appForm) again(c *gin.Context, doc okta.Object, fields map[string]string, rest []string, clash []ui.Difference) application.Form {
	drawn := f.drawn(doc, c.Request.PostForm, fields)
	drawn.Problem, drawn.Clash = strings.Join(rest, " "), clash
	if len(clash) == 0 {
		drawn.Base = c.PostForm("base")
	}
	return drawn
}
