package handlers

import (
	"context"
	"errors"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// actOnFactor activates, verifies or resets a factor, or has its code sent again.
func (h *console) actOnFactor(c *gin.Context) (View, error) {
	act := map[string]func(*console, *gin.Context, person, okta.Object) (View, error){
		"activate": (*console).activateFactor, "verify": (*console).verifyFactor,
		"resend": (*console).resendFactor, "reset": (*console).resetFactor,
	}[c.Param("act")]
	if act == nil {
		return nil, notFound("Page")
	}
	var factors []okta.Object
	p, err := h.readPerson(c.Request.Context(), c.Param("id"), func(ctx context.Context) (err error) {
		factors, err = h.readFactors(ctx, c.Param("id"))
		return err
	})
	if err != nil {
		return nil, personError(err)
	}
	doc, found := factorByID(factors, c.Param("factor"))
	if !found {
		return nil, factorGone
	}
	return act(h, c, p, doc)
}

// callFactor is a call about one factor.
func callFactor(op string, p person, doc okta.Object, body any, c *gin.Context) okta.Call {
	return okta.Call{
		Op: okta.Find(op), Args: map[string]string{"userId": p.id(), "factorId": doc.Text("id")},
		Body: body, Before: doc, Reason: reason(c),
	}
}

func (h *console) resetFactor(c *gin.Context, p person, doc okta.Object) (View, error) {
	ctx := c.Request.Context()
	if _, err := h.config.Org.Do(ctx, callFactor("deleteFactor", p, doc, nil, c)); err != nil {
		return nil, err
	}
	_, k := describeFactor(doc)
	done := ui.Message{Kind: "ok", Title: k.label + " of " + personName(p.doc) + " is reset."}
	if wanted(c.Request) != fragment {
		return redirect("/people/"+p.id()+"/factors", doc, done), nil
	}
	factors, err := h.readFactors(ctx, p.id())
	if err != nil {
		return nil, err
	}
	c.Header("HX-Push-Url", "/people/"+p.id()+"/factors")
	v := h.factorsScreen(c, p, factors)
	v.Around.Messages = []ui.Message{done}
	return v, nil
}

// activateFactor takes the first code of an enrolment.
func (h *console) activateFactor(c *gin.Context, p person, doc okta.Object) (View, error) {
	code := c.PostForm("passCode")
	if code == "" {
		return h.factorRefused(c, p, doc, "Type the code", false)
	}
	resp, err := h.config.Org.Do(c.Request.Context(), callFactor("activateFactor", p, doc, encoded(map[string]string{"passCode": code}), c))
	if words, wrong := notProved(err); wrong {
		return h.factorRefused(c, p, doc, words, false)
	}
	if err != nil {
		return nil, err
	}
	if doc, err = resp.Object(); err != nil {
		return nil, err
	}
	page := h.factorPage(c.Request.Context(), p, doc)
	page.Notes = []ui.Message{{Kind: "ok", Title: page.Factor.Label + " is active.", Text: personName(p.doc) + " can sign in with it from now on."}}
	return h.factorScreen(c, p, page, doc), nil
}

// resendFactor sends the code of an enrolment again.
func (h *console) resendFactor(c *gin.Context, p person, doc okta.Object) (View, error) {
	body := encoded(map[string]any{"factorType": doc.Text("factorType"), "provider": doc.Text("provider"), "profile": doc.Object("profile")})
	_, err := h.config.Org.Do(c.Request.Context(), callFactor("resendEnrollFactor", p, doc, body, c))
	if words, early := notSent(err); early {
		return h.factorNotSent(c, p, doc, words)
	}
	if err != nil {
		return nil, err
	}
	return h.factorSent(c, p, doc), nil
}

// verifyFactor asks somebody to prove a factor, or takes the proof. It changes nothing:
// it tells whether they are who they say.
func (h *console) verifyFactor(c *gin.Context, p person, doc okta.Object) (View, error) {
	_, k := describeFactor(doc)
	name := map[proof]string{answerProof: "answer"}[k.proof]
	if name == "" {
		name = "passCode"
	}
	value, asks := c.PostForm(name), k.proof == phoneProof || c.PostForm("send") == "true"
	var body any
	switch {
	case asks:
		body = encoded(map[string]any{}) // the cloud wants a body
	case value == "":
		return h.factorRefused(c, p, doc, "Type what they say", false)
	default:
		body = encoded(map[string]string{name: value})
	}
	resp, err := h.config.Org.Do(c.Request.Context(), callFactor("verifyFactor", p, doc, body, c))
	if words, early := notSent(err); early && asks {
		return h.factorNotSent(c, p, doc, words)
	}
	if words, wrong := notProved(err); wrong && !asks {
		return h.factorRefused(c, p, doc, words, true)
	}
	if err != nil {
		return nil, err
	}
	answer, err := resp.Object()
	if err != nil {
		return nil, err
	}
	page := h.factorPage(c.Request.Context(), p, doc)
	switch answer.Text("factorResult") {
	case "CHALLENGE":
		return h.factorSent(c, p, doc), nil
	case "WAITING":
		id := path.Base(answer.Text("_links", "poll", "href"))
		at := page.Person + "/factors"
		page.Wait = user.FactorWait{Poll: at + "/" + page.Factor.ID + "/transactions/" + id, Words: "Waiting for the phone to answer.", Href: at + "?factor=" + page.Factor.ID}
	default:
		page.Notes = []ui.Message{verified(answer.Text("factorResult"), page)}
	}
	return h.factorScreen(c, p, page, doc), nil
}

// factorSent is the factor with the word that a code is on its way.
func (h *console) factorSent(c *gin.Context, p person, doc okta.Object) Screen {
	page := h.factorPage(c.Request.Context(), p, doc)
	page.Notes = []ui.Message{{Kind: "info", Title: "A code is on its way to " + page.Factor.Detail + ".", Text: "It works for 5 minutes. Ask them for it."}}
	return h.factorScreen(c, p, page, doc)
}

// factorNotSent is the factor with the reason that no code was sent.
func (h *console) factorNotSent(c *gin.Context, p person, doc okta.Object, why string) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusTooManyRequests, Code: "too_soon", Title: "No code was sent", Message: why}
	}
	page := h.factorPage(c.Request.Context(), p, doc)
	page.Notes = []ui.Message{{Kind: "warn", Title: "No code was sent.", Text: why}}
	v := h.factorScreen(c, p, page, doc)
	v.Around.Status = http.StatusTooManyRequests
	return v, nil
}

