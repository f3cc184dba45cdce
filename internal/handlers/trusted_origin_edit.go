package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/origin"
	"gatehouse/web/templates/ui"
)

// getTrustedOrigin is the page of one.
func (h *console) getTrustedOrigin(c *gin.Context) (View, error) {
	doc, err := h.readOrigin(c.Request.Context(), c.Param("id"))
	if err != nil {
		return nil, err
	}
	return h.originScreen(c.Request.Context(), doc, nil, problem{}), nil
}

// newTrustedOrigin is the empty form.
func (h *console) newTrustedOrigin(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	if !h.may(ctx, "createOrigin") {
		return nil, h.notPermitted(ctx, "createOrigin")
	}
	return h.originScreen(ctx, okta.Object{}, url.Values{"form_id": {rand.Text()}}, problem{}), nil
}

// originScreen is the page of an origin, or of a new one where doc is zero. typed and why,
// where given, are what was sent and refused.
func (h *console) originScreen(ctx context.Context, doc okta.Object, typed url.Values, why problem) Screen {
	p := origin.Page{Name: "Add origin", Form: origin.Form{Action: originsPath + "/new", Verb: "Add origin"}}
	can := []string{}
	if !doc.IsZero() {
		p.ID, p.Name = doc.Text("id"), doc.Text("name")
		p.Kind, p.Status = ui.RuleStatus(doc.Text("status"))
		p.Form.Action, p.Form.Verb, p.Form.Locked = originPath(doc), "Save", !h.may(ctx, "updateOrigin")
		p.Form.Base, p.MayDelete = originBase(doc), h.may(ctx, "deleteOrigin")
		move := origin.Move{Verb: "Deactivate", Action: originPath(doc) + "/deactivate", Says: "Sites of this origin stop working with the org until it is activated again."}
		op := "deactivateOrigin"
		if doc.Text("status") != "ACTIVE" {
			move = origin.Move{Verb: "Activate", Action: originPath(doc) + "/activate", Says: "The org trusts this origin again."}
			op = "activateOrigin"
		}
		if h.may(ctx, op) {
			p.Move = move
		}
		for _, id := range []string{"updateOrigin", "deleteOrigin", op} {
			if h.may(ctx, id) {
				can = append(can, id)
			}
		}
	}
	p.Form.FormID, p.Form.Reason = typed.Get("form_id"), typed.Get("reason")
	p.Form.Fields, p.Form.Scopes = originFields(doc, typed, why.Fields, p.Form.Locked)
	if why.Title != "" && why.Fields["name"] == "" && why.Fields["origin"] == "" {
		p.Form.Problem = why.Message
	}
	return Screen{
		Around: About{Title: p.Name, Section: "trusted-origins"}, Body: origin.Screen(p), Part: origin.Content(p), Data: itemOf(doc, can),
	}
}

func originFields(doc okta.Object, typed url.Values, wrong map[string]string, locked bool) (fields, scopes []ui.Field) {
	fields = []ui.Field{
		{Name: "name", Label: "Name", Required: true, MaxLength: 255, Value: doc.Text("name")},
		{Name: "origin", Label: "Origin", Required: true, MaxLength: 255, Value: doc.Text("origin"), Help: "Scheme, host and, where it is not the usual one, port: https://app.example.com:8443"},
	}
	for i, f := range fields {
		fields[i].Error, fields[i].ReadOnly, fields[i].Autocomplete = wrong[f.Name], locked, "off"
		if typed.Has(f.Name) {
			fields[i].Value = typed.Get(f.Name)
		}
	}
	trusted := originTrusts(doc)
	for _, s := range originScopes {
		f := ui.Field{Name: s.key, Label: s.label, Help: s.help}
		if typed.Has("name") && typed.Get(s.key) == "true" || !typed.Has("name") && !trusted[s.key].IsZero() {
			f.Value = "true"
		}
		scopes = append(scopes, f)
	}
	return fields, scopes
}

// originBody is what the form says. A scope that stays is sent as it is stored.
func originBody(c *gin.Context, doc okta.Object) okta.Object {
	scopes, trusted := []okta.Object{}, originTrusts(doc)
	for _, s := range originScopes {
		if c.PostForm(s.key) != "true" {
			continue
		}
		scope := trusted[s.key]
		if scope.IsZero() {
			scope = okta.Object{}.With("type", s.key)
		}
		scopes = append(scopes, scope)
	}
	return okta.Object{}.With("name", strings.TrimSpace(c.PostForm("name"))).With("origin", strings.TrimSpace(c.PostForm("origin"))).
		With("scopes", scopes)
}

