package handlers

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

const (
	// bulkMost is how many objects one run takes: about two calls each, within a minute's
	// share of the smallest rate limit of a paid org (okta-semantics C2).
	bulkMost = 200
	// bulkAtOnce is how many of them are worked on at once: the rest of the org's calls
	// is for people who wait.
	bulkAtOnce = 4
	// bulkAsk is from how many on the number must be typed, dangerous or not (security 38).
	bulkAsk = 50
	// bulkTime bounds a run, bulkWait the waiting for the rate limit in one call.
	bulkTime = 5 * time.Minute
	bulkWait = 90 * time.Second
	// bulkPatience bounds the request around a run.
	bulkPatience = bulkTime + 30*time.Second
	// idsAtOnce is how many ids one search names: an expression holds 50 comparisons.
	idsAtOnce = 50
)

// selection is a kind of object that things can be done to together.
type selection struct {
	// path is where selections are sent, list the name and the address of the usual list.
	path, list, back string
	id               *regexp.Regexp
	// search finds documents by id, get reads one.
	search, get, arg string
	one, many        string
	show             func(okta.Object) ui.Selected
	action           func(h *console, c *gin.Context, key string) (bulkAction, bool)
	sheet            func(h *console, ctx context.Context) (sheet, error)
}

// bulkAction is what can be done to each object of a selection.
type bulkAction struct {
	key, op, label string
	danger         bool
	says           []string
	done           string
	// why says why it is not possible for a document; "" where it is.
	why  func(okta.Object) string
	call func(doc okta.Object, reason string) okta.Call
	// pick, where set, is a choice that the action needs first; missing says that it was not made.
	pick    *ui.Pick
	missing string
	// hidden goes along from page to page.
	hidden []ui.Hidden
}

// selected are the ids of a form: known in form, each once, not too many.
func (s selection) selected(c *gin.Context) ([]string, error) {
	var ids []string
	for _, id := range c.PostFormArray("id") {
		if s.id.MatchString(id) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	switch {
	case len(ids) == 0:
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "selection", Title: "Nothing is selected", Message: "Tick the rows that it is about, then choose again."}
	case len(ids) > bulkMost:
		return nil, problem{
			Status: http.StatusUnprocessableEntity, Code: "selection", Title: "Too many are selected",
			Message: "One run takes " + strconv.Itoa(bulkMost) + ". Narrow the list, or do it in parts.",
		}
	}
	return ids, nil
}

// askSelected asks before something is done to a selection; an export is sent at once.
func (h *console) askSelected(c *gin.Context, s selection) (View, error) {
	ctx := c.Request.Context()
	ids, err := s.selected(c)
	if err != nil {
		return nil, err
	}
	if c.PostForm("action") == "export" {
		sheet, err := s.sheet(h, ctx)
		if err != nil {
			return nil, err
		}
		sheet.detail["selected"] = strconv.Itoa(len(ids))
		return h.export(c, sheet, h.byIDPages(ctx, s, ids))
	}
	a, known := s.action(h, c, c.PostForm("action"))
	if !known {
		return nil, notFound("Page")
	}
	if err := h.permitted(ctx, a.op); err != nil {
		return nil, err
	}
	return h.questionOf(c, s, a, ids, "")
}