// factorRefused is the factor with what was wrong at the field; shown says that it is
// also told above, for the one who reads it to a caller.
func (h *console) factorRefused(c *gin.Context, p person, doc okta.Object, words string, shown bool) (View, error) {
	page := h.factorPage(c.Request.Context(), p, doc)
	if wanted(c.Request) == document || page.Ask.Action == "" {
		return nil, problem{
			Status: http.StatusUnprocessableEntity, Code: "not_proved", Title: "Not proved", Message: words,
			Fields: map[string]string{page.Ask.Field.Name: words},
		}
	}
	page.Ask.Field.Error = words
	if shown {
		page.Notes = []ui.Message{{Kind: "bad", Title: page.Name + " is not verified.", Text: words}}
	}
	return refused(h.factorScreen(c, p, page, doc)), nil
}

// verified says how a verification ended.
func verified(result string, page user.FactorPage) ui.Message {
	by := " by " + factorWords(page.Factor.Label) + "."
	switch result {
	case "SUCCESS":
		return ui.Message{Kind: "ok", Title: page.Name + " is verified" + by, Text: "They proved just now that they hold the factor."}
	case "REJECTED":
		return ui.Message{Kind: "bad", Title: page.Name + " is not verified: the phone said no.", Text: "Whoever holds the phone denies to be calling. Change nothing for this caller."}
	case "TIMEOUT", "TIME_WINDOW_EXCEEDED":
		return ui.Message{Kind: "warn", Title: page.Name + " is not verified: no answer in time.", Text: "Ask the phone again, or take another factor."}
	}
	return ui.Message{Kind: "bad", Title: page.Name + " is not verified.", Text: "The org answered " + result + "."}
}

// notProved says why a proof was not accepted; false where err is about something else.
func notProved(err error) (string, bool) {
	var limited *okta.RateLimited
	if errors.As(err, &limited) && !limited.Concurrency {
		return "Too many tries: the org takes five in five minutes. Wait, or take another factor", true
	}
	var refusal *okta.Error
	if !errors.As(err, &refusal) {
		return "", false
	}
	switch refusal.Code {
	case "E0000068", "E0000087":
		return "Wrong: it does not match what the org has", true
	case "E0000082":
		return "Each code works once: wait for the next one", true
	case "E0000083":
		return "The code came too late: have a new one sent", true
	}
	return "", false
}

// notSent says why no code was sent; false where err is about something else.
func notSent(err error) (string, bool) {
	var limited *okta.RateLimited
	if errors.As(err, &limited) && !limited.Concurrency {
		return "The org sends five in five minutes. Wait, then send again.", true
	}
	var refusal *okta.Error
	if !errors.As(err, &refusal) {
		return "", false
	}
	switch refusal.Code {
	case "E0000109", "E0000133":
		return "One was sent less than 30 seconds ago. Ask them for that one, or wait and send again.", true
	case "E0000118":
		return "One was sent less than 5 seconds ago. Ask them for that one, or wait and send again.", true
	}
	return "", false
}
