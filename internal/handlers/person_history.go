package handlers

import (
	"context"

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
	ctx := c.Request.Context()
	after := ""
	if c.Request.Method == "GET" {
		after = c.Query("after")
	}
	rows, next, err := h.config.Trail.List(ctx, h.trailAbout(ctx, p.id()), after, changesPage)
	if err != nil {
		return Screen{}, trailError(err)
	}
	l, docs := change.List{Mine: !readsTrail(auth.From(ctx))}, []changeDocument{}
	for _, r := range rows {
		row, doc, err := describeChange(r)
		if err != nil {
			return Screen{}, err
		}
		l.Rows, docs = append(l.Rows, row), append(docs, doc)
	}
	if next != "" {
		l.Next = "/people/" + p.id() + "/history?after=" + next
	}
	v := h.personScreen(c, p, "history", user.Boxed(change.Table(l)))
	if after != "" {
		v.Part = change.Rows(l)
	}
	if wanted(c.Request) == document && c.Request.Method == "GET" {
		v.Data = listOf(docs, l.Next)
	}
	return v, nil
}

// activityDays is how far back the tab Activity looks: the org keeps 90 days.
const activityDays = 90

// activityPage is how many events a page of it holds.
const activityPage = "50"

// logEvent is an event of the System Log, as much of it as a person's page shows.
type logEvent struct {
	Published      string   `json:"published"`
	EventType      string   `json:"eventType"`
	DisplayMessage string   `json:"displayMessage"`
	Actor          logParty `json:"actor"`
	Target         []logParty
	Client         struct {
		IPAddress string `json:"ipAddress"`
		Place     struct {
			City string `json:"city"`
		} `json:"geographicalContext"`
	} `json:"client"`
	Outcome struct {
		Result string `json:"result"`
		Reason string `json:"reason"`
	} `json:"outcome"`
}

type logParty struct {
	ID          string `json:"id"`
	Type        string `json:"type"`
	AlternateID string `json:"alternateId"`
	DisplayName string `json:"displayName"`
}

// activityScreen is the System Log about the person, newest first.
func (h *console) activityScreen(c *gin.Context, p person) (Screen, error) {
	q := h.activityQuery(c, p.id())
	resp, err := h.config.Org.Do(c.Request.Context(), okta.Call{Op: okta.Find("getLogs"), Query: q})
	if err != nil {
		return Screen{}, err
	}
	var events []logEvent
	if err := resp.Decode(&events); err != nil {
		return Screen{}, err
	}
	a := user.Activity{Days: activityDays}
	for _, e := range events {
		a.Events = append(a.Events, describeEvent(e, p.id()))
	}
	if next := resp.NextQuery(); next != nil && len(events) > 0 {
		a.Next = "/people/" + p.id() + "/activity?after=" + next.Get("after") + "&since=" + q.Get("since") + "&until=" + q.Get("until")
	}
	v := h.personScreen(c, p, "activity", user.ActivityTab(a))
	if c.Request.Method == "GET" {
		if c.Query("after") != "" {
			v.Part = user.Events(a)
		}
		docs, err := resp.Objects()
		if err != nil {
			return Screen{}, err
		}
		v.Data = listOf(docs, a.Next)
	}
	return v, nil
}
