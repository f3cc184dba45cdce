package handlers

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/group"
	"gatehouse/web/templates/ui"
)

// newGroup is the empty form.
func (h *console) newGroup(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !h.may(ctx, "createGroup") {
		return nil, h.notPermitted(ctx, "createGroup")
	}
	return newGroupScreen(url.Values{"form_id": {rand.Text()}}, nil, ""), nil
}

func newGroupScreen(typed url.Values, wrong map[string]string, problem string) Screen {
	n := group.New{
		FormID: typed.Get("form_id"), Reason: typed.Get("reason"), Problem: problem,
		Fields: groupFields(okta.Object{}, false, typed, wrong),
	}
	return Screen{Around: About{Title: "Add group", Section: "groups"}, Body: group.NewPage(n), Part: group.NewForm(n)}
}

// createGroup adds a group. The form is known by its id: sent twice, the second shows
// what the first made (fault 17).
func (h *console) createGroup(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	profile := okta.Object{}
	for _, a := range groupAttributes {
		value, _ := a.value(c.PostForm(profilePrefix + a.Name))
		profile = profile.With(a.Name, value)
	}
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("createGroup"), Body: okta.Object{}.With("profile", profile), Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusConflict) {
		why := orgProblem(refusal)
		why.Status = http.StatusUnprocessableEntity
		if wanted(c.Request) == document {
			return nil, why
		}
		return refused(newGroupScreen(c.Request.PostForm, why.Fields, formProblem(why))), nil
	}
	if err != nil {
		return nil, err
	}
	return redirect(groupPath(doc), doc, ui.Message{Kind: "ok", Title: groupName(doc) + " was added."}), nil
}
