package handlers

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// maxFactorPolls bounds how often the page looks whether a phone was enrolled: 10
// minutes, after which the org gives the enrolment up.
const maxFactorPolls = 300

// pollFactor answers how a phone answered a verification: the part of the page that
// waits, anew as long as the org says WAITING, which it ends by itself.
func (h *console) pollFactor(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	page, _, err := h.polledFactor(c)
	if err != nil {
		return nil, err
	}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find("getFactorTransactionStatus"), Args: map[string]string{
		"userId": c.Param("id"), "factorId": c.Param("factor"), "transactionId": c.Param("transaction"),
	}})
	if err != nil {
		return nil, err
	}
	answer, err := resp.Object()
	if err != nil {
		return nil, err
	}
	w := user.FactorWait{Href: page.Person + "/factors?factor=" + page.Factor.ID}
	if result := answer.Text("factorResult"); result == "WAITING" {
		w.Poll, w.Words = c.Request.URL.Path, "Waiting for the phone to answer."
	} else {
		w.Done = verified(result, page)
	}
	return h.waiting(page, w, answer), nil
}

// pollEnrolment answers whether a phone was enrolled meanwhile.
func (h *console) pollEnrolment(c *gin.Context) (View, error) {
	page, doc, err := h.polledFactor(c)
	if err != nil {
		return nil, err
	}
	w := user.FactorWait{Href: page.Person + "/factors?factor=" + page.Factor.ID}
	n, err := strconv.Atoi(c.Query("n"))
	switch {
	case page.Factor.Active:
		w.Done = ui.Message{Kind: "ok", Title: page.Factor.Label + " is active.", Text: page.Name + " can sign in with it from now on."}
	case err != nil || n < 1 || n >= maxFactorPolls:
		w.Done = ui.Message{Kind: "warn", Title: "The phone was not enrolled in time.", Text: "Reset the factor and enrol it again."}
	default:
		w.Poll, w.Words = c.Request.URL.Path+"?n="+strconv.Itoa(n+1), "Waiting for the phone to add the account."
	}
	return h.waiting(page, w, doc), nil
}

// polledFactor reads the person and the factor of a poll at once.
func (h *console) polledFactor(c *gin.Context) (user.FactorPage, okta.Object, error) {
	ctx := c.Request.Context()
	var p, doc okta.Object
	read := func(op string, args map[string]string, into *okta.Object) func(context.Context) error {
		return func(ctx context.Context) error {
			resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(op), Args: args})
			if err == nil {
				*into, err = resp.Object()
			}
			return err
		}
	}
	err := together(ctx, read("getUser", userArg(c.Param("id")), &p),
		read("getFactor", map[string]string{"userId": c.Param("id"), "factorId": c.Param("factor")}, &doc))
	if refusal, is := asOrgProblem(err); is && refusal.Status == http.StatusNotFound {
		return user.FactorPage{}, doc, factorGone
	}
	if err != nil {
		return user.FactorPage{}, doc, err
	}
	return h.factorPage(ctx, person{doc: p}, doc), doc, nil
}

// waiting is the answer of a poll: the part that waits, or the page that it belongs to
// where somebody opens its address.
func (h *console) waiting(page user.FactorPage, w user.FactorWait, answer okta.Object) Screen {
	s := Screen{Around: About{Title: page.Name, Section: "people"}, Part: user.Waiting(w), Data: itemOf(answer, nil)}
	page.Wait, page.Send = w, ""
	if w.Poll == "" {
		page.Notes = []ui.Message{w.Done}
	}
	s.Body = user.FactorTab(page)
	return s
}
