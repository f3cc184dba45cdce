package handlers

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// newPolicyRule is the empty form of a rule.
func (h *console) newPolicyRule(c *gin.Context) (View, error) {
	if err := h.permitted(c.Request.Context(), "createPolicyRule"); err != nil {
		return nil, err
	}
	f, err := h.ruleForm(c)
	if err != nil {
		return nil, err
	}
	return h.policyFormScreen(c, f)
}

// newPolicy is the empty form of a policy of the type that the address names.
func (h *console) newPolicy(c *gin.Context) (View, error) {
	if err := h.permitted(c.Request.Context(), "createPolicy"); err != nil {
		return nil, err
	}
	f, err := h.formOfPolicy(c)
	if err != nil {
		return nil, err
	}
	return h.policyFormScreen(c, f)
}

// askEditPolicy is the form of a policy.
func (h *console) askEditPolicy(c *gin.Context) (View, error) {
	if err := h.permitted(c.Request.Context(), "updatePolicy"); err != nil {
		return nil, err
	}
	f, err := h.formOfPolicy(c)
	if err != nil {
		return nil, err
	}
	return h.policyFormScreen(c, f)
}

// getPolicyRule is the form of a rule, or what it says for who may not change it.
func (h *console) getPolicyRule(c *gin.Context) (View, error) {
	f, err := h.ruleForm(c)
	if err != nil {
		return nil, err
	}
	if len(f.sections) == 0 || !h.mayOn(c.Request.Context(), "updatePolicyRule", f.policy.ID) {
		return h.ruleWordsScreen(c, f)
	}
	return h.policyFormScreen(c, f)
}

// savePolicyRule adds a rule, or saves the one that the address names.
func (h *console) savePolicyRule(c *gin.Context) (View, error) {
	f, err := h.ruleForm(c)
	if err != nil {
		return nil, err
	}
	call := okta.Call{Op: okta.Find("createPolicyRule"), Args: policyArg(f.policy.ID)}
	if !f.fresh() {
		call = okta.Call{Op: okta.Find("updatePolicyRule"), Args: policyRuleArg(f.policy.ID, f.entry.ID), Before: f.entry.doc}
	}
	return h.saveForm(c, f, call)
}

// savePolicy adds a policy, or saves the one that the address names.
func (h *console) savePolicy(c *gin.Context) (View, error) {
	f, err := h.formOfPolicy(c)
	if err != nil {
		return nil, err
	}
	call := okta.Call{Op: okta.Find("createPolicy")}
	if !f.fresh() {
		call = okta.Call{Op: okta.Find("updatePolicy"), Args: policyArg(f.entry.ID), Before: f.entry.doc}
	}
	return h.saveForm(c, f, call)
}

// saveForm draws the form again where it was sent to search in it or to see what it
// changes, and else sends what it says to the org.
func (h *console) saveForm(c *gin.Context, f *policyForm, call okta.Call) (View, error) {
	ctx := c.Request.Context()
	if err := h.permitted(ctx, call.Op.ID); err != nil {
		return nil, err
	}
	step := c.PostForm("step")
	if step == "find" {
		return h.policyFormScreen(c, f)
	}
	if f.wrong = faultsOf(f.sections, f.entry, f.v); len(f.wrong) > 0 {
		return h.formRefused(c, f)
	}
	if step == "review" || step == "affected" {
		f.review, f.affected = true, step == "affected"
		return h.policyFormScreen(c, f)
	}
	body, err := f.document()
	if err != nil {
		return nil, err
	}
	if !f.fresh() {
		switch now := f.entry.doc.Without("_links", "_embedded"); {
		case bytes.Equal(body.Bytes(), now.Bytes()):
			return redirect(f.policy.path(), f.entry.doc, ui.Message{Kind: "info", Title: "Nothing was changed in " + f.entry.Name + "."}), nil
		case f.base != "" && f.base != entryBase(f.entry): // somebody was faster: saving again is a choice (fault 16)
			return h.formClashed(c, f)
		}
	}
	if f.v.Get("inactive") == "true" && f.fresh() {
		call.Query = url.Values{"activate": {"false"}}
	}
	call.Body, call.Reason = body, reason(c)
	doc, err := h.sendForm(ctx, f, call)
	var refusal *okta.Error
	if errors.As(err, &refusal) && (refusal.Status == http.StatusBadRequest || refusal.Status == http.StatusConflict) {
		f.refusedBy(refusal)
		return h.formRefused(c, f)
	}
	if err != nil {
		return nil, policyError(err)
	}
	return formSaved(f, doc)
}

// sendForm makes the call; a form that adds, sent twice, adds once (fault 17).
func (h *console) sendForm(ctx context.Context, f *policyForm, call okta.Call) (okta.Object, error) {
	send := func() (okta.Object, error) {
		resp, err := h.config.Org.Do(ctx, call)
		if err != nil {
			return okta.Object{}, err
		}
		return resp.Object()
	}
	if f.fresh() {
		return h.once.do(formKey(ctx, f.formID), h.config.Now(), send)
	}
	return send()
}

func formSaved(f *policyForm, doc okta.Object) (View, error) {
	e, err := entryOf(doc)
	if err != nil {
		return nil, err
	}
	said := ui.Message{Kind: "ok", Title: e.Name + " is saved."}
	if f.fresh() {
		said.Title = e.Name + " was added."
		if !e.active() {
			said.Text = "It is inactive and counts once it is activated."
		}
	}
	if f.ofRule {
		return redirect(f.policy.path(), doc, said), nil
	}
	if f.fresh() && f.kind.ranked() {
		said.Text = strings.TrimSpace(said.Text + " Add a rule: without one it never applies.")
	}
	return redirect(e.path(), doc, said), nil
}

// refusedBy puts what the org refused at the fields that it is about.
func (f *policyForm) refusedBy(refusal *okta.Error) {
	f.wrong = map[string]string{}
	var rest []string
	for _, cause := range refusal.Causes {
		name, words, _ := strings.Cut(cause.Summary, ": ")
		if field := f.fieldOf(name); field != "" && words != "" {
			f.wrong[field] = words
		} else {
			rest = append(rest, cause.Summary)
		}
	}
	if f.problem = strings.Join(rest, " "); f.problem == "" && len(f.wrong) == 0 {
		p := orgProblem(refusal)
		f.problem = p.Title + ". " + p.Message
	}
}

// fieldOf is the field that shows what the org says of a name; "" for none.
func (f *policyForm) fieldOf(name string) string {
	for _, s := range f.sections {
		for _, x := range s.controls {
			if field := x.causes[name]; field != "" {
				return field
			}
		}
	}
	return ""
}

func (h *console) formRefused(c *gin.Context, f *policyForm) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "E0000001", Title: "Not saved", Message: f.problem, Fields: f.wrong}
	}
	return h.policyFormScreen(c, f)
}

func (h *console) formClashed(c *gin.Context, f *policyForm) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{
			Status: http.StatusPreconditionFailed, Code: "changed", Title: "Changed by somebody else meanwhile",
			Message: "Read it again and repeat the change on that version: " + h.clashWords(c.Request.Context(), f) + ".",
		}
	}
	f.clash = true
	return h.policyFormScreen(c, f)
}
