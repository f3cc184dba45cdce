package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/application"
	"gatehouse/web/templates/ui"
)

// groupMembersCounted is how many members of a group are counted before it gets or loses an app.
const groupMembersCounted = "200"

// assignedGroup is a group and an app, with what their assignment holds.
type assignedGroup struct {
	app, group okta.Object
	// mine is the assignment; zero where there is none.
	mine   okta.Object
	schema userSchema
	// members says how many people it is about.
	members string
	form    appForm
	at      string
}

func (h *console) readAssignedGroup(c *gin.Context) (a assignedGroup, err error) {
	ctx, app, id := c.Request.Context(), c.Param("id"), c.Param("group")
	if !groupID.MatchString(id) {
		return a, notFound("Group")
	}
	err = together(ctx, func(ctx context.Context) (err error) {
		a.app, err = h.readApp(ctx, app)
		return err
	}, func(ctx context.Context) (err error) {
		a.group, err = h.readGroup(ctx, id)
		return err
	}, func(ctx context.Context) (err error) {
		a.schema, err = h.readAppSchema(ctx, app)
		return err
	}, func(ctx context.Context) error {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getApplicationGroupAssignment"), Args: groupOfApp(app, id)})
		if p, is := asOrgProblem(err); is && p.Status == http.StatusNotFound {
			return nil
		}
		if err == nil {
			a.mine, err = resp.Object()
		}
		return err
	}, func(ctx context.Context) error {
		if !h.may(ctx, "listGroupUsers") {
			a.members = "its members"
			return nil
		}
		docs, whole, err := h.firstMembers(ctx, id, groupMembersCounted)
		a.members = counted(len(docs), "member", "members")
		if !whole {
			a.members = "at least " + a.members
		}
		return err
	})
	if err != nil {
		return a, err
	}
	a.at = appPath(a.app) + "/groups/" + id
	a.form = h.assignedForm(ctx, a.app, a.at, "createApplicationGroupAssignment", a.schema, true)
	return a, nil
}

func groupOfApp(app, group string) map[string]string {
	return map[string]string{"appId": app, "groupId": group}
}

// getAppGroup is the assignment of a group, or the form that assigns the app.
func (h *console) getAppGroup(c *gin.Context) (View, error) {
	a, err := h.readAssignedGroup(c)
	if err != nil {
		return nil, err
	}
	return h.appGroupScreen(c, a, a.form.drawn(a.mine, nil, nil)), nil
}

func (h *console) appGroupScreen(c *gin.Context, a assignedGroup, drawn application.Form) Screen {
	name, app := groupName(a.group), a.app.Text("label")
	v := application.Assignment{At: a.at, Group: true, Name: name, Href: groupPath(a.group), New: a.mine.IsZero(), Form: drawn}
	if v.New {
		v.Form.Verb, v.Form.Failed, v.Form.Cancel = "Assign", "Not assigned", appTabPath(a.app, assignmentsTab)
		v.Says = []string{
			app + " reaches " + a.members + " now, and whoever joins the group later.",
			"The group comes last in the order: who has the app by another group keeps the profile of that one.",
		}
	} else {
		v.Says = []string{
			"Its members have the app, " + a.members + " now. The profile is theirs, unless a group before this one gives it, or they have values of their own.",
		}
		v.Facts = []application.Fact{{Label: "Order", Value: strconv.Itoa(priorityOf(a.mine) + 1)}, {Label: "Changed", At: a.mine.Text("lastUpdated")}}
		if h.mayOn(c.Request.Context(), "deleteApplicationGroupAssignment", a.app.Text("id")) {
			v.Moves = []application.Move{{
				Key: "remove", Verb: "Remove", Title: "Remove " + app + " from the group " + name, Action: a.at + "/remove", Danger: true,
				Says: []string{
					app + " is taken from " + a.members + " at once, but for those who have it directly or by another group.",
					"Tokens that the app gave to those who lose it end.",
				},
			}}
		}
	}
	return h.assignmentScreen(c, a.app, a.mine, v)
}

