package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/web/templates/user"
)

// activityQuery asks for what somebody did and what was done to them. A further page
// keeps the range of the first: a cursor belongs to it.
func (h *console) activityQuery(c *gin.Context, id string) url.Values {
	now := h.config.Now().UTC()
	q := url.Values{
		"filter": {`target.id eq "` + id + `" or actor.id eq "` + id + `"`},
		"since":  {now.AddDate(0, 0, -activityDays).Format(time.RFC3339)}, "until": {now.Add(time.Minute).Format(time.RFC3339)},
		"sortOrder": {"DESCENDING"}, "limit": {activityPage},
	}
	if c.Request.Method == http.MethodGet && c.Query("after") != "" {
		for _, name := range []string{"after", "since", "until"} {
			q.Set(name, c.Query(name))
		}
	}
	return q
}

// describeEvent puts an event of the System Log into words, as seen from the person with id.
func describeEvent(e logEvent, id string) user.Event {
	out := user.Event{
		At: e.Published, What: cmp.Or(e.DisplayMessage, e.EventType), Type: e.EventType,
		From: place(e.Client.IPAddress, e.Client.Place.City), Kind: "ok", Outcome: "Done",
	}
	switch e.Outcome.Result {
	case "FAILURE", "DENY":
		out.Kind, out.Outcome, out.Why = "bad", "Failed", e.Outcome.Reason
		if e.Outcome.Result == "DENY" {
			out.Outcome = "Denied"
		}
		if e.EventType == "user.session.start" {
			out.Why = reasonWords(e.Outcome.Reason)
		}
	case "SUCCESS", "ALLOW", "":
	default:
		out.Kind, out.Outcome = "info", roleWords(e.Outcome.Result)
	}
	if e.Actor.ID != id {
		out.By = party(e.Actor)
	}
	for _, t := range e.Target {
		if t.ID != id {
			out.With = append(out.With, party(t))
		}
	}
	return out
}

func party(p logParty) user.Party {
	out := user.Party{Name: cmp.Or(p.DisplayName, p.AlternateID, p.ID), Kind: p.Type}
	switch {
	case p.Type == "User" && userID.MatchString(p.ID):
		out.Href = "/people/" + p.ID
	case p.Type == "UserGroup" && groupID.MatchString(p.ID):
		out.Href = "/groups/" + p.ID
	case p.Type == "GroupRule" && ruleID.MatchString(p.ID):
		out.Href = "/group-rules/" + p.ID
	}
	return out
}

// trailError tells a cursor that is none from a trail that cannot be read.
func trailError(err error) error {
	if errors.Is(err, audit.ErrCursor) {
		return problem{
			Status: http.StatusBadRequest, Code: "cursor", Title: "This is not a page of the list",
			Message: "The address was changed or is from another console. Open the page again.", Err: err,
		}
	}
	return err
}
