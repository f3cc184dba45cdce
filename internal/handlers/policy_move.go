package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

// movePolicy gives a policy another place among those of its type.
func (h *console) movePolicy(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getPolicy"), Args: policyArg(c.Param("id"))})
	if err != nil {
		return nil, policyError(err)
	}
	doc, err := resp.Object()
	if err != nil {
		return nil, err
	}
	t := policyTypeOf(doc.Text("type"))
	_, all, err := h.listPoliciesOf(ctx, t)
	if err != nil {
		return nil, err
	}
	p, priority, changed := placeAsked(c, all, doc.Text("id"), t.ranked())
	if changed {
		return h.policiesScreen(c, t, orderChanged(doc.Text("id")))
	}
	call := okta.Call{Op: okta.Find("updatePolicy"), Args: policyArg(p.ID), Before: doc, Reason: reason(c), Body: doc.Without("_links", "_embedded").With("priority", priority)}
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, policyError(err)
	}
	said := movedTo(p, c.PostForm("to"))
	if !isHTMX(c.Request) {
		return redirect(t.path(), doc, said.Message), nil
	}
	return h.policiesScreen(c, t, said)
}

// moveRule gives a rule another place in its policy.
func (h *console) moveRule(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	p, rules, err := h.readPolicy(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	r, priority, changed := placeAsked(c, rules, c.Param("rule"), policyTypeOf(p.Type).ranked())
	if changed {
		return h.policyRulesScreen(c, p, rules, orderChanged(c.Param("rule")))
	}
	call := okta.Call{Op: okta.Find("updatePolicyRule"), Args: policyRuleArg(p.ID, r.ID), Before: r.doc, Reason: reason(c), Body: r.doc.Without("_links").With("priority", priority)}
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return nil, policyError(err)
	}
	said := movedTo(r, c.PostForm("to"))
	if !isHTMX(c.Request) {
		return redirect(p.path(), r.doc, said.Message), nil
	}
	if p, rules, err = h.readPolicy(ctx, p.ID); err != nil {
		return nil, err
	}
	return h.policyRulesScreen(c, p, rules, said)
}

// placeAsked reads which place a form asks for, and the priority that leads there. changed:
// the entry does not stand where the page showed it, or the place is none.
func placeAsked(c *gin.Context, all []policyEntry, id string, ranked bool) (e policyEntry, priority int, changed bool) {
	at, err1 := strconv.Atoi(c.PostForm("at"))
	to, err2 := strconv.Atoi(c.PostForm("to"))
	i := slices.IndexFunc(all, func(e policyEntry) bool { return e.ID == id })
	if err1 != nil || err2 != nil || i < 0 || at != i+1 || to < 1 || to > len(all) || all[to-1].System {
		return e, 0, true
	}
	priority = all[to-1].Priority
	if !ranked && to > at { // the others keep their places: it goes behind
		priority++
	}
	return all[i], priority, false
}

func movedTo(e policyEntry, to string) *moved {
	return &moved{id: e.ID, Message: ui.Message{Kind: "ok", Title: e.Name + " is at place " + to + "."}}
}

// orderChanged says that nothing was moved, above the order as it is now.
func orderChanged(id string) *moved {
	return &moved{id: id, status: http.StatusConflict, Message: ui.Message{
		Kind: "warn", Title: "Not moved: the order changed meanwhile", Text: "This is the order now. Move it again if it should still go.",
	}}
}
