package handlers

import (
	"context"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
	"gatehouse/web/templates/user"
)

// readFactorsTab reads the factors of a person and, where the address asks for it, what
// can be enrolled: all at once, whatever the number of factors.
func readFactorsTab(h *console, c *gin.Context, ctx context.Context, id string) (tabDrawer, error) {
	enrol := c.Query("enrol")
	if c.Request.Method != http.MethodGet {
		enrol = "" // a write comes back to the list
	}
	if enrol != "" {
		return h.readEnrolment(c, ctx, id, enrol)
	}
	factors, err := h.readFactors(ctx, id)
	if err != nil {
		return nil, err
	}
	return func(p person) (Screen, error) {
		one := c.Query("factor")
		if one == "" || c.Request.Method != http.MethodGet {
			return h.factorsScreen(c, p, factors), nil
		}
		doc, found := factorByID(factors, one)
		if !found {
			return Screen{}, factorGone
		}
		return h.factorScreen(c, p, h.factorPage(c.Request.Context(), p, doc), doc), nil
	}, nil
}

func (h *console) readFactors(ctx context.Context, id string) ([]okta.Object, error) {
	return h.objects(ctx, okta.Call{Op: okta.Find("listFactors"), Args: userArg(id)})
}

func factorByID(factors []okta.Object, id string) (okta.Object, bool) {
	i := slices.IndexFunc(factors, func(d okta.Object) bool { return d.Text("id") == id })
	if i < 0 {
		return okta.Object{}, false
	}
	return factors[i], true
}

// factorGone is a factor that is not there.
var factorGone = problem{
	Status: http.StatusNotFound, Code: "not_found", Title: "Factor not found",
	Message: "It was reset, or enrolled anew under another id. The tab Factors shows what there is.",
}

// factorsScreen is the list.
func (h *console) factorsScreen(c *gin.Context, p person, factors []okta.Object) Screen {
	ctx := c.Request.Context()
	t := user.Factors{
		Person: "/people/" + p.id(), Name: personName(p.doc), MayEnrol: h.mayChangeFactors(ctx, p, "enrollFactor"),
		MayResetAll: len(factors) > 0 && slices.ContainsFunc(h.offered(ctx, p), func(a personAction) bool { return a.op == "resetFactors" }),
	}
	for _, d := range factors {
		t.Rows = append(t.Rows, h.factorLine(ctx, p, d))
	}
	v := h.personScreen(c, p, "factors", user.FactorsTab(t))
	if c.Request.Method == http.MethodGet {
		v.Data = listOf(noneNil(factors), "")
	}
	return v
}

// factorLine is a factor with what the reader may do with it.
func (h *console) factorLine(ctx context.Context, p person, d okta.Object) user.Factor {
	f, k := describeFactor(d)
	f.MayReset = h.mayChangeFactors(ctx, p, "deleteFactor")
	switch {
	case k.proof == noProof:
	case f.Active && h.mayChangeFactors(ctx, p, "verifyFactor"):
		f.Todo = "Verify"
	case !f.Active && h.mayChangeFactors(ctx, p, "activateFactor"):
		f.Todo = "Activate"
	}
	return f
}

// mayChangeFactors tells whether an operation on the factors of somebody is open: nobody's
// are changed once they are deactivated.
func (h *console) mayChangeFactors(ctx context.Context, p person, op string) bool {
	return p.status() != "DEPROVISIONED" && h.mayOn(ctx, op, p.id())
}

// factorScreen is one factor.
func (h *console) factorScreen(c *gin.Context, p person, f user.FactorPage, doc okta.Object) Screen {
	v := h.personScreen(c, p, "factors", user.FactorTab(f))
	v.Data = itemOf(doc, h.factorCan(c.Request.Context(), p))
	if f.Once != nil {
		v.Data = struct {
			Item
			Once user.Secret `json:"once"`
		}{itemOf(doc, h.factorCan(c.Request.Context(), p)), *f.Once}
	}
	return v
}

// factorCan are the operations on a factor that are open.
func (h *console) factorCan(ctx context.Context, p person) []string {
	can := []string{}
	for _, op := range []string{"activateFactor", "verifyFactor", "deleteFactor"} {
		if h.mayChangeFactors(ctx, p, op) {
			can = append(can, op)
		}
	}
	return can
}

// factorPage is what the page of a factor offers, by how far the factor is and how it is proved.
func (h *console) factorPage(ctx context.Context, p person, doc okta.Object) user.FactorPage {
	f := h.factorLine(ctx, p, doc)
	_, k := describeFactor(doc)
	page := user.FactorPage{Person: "/people/" + p.id(), Name: personName(p.doc), Factor: f, Outbox: h.config.Outbox}
	at := page.Person + "/factors/" + f.ID
	code := ui.Field{Name: "passCode", Label: "Code", Required: true, Autocomplete: "one-time-code", MaxLength: 64}
	switch {
	case k.proof == noProof && !f.Active:
		page.Says = "The enrolment waits for the person: it is finished in the browser that holds the key, at a page of the org."
	case f.Todo == "":
	case !f.Active && k.proof == phoneProof:
		page.Wait = user.FactorWait{Poll: at + "/enrolment?n=1", Words: "Waiting for the phone to add the account.", Href: page.Person + "/factors?factor=" + f.ID}
	case !f.Active:
		page.Ask = user.FactorAsk{Action: at + "/activate", Verb: "Activate", Field: code}
		page.Says = "The first code of the app activates it. Its key is not shown again: where it was not set up, reset the factor and enrol it anew."
		if k.proof == sentProof {
			page.Send, page.SendVerb, page.Says = at+"/resend", "Send the code again", "The code that was sent to "+f.Detail+" activates it."
		}
	case k.proof == phoneProof:
		page.Send, page.SendVerb, page.Says = at+"/verify", "Ask the phone", "Their phone is asked whether it is they. The page shows what it answers."
	case k.proof == answerProof:
		page.Says = "Ask them the question, and type what they answer: “" + f.Detail + "”"
		page.Ask = user.FactorAsk{Action: at + "/verify", Verb: "Verify", Field: ui.Field{Name: "answer", Label: "Answer", Required: true, Autocomplete: "off", MaxLength: 100}}
	default:
		page.Says = "Ask them for the code that their " + factorWords(f.Label) + " shows now."
		page.Ask = user.FactorAsk{Action: at + "/verify", Verb: "Verify", Field: code}
		if k.proof == sentProof {
			page.Send, page.SendVerb, page.Says = at+"/verify", "Send a code", "Send a code to "+f.Detail+", and ask them for it."
		}
	}
	return page
}