// createTrustedOrigin adds one. Sent twice, the second shows what the first made (fault 17).
func (h *console) createTrustedOrigin(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("createOrigin"), Body: originBody(c, okta.Object{}), Reason: reason(c)})
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	})
	return h.originSaved(c, okta.Object{}, doc, err, " was added.")
}

// editTrustedOrigin saves the form. The status goes along: the org takes the whole object.
func (h *console) editTrustedOrigin(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	before, err := h.readOrigin(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if base := c.PostForm("base"); base != "" && base != originBase(before) {
		return h.originConflict(c, before)
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{
		Op: okta.Find("updateOrigin"), Args: originArg(before.Text("id")), Before: before, Reason: reason(c),
		Body: originBody(c, before).With("status", before.Text("status")),
	})
	if err != nil {
		return h.originSaved(c, before, okta.Object{}, err, "")
	}
	doc, err := resp.Object()
	return h.originSaved(c, before, doc, err, " is saved.")
}

// originBase is the part of an origin that the form holds, as the version it was drawn with.
func originBase(doc okta.Object) string {
	return string(okta.Object{}.With("name", doc.Get("name")).With("origin", doc.Get("origin")).With("scopes", doc.Get("scopes")).Bytes())
}

// originConflict is the form with what was typed, drawn with the version that the org has
// now: saving again is a choice (fault 16).
func (h *console) originConflict(c *gin.Context, now okta.Object) (View, error) {
	why := problem{
		Status: http.StatusPreconditionFailed, Code: "changed", Title: "Changed by somebody else meanwhile",
		Message: "Somebody else changed it meanwhile: it is now " + now.Text("name") + ", " + now.Text("origin") + ", trusted for " + originScopeWords(now) + ". Saving again replaces that.",
	}
	if wanted(c.Request) == document {
		return nil, why
	}
	v := h.originScreen(c.Request.Context(), now, c.Request.PostForm, why)
	v.Around.Status = why.Status
	return v, nil
}

// originSaved leads to what was saved, or draws the form again with what was refused.
func (h *console) originSaved(c *gin.Context, before, doc okta.Object, err error, done string) (View, error) {
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusConflict) {
		why := orgProblem(refusal)
		why.Status = http.StatusUnprocessableEntity
		if wanted(c.Request) == document {
			return nil, why
		}
		return refused(h.originScreen(c.Request.Context(), before, c.Request.PostForm, why)), nil
	}
	if err != nil {
		return nil, err
	}
	return redirect(originPath(doc), doc, ui.Message{Kind: "ok", Title: doc.Text("name") + done}), nil
}

func (h *console) activateTrustedOrigin(c *gin.Context) (View, error) {
	return h.moveTrustedOrigin(c, "activateOrigin", " is active.")
}

func (h *console) deactivateTrustedOrigin(c *gin.Context) (View, error) {
	return h.moveTrustedOrigin(c, "deactivateOrigin", " is inactive.")
}

func (h *console) moveTrustedOrigin(c *gin.Context, op, done string) (View, error) {
	ctx := c.Request.Context()
	before, err := h.readOrigin(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: originArg(before.Text("id")), Before: before, Reason: reason(c)})
	if err != nil {
		return nil, err
	}
	doc, err := resp.Object()
	return h.originSaved(c, before, doc, err, done)
}

// deleteTrustedOrigin removes one, once its name is typed (security 38).
func (h *console) deleteTrustedOrigin(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	doc, err := h.readOrigin(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if name := doc.Text("name"); !strings.EqualFold(strings.TrimSpace(c.PostForm("confirm")), strings.TrimSpace(name)) {
		return nil, notConfirmed("Not deleted", "name", name)
	}
	if _, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("deleteOrigin"), Args: originArg(doc.Text("id")), Before: doc, Reason: reason(c)}); err != nil {
		return nil, err
	}
	return redirect(originsPath, doc, ui.Message{Kind: "ok", Title: doc.Text("name") + " is deleted."}), nil
}