// questionOf is the page that asks; problem says what was wrong with the answer before.
func (h *console) questionOf(c *gin.Context, s selection, a bulkAction, ids []string, problem string) (View, error) {
	docs, err := h.byID(c.Request.Context(), s.search, ids)
	if err != nil {
		return nil, err
	}
	q := ui.Selection{
		List: s.list, Back: s.backOf(c), Ask: s.path, Run: s.path + "/run", Key: a.key, Verb: a.label, Danger: a.danger, Says: a.says,
		Problem: problem, FormID: rand.Text(), Reason: c.PostForm("reason"), Pick: a.pick,
		Hidden: append(a.hidden, ui.Hidden{Name: "back", Value: s.backOf(c)}),
	}
	for _, id := range ids {
		doc := docs[id]
		if doc.IsZero() {
			q.Rows = append(q.Rows, ui.Selected{ID: id, Name: id, Href: s.back + "/" + id, Why: "Not there any more, or outside your role"})
			continue
		}
		row := s.show(doc)
		if row.Why = a.why(doc); row.Why == "" {
			q.Fit++
		}
		q.Rows = append(q.Rows, row)
	}
	q.Title = a.label + ": " + s.count(len(ids))
	if q.Fit < len(ids) {
		q.Title = a.label + ": " + ui.Number(q.Fit) + " of " + s.count(len(ids))
	}
	if a.danger || q.Fit > bulkAsk {
		q.Confirm = strconv.Itoa(q.Fit)
	}
	v := Screen{Around: About{Title: q.Title, Section: strings.TrimPrefix(s.back, "/")}, Body: ui.SelectionPage(q)}
	if problem != "" {
		v.Around.Status = http.StatusUnprocessableEntity
	}
	return v, nil
}

func (s selection) count(n int) string { return counted(n, s.one, s.many) }

// backOf is the list that the selection was made in.
func (s selection) backOf(c *gin.Context) string {
	if to := c.PostForm("back"); to != "" && auth.LocalPath(to) == to {
		return to
	}
	return s.back
}

// backTo is the address of a list, without its page, for the way back to it.
func backTo(u *url.URL) []ui.Hidden { return []ui.Hidden{{Name: "back", Value: with(u, "", "")}} }

