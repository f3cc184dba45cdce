package handlers

import (
	"context"
	"net/http"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/change"
	"gatehouse/web/templates/user"
)

// trailAbout chooses the changes of somebody that the reader may see.
func (h *console) trailAbout(ctx context.Context, id string) audit.Filter {
	f := audit.Filter{Target: id}
	if s := auth.From(ctx); !readsTrail(s) {
		f.Actor = s.UserID
	}
	return f
}

// historyScreen is what was changed about the person through this console.
func (h *console) historyScreen(c *gin.Context, p person) (Screen, error) {
	t, err := h.changesOf(c, "/people/", p.id())
	if err != nil {
		return Screen{}, err
	}
	return t.in(c, h.personScreen(c, p, "history", t.whole)), nil
}

// tabList is a list that is a tab of an object: whole, the rows of a further page, and its JSON.
type tabList struct {
	whole, rows templ.Component
	further     bool
	data        List
}

// in puts the list into the screen of its tab: what a further page or JSON needs of it.
func (t tabList) in(c *gin.Context, v Screen) Screen {
	if c.Request.Method != http.MethodGet {
		return v
	}
	if t.further {
		v.Part = t.rows
	}
	v.Data = t.data
	return v
}

// changesOf is what was changed about the object with id in an area of the console.
func (h *console) changesOf(c *gin.Context, area, id string) (tabList, error) {
	ctx := c.Request.Context()
	after := ""
	if c.Request.Method == http.MethodGet {
		after = c.Query("after")
	}
	rows, next, err := h.config.Trail.List(ctx, h.trailAbout(ctx, id), after, changesPage)
	if err != nil {
		return tabList{}, trailError(err)
	}
	l, docs := change.List{Mine: !readsTrail(auth.From(ctx))}, []changeDocument{}
	for _, r := range rows {
		row, doc, err := describeChange(r)
		if err != nil {
			return tabList{}, err
		}
		l.Rows, docs = append(l.Rows, row), append(docs, doc)
	}
	if next != "" {
		l.Next = area + id + "/history?after=" + next
	}
	return tabList{user.Boxed(change.Table(l)), change.Rows(l), after != "", listOf(docs, l.Next)}, nil
}

// activityDays is how far back the tab Activity looks: the org keeps 90 days.
const activityDays = 90

// activityPage is how many events a page of it holds.
const activityPage = "50"

// activityScreen is the System Log about the person, newest first.
func (h *console) activityScreen(c *gin.Context, p person) (Screen, error) {
	t, err := h.eventsOf(c, "/people/", p.id(), "person")
	if err != nil {
		return Screen{}, err
	}
	return t.in(c, h.personScreen(c, p, "activity", t.whole)), nil
}

// eventsOf is the System Log about the object with id in an area of the console, newest
// first. noun is what the object is.
func (h *console) eventsOf(c *gin.Context, area, id, noun string) (tabList, error) {
	q := h.activityQuery(c, id)
	resp, err := h.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find("getLogs"), Query: q})
	if err != nil {
		return tabList{}, err
	}
	var events []logEvent
	if err := resp.Decode(&events); err != nil {
		return tabList{}, err
	}
	a := user.Activity{Days: activityDays, Noun: noun}
	for _, e := range events {
		a.Events = append(a.Events, describeEvent(e, id))
	}
	if next := resp.NextQuery(); next != nil && len(events) > 0 {
		a.Next = area + id + "/activity?after=" + next.Get("after") + "&since=" + q.Get("since") + "&until=" + q.Get("until")
	}
	docs, err := resp.Objects()
	if err != nil {
		return tabList{}, err
	}
	return tabList{user.ActivityTab(a), user.Events(a), c.Query("after") != "", listOf(docs, a.Next)}, nil
}
