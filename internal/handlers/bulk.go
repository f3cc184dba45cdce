package handlers

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

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

// resumeSelection is where the way back from a step-up leads: the question again, for the
// selection in the draft. Without one, as on a page that was reloaded, it is gone.
func (h *console) resumeSelection(c *gin.Context, s selection) (View, error) {
	if keptForm(c, s.path+"/run") {
		ids, err := s.selected(c)
		if a, known := s.action(h, c, c.PostForm("action")); known && err == nil {
			return h.questionOf(c, s, a, ids, "")
		}
	}
	body := ui.Empty("Nothing is selected", "Tick rows in the list, then choose what to do with them.")
	return Screen{Around: About{Title: s.list, Section: strings.TrimPrefix(s.back, "/")}, Body: body}, nil
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
		Problem: problem, FormID: cmp.Or(c.PostForm("form_id"), rand.Text()), Reason: c.PostForm("reason"), Pick: a.pick,
		Hidden: []ui.Hidden{{Name: "back", Value: s.backOf(c)}},
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
	v := Screen{Around: About{Title: q.Title, Section: strings.TrimPrefix(s.back, "/")}, Body: ui.SelectionPage(q), Data: listOf(q.Rows, "")}
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