// bulkResult is what became of one object. Code is that of the refusal, Kind one of the outcomes below.
type bulkResult struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Kind    string `json:"result"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// The outcomes of one object.
const (
	bulkDone    = "done"
	bulkRefused = "refused"
	bulkDenied  = "not permitted"
	bulkFailed  = "failed"
	bulkUnknown = "unknown"
)

// runSelected does it to each object and says what became of each. What is asked for
// twice runs once (fault 17). It goes on when the browser leaves: each step is in the trail.
func (h *console) runSelected(c *gin.Context, s selection) (View, error) {
	ctx := c.Request.Context()
	ids, err := s.selected(c)
	if err != nil {
		return nil, err
	}
	a, known := s.action(h, c, c.PostForm("action"))
	if !known {
		return nil, notFound("Page")
	}
	if err := h.permitted(ctx, a.op); err != nil { // before the first, so that step-up loses nothing
		return nil, err
	}
	if a.missing != "" {
		return h.notRun(c, s, a, ids, a.missing)
	}
	if a.danger || len(ids) > bulkAsk {
		switch typed := strings.TrimSpace(c.PostForm("confirm")); typed {
		case strconv.Itoa(len(ids)):
		case "":
			return nil, problem{Status: http.StatusForbidden, Code: "confirm", Title: "Nothing was changed", Message: "The number of selected rows must be typed to confirm."}
		default:
			return h.notRun(c, s, a, ids, "The number did not match: "+s.count(len(ids))+" are ticked, “"+typed+"” was typed.")
		}
	}
	doc, err := h.once.do(formKey(ctx, c.PostForm("form_id")), h.config.Now(), func() (okta.Object, error) {
		return okta.Object{}.With("items", h.runEach(ctx, s, a, ids, reason(c))), nil
	})
	if err != nil {
		return nil, err
	}
	return outcomeOf(c, s, a, doc)
}

// notRun asks again, and says why nothing was done.
func (h *console) notRun(c *gin.Context, s selection, a bulkAction, ids []string, why string) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "confirm", Title: "Nothing was changed", Message: why}
	}
	return h.questionOf(c, s, a, ids, why)
}

// runEach works through a selection, a few at once, within the client's own rate budget.
func (h *console) runEach(ctx context.Context, s selection, a bulkAction, ids []string, reason string) []bulkResult {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bulkTime)
	defer cancel()
	results := make([]bulkResult, len(ids))
	var g errgroup.Group
	g.SetLimit(bulkAtOnce)
	for i, id := range ids {
		g.Go(func() error {
			results[i] = h.runOne(ctx, s, a, id, reason)
			return nil
		})
	}
	_ = g.Wait() // no error: each has its result
	return results
}

// runOne reads the object as it is now and does it. The org judges each by itself: a role
// that was taken away meanwhile counts from the next one on (security 35, fault 8).
func (h *console) runOne(ctx context.Context, s selection, a bulkAction, id, reason string) bulkResult {
	r := bulkResult{ID: id, Name: id}
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(s.get), Args: map[string]string{s.arg: id}, Patience: bulkWait})
	if err != nil {
		return h.failedRow(r, err)
	}
	doc, err := resp.Object()
	if err != nil {
		return h.failedRow(r, err)
	}
	r.Name = s.show(doc).Name
	if why := a.why(doc); why != "" {
		r.Kind, r.Code, r.Message = bulkRefused, "state", why
		return r
	}
	call := a.call(doc, reason)
	call.Patience = bulkWait
	if _, err := h.config.Org.Do(ctx, call); err != nil {
		return h.failedRow(r, err)
	}
	r.Kind = bulkDone
	return r
}

func (h *console) failedRow(r bulkResult, err error) bulkResult {
	p := h.describe(err)
	r.Code, r.Message = p.Code, strings.TrimSuffix(p.Title, ".")+". "+p.Message
	switch {
	case p.Code == "unknown_outcome":
		r.Kind = bulkUnknown
	case p.Status == http.StatusForbidden && !wrongState[p.Code]:
		r.Kind = bulkDenied
	case p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests:
		r.Kind = bulkFailed
	default:
		r.Kind = bulkRefused
	}
	return r
}

// outcomeOf is the page of the results.
func outcomeOf(c *gin.Context, s selection, a bulkAction, doc okta.Object) (View, error) {
	var results []bulkResult
	if err := json.Unmarshal(doc.Get("items"), &results); err != nil {
		return nil, err
	}
	o := ui.Outcome{List: s.list, Back: s.backOf(c), Again: s.path, Key: a.key, Hidden: append(a.hidden, ui.Hidden{Name: "back", Value: s.backOf(c)})}
	counts := map[string]int{}
	for _, r := range results {
		counts[r.Kind]++
		row := ui.OutcomeRow{Name: r.Name, Href: s.back + "/" + r.ID, Why: r.Message, Kind: "bad", Result: roleWords(r.Kind)}
		switch r.Kind {
		case bulkDone:
			row.Kind, row.Why = "ok", r.Name+" "+a.done+"."
		case bulkUnknown:
			row.Kind = "warn"
		}
		if r.Kind == bulkFailed || r.Kind == bulkRefused { // the unknown are to be looked at first
			o.Failed = append(o.Failed, r.ID)
		}
		o.Rows = append(o.Rows, row)
	}
	o.Title = a.label + ": " + ui.Number(counts[bulkDone]) + " of " + s.count(len(results)) + " done"
	var rest []string
	for _, kind := range []string{bulkRefused, bulkDenied, bulkFailed, bulkUnknown} {
		if n := counts[kind]; n > 0 {
			rest = append(rest, ui.Number(n)+" "+kind)
		}
	}
	o.Note = strings.Join(rest, ", ")
	return Screen{Around: About{Title: o.Title, Section: strings.TrimPrefix(s.back, "/")}, Body: ui.OutcomePage(o), Data: listOf(results, "")}, nil
}

// permitted refuses what the reader surely may not do, before anything is read or sent.
func (h *console) permitted(ctx context.Context, op string) error {
	a := h.config.SignIn.Can(ctx, auth.From(ctx), okta.Find(op), "")
	switch {
	case a.Verdict != auth.No:
		return nil
	case a.MissingScope != "":
		return &auth.Denied{Operation: okta.Find(op), MissingScope: a.MissingScope, Reason: a.Reason}
	}
	return h.notPermitted(ctx, op)
}
