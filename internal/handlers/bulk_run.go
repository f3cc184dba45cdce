package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"golang.org/x/sync/errgroup"

	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/ui"
)

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
	doc, err := h.once.do(runKey(c, a, ids), h.config.Now(), func() (okta.Object, error) {
		results, err := h.runEach(ctx, s, a, ids, reason(c))
		if err != nil {
			return okta.Object{}, err
		}
		return okta.Object{}.With("items", results), nil
	})
	if err != nil {
		return nil, err
	}
	return outcomeOf(c, s, a, doc)
}

// runKey names a run by its form and what was chosen in it: who goes back and chooses
// otherwise means another run, not the results of the first.
func runKey(c *gin.Context, a bulkAction, ids []string) string {
	key := formKey(c.Request.Context(), c.PostForm("form_id"))
	if key == "" {
		return ""
	}
	chosen := append([]string{a.key}, ids...)
	if a.pick != nil {
		chosen = append(chosen, c.PostForm(a.pick.Name))
	}
	return fmt.Sprintf("%s %x", key, sha256.Sum256([]byte(strings.Join(chosen, " "))))
}

// notRun asks again, and says why nothing was done.
func (h *console) notRun(c *gin.Context, s selection, a bulkAction, ids []string, why string) (View, error) {
	if wanted(c.Request) == document {
		return nil, problem{Status: http.StatusUnprocessableEntity, Code: "confirm", Title: "Nothing was changed", Message: why}
	}
	return h.questionOf(c, s, a, ids, why)
}

// runEach works through a selection, a few at once, within the client's own rate budget.
// The first goes alone: where the sign-in lacks the scope, the run is refused as a whole,
// before anything was done, and can be made again with it.
func (h *console) runEach(ctx context.Context, s selection, a bulkAction, ids []string, reason string) ([]bulkResult, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bulkTime)
	defer cancel()
	results := make([]bulkResult, len(ids))
	var g errgroup.Group
	g.SetLimit(bulkAtOnce)
	run := func(i int) error {
		doc, err := h.runOne(ctx, s, a, ids[i], reason)
		results[i] = h.resultOf(s, ids[i], doc, err)
		return err
	}
	var denied *auth.Denied
	first := 0
	for ; first < len(ids); first++ { // up to the first that the org is asked about
		err := run(first)
		if errors.As(err, &denied) {
			return nil, err
		}
		if results[first].Code != "state" {
			first++
			break
		}
	}
	for i := first; i < len(ids); i++ {
		g.Go(func() error {
			_ = run(i) // its result says it
			return nil
		})
	}
	_ = g.Wait() // no error: each has its result
	return results, nil
}

// notPossible is why an action does not fit an object as it is now.
type notPossible string

func (n notPossible) Error() string { return string(n) }

// runOne reads the object as it is now and does it. The org judges each by itself: a role
// that was taken away meanwhile counts from the next one on (security 35, fault 8).
func (h *console) runOne(ctx context.Context, s selection, a bulkAction, id, reason string) (doc okta.Object, err error) {
	resp, err := h.config.Org.Do(ctx, okta.Call{Op: okta.Find(s.get), Args: map[string]string{s.arg: id}, Patience: bulkWait})
	if err != nil {
		return doc, err
	}
	if doc, err = resp.Object(); err != nil {
		return doc, err
	}
	if why := a.why(doc); why != "" {
		return doc, notPossible(why)
	}
	call := a.call(doc, reason)
	call.Patience = bulkWait
	_, err = h.config.Org.Do(ctx, call)
	return doc, err
}

// resultOf puts what became of one object into words.
func (h *console) resultOf(s selection, id string, doc okta.Object, err error) bulkResult {
	r := bulkResult{ID: id, Name: id, Kind: bulkDone}
	if !doc.IsZero() {
		r.Name = s.show(doc).Name
	}
	var unfit notPossible
	switch {
	case errors.As(err, &unfit):
		r.Kind, r.Code, r.Message = bulkRefused, "state", string(unfit)
	case err != nil:
		return h.failedRow(r, err)
	}
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
	o := ui.Outcome{List: s.list, Back: s.backOf(c), Again: s.path, Key: a.key, Hidden: []ui.Hidden{{Name: "back", Value: s.backOf(c)}}}
	if a.pick != nil { // what was picked is picked again
		o.Hidden = append(o.Hidden, ui.Hidden{Name: a.pick.Name, Value: c.PostForm(a.pick.Name)})
	}
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
