package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/db"
	"gatehouse/web/templates/change"
)

// changesPage is how many changes a page of the trail holds.
const changesPage = 50

// trailReaders are the roles that may read the System Log of the whole org, and so the
// trail of others (okta-semantics C6). Everybody else sees what they did themselves.
var trailReaders = []string{"SUPER_ADMIN", "ORG_ADMIN", "READ_ONLY_ADMIN", "REPORT_ADMIN"}

// listChanges is the trail, newest first; the address holds the filters.
func (h *console) listChanges(c *gin.Context) (View, error) {
	s := auth.From(c.Request.Context())
	l := change.List{Mine: !readsTrail(s), Filter: change.Filter{
		Who: c.Query("who"), Target: c.Query("target"), Operation: c.Query("operation"), Since: c.Query("since"), Until: c.Query("until"),
	}}
	filter, err := trailFilter(l.Filter, s, l.Mine)
	if err != nil {
		return nil, err
	}
	rows, next, err := h.config.Trail.List(c.Request.Context(), filter, c.Query("after"), changesPage)
	if errors.Is(err, audit.ErrCursor) {
		return nil, problem{
			Status: http.StatusBadRequest, Code: "cursor", Title: "This is not a page of the list",
			Message: "The address was changed or is from another console. Open Changes again.", Err: err,
		}
	}
	if err != nil {
		return nil, err
	}
	docs := []changeDocument{}
	for _, r := range rows {
		row, doc, err := describeChange(r)
		if err != nil {
			return nil, err
		}
		l.Rows, docs = append(l.Rows, row), append(docs, doc)
	}
	if next != "" {
		l.Next = with(c.Request.URL, "after", next)
	}
	l.Chips = changeChips(c.Request.URL)
	v := Screen{Around: About{Title: "Changes", Section: "changes"}, Body: change.Page(l), Part: change.Part(l), Data: listOf(docs, l.Next)}
	if c.Query("after") != "" {
		v.Part = change.Rows(l)
	}
	return v, nil
}

// getChange is one change with its documents.
func (h *console) getChange(c *gin.Context) (View, error) {
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil || seq < 1 {
		return nil, notFound("Change")
	}
	r, err := h.config.Trail.Get(c.Request.Context(), seq)
	if db.IsNone(err) {
		return nil, notFound("Change")
	}
	if err != nil {
		return nil, err
	}
	s := auth.From(c.Request.Context())
	if r.Actor.ID != s.UserID && !readsTrail(s) {
		return nil, notFound("Change")
	}
	row, doc, err := describeChange(r)
	if err != nil {
		return nil, err
	}
	d := change.Detail{Row: row, Facts: changeFacts(r)}
	for _, x := range []change.Document{{Title: "Before", JSON: r.Before}, {Title: "Sent", JSON: r.Sent}, {Title: "After", JSON: r.After}} {
		if len(x.JSON) > 0 {
			d.Documents = append(d.Documents, x)
		}
	}
	return Screen{Around: About{Title: row.What, Section: "changes"}, Body: change.DetailPage(d), Data: itemOf(doc, nil)}, nil
}

func readsTrail(s *auth.Session) bool {
	return slices.ContainsFunc(s.Roles, func(r auth.Role) bool {
		return r.Status != "INACTIVE" && slices.Contains(trailReaders, r.Type)
	})
}

// trailFilter reads the filters of the address. Dates are whole days in UTC, both included.
func trailFilter(f change.Filter, s *auth.Session, mine bool) (audit.Filter, error) {
	filter := audit.Filter{Actor: f.Who, Target: f.Target, Operation: f.Operation}
	if mine || f.Who == "me" {
		filter.Actor = s.UserID
	}
	for _, d := range []struct {
		text string
		to   *time.Time
		days int
	}{{f.Since, &filter.Since, 0}, {f.Until, &filter.Until, 1}} {
		if d.text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, d.text)
		if err != nil {
			return filter, problem{
				Status: http.StatusBadRequest, Code: "date", Title: "This is not a date",
				Message: "Write it as 2026-01-31.", Err: err,
			}
		}
		*d.to = day.AddDate(0, 0, d.days)
	}
	return filter, nil
}

// changeChips are the filters that are on, each with the address without it.
func changeChips(u *url.URL) []change.Chip {
	var chips []change.Chip
	for _, f := range []struct{ name, label string }{{"who", "who"}, {"target", "target"}, {"operation", "operation"}, {"since", "from"}, {"until", "to"}} {
		if v := u.Query().Get(f.name); v != "" {
			chips = append(chips, change.Chip{Name: f.label, Value: v, Without: with(u, f.name, "")})
		}
	}
	return chips
}

// with is the path and query of u with one parameter set, or removed where value is "";
// the cursor never survives a change of the others.
func with(u *url.URL, name, value string) string {
	q := u.Query()
	q.Del("after")
	for key := range q {
		if q.Get(key) == "" {
			q.Del(key)
		}
	}
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return u.Path
	}
	return u.Path + "?" + q.Encode()
}