// saveAppGroup assigns the app to the group, or saves its profile. The org takes the whole
// profile, so what the form does not know goes along as it is.
func (h *console) saveAppGroup(c *gin.Context) (View, error) {
	a, err := h.readAssignedGroup(c)
	if err != nil {
		return nil, err
	}
	base, err := formBase(c)
	if err != nil {
		return nil, err
	}
	next, saved, clash, wrong := a.form.assignedChanges(a.mine, base, c)
	switch {
	case len(wrong) > 0:
		return h.refusedAppGroup(c, a, problem{Code: "E0000001", Title: "Not saved", Message: wrongWords(wrong)}, wrong, nil, nil)
	case len(clash) > 0 && wanted(c.Request) == document:
		return nil, errChanged
	case len(clash) > 0:
		return h.refusedAppGroup(c, a, errChanged, nil, nil, clash)
	case len(saved) == 0 && !a.mine.IsZero():
		return redirect(a.at, a.mine, ui.Message{Kind: "info", Title: "Nothing was changed, so nothing was saved."}), nil
	}
	profile := okta.Object{}.Without()
	for _, name := range next.Object("profile").Keys() {
		if v := next.Get("profile", name); string(v) != "null" {
			profile = profile.WithTrusted(name, v)
		}
	}
	done := ui.Message{Kind: "ok", Title: "Saved: " + joinWords(saved) + "."}
	body := okta.Object{}.With("profile", profile)
	if a.mine.IsZero() {
		done.Title = a.app.Text("label") + " is assigned to the group " + groupName(a.group) + "."
	} else {
		body = body.With("priority", priorityOf(a.mine))
	}
	resp, err := h.config.Org.Do(c.Request.Context(), a.call(c, "createApplicationGroupAssignment", body))
	if why, fields, rest, is := refusedAssignment(err, a.form); is {
		return h.refusedAppGroup(c, a, why, fields, rest, nil)
	}
	if err != nil {
		return nil, err
	}
	doc, err := resp.Object()
	return redirect(appTabPath(a.app, assignmentsTab), doc, done), err
}

func (a assignedGroup) call(c *gin.Context, op string, body okta.Object) okta.Call {
	return okta.Call{Op: okta.Find(op), Args: groupOfApp(a.app.Text("id"), a.group.Text("id")), Body: body, Before: a.mine, Reason: reason(c)}
}

func (h *console) refusedAppGroup(c *gin.Context, a assignedGroup, why problem, fields map[string]string, rest []string, clash []ui.Difference) (View, error) {
	why.Status = http.StatusUnprocessableEntity
	if wanted(c.Request) == document {
		why.Fields = fields
		return nil, why
	}
	return refused(h.appGroupScreen(c, a, a.form.again(c, a.mine, fields, rest, clash))), nil
}

// removeAppGroup takes the app away from the group.
func (h *console) removeAppGroup(c *gin.Context) (View, error) {
	a, err := h.readAssignedGroup(c)
	if err != nil {
		return nil, err
	}
	if _, err := h.config.Org.Do(c.Request.Context(), a.call(c, "deleteApplicationGroupAssignment", okta.Object{})); err != nil {
		return nil, err
	}
	return redirect(appTabPath(a.app, assignmentsTab), a.app, ui.Message{Kind: "ok", Title: a.app.Text("label") + " is no longer assigned to the group " + groupName(a.group) + "."}), nil
}

// moveAppGroup gives a group another place in the order, from 0.
func (h *console) moveAppGroup(c *gin.Context) (View, error) {
	to, err := strconv.Atoi(c.PostForm("to"))
	if err != nil || to < 0 {
		return nil, problem{Status: http.StatusBadRequest, Code: "form", Title: "Nothing was moved", Message: "The place is missing. Reload the page and try again."}
	}
	a, err := h.readAssignedGroup(c)
	if err != nil {
		return nil, err
	}
	if a.mine.IsZero() {
		return nil, notFound("Assignment")
	}
	body := okta.Object{}.With("priority", to).With("profile", a.mine.Get("profile"))
	if _, err := h.config.Org.Do(c.Request.Context(), a.call(c, "createApplicationGroupAssignment", body)); err != nil {
		return nil, err
	}
	return h.appAfter(c, a.app, assignmentsTab, nil, ui.Message{Kind: "ok", Title: groupName(a.group) + " is number " + strconv.Itoa(to+1) + " now."})
}
