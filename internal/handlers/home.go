package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"gatehouse/internal/audit"
	"gatehouse/internal/auth"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/home"
)

// What the home page asks for at most, and how many lines a card shows.
const (
	homeLockedLimit = "200"
	homeLogLimit    = "1000"
	homeTrailLimit  = 200
	homeLines       = 8
)

const lockedFilter = `status eq "LOCKED_OUT"`

// home answers "does anything need me" with two calls to the org at once; each card
// fails by itself. The rate budget and the admin's own changes cost no call.
func (h *console) home(c *gin.Context) (View, error) {
	ctx := c.Request.Context()
	s := auth.From(ctx)
	first, _, _ := strings.Cut(s.Name, " ")
	v := home.View{Name: first, DayPart: dayPart(h.config.Now()), Org: h.orgName(), Buckets: []home.Bucket{}}
	var wait sync.WaitGroup
	if h.may(ctx, "listUsers") {
		wait.Go(func() { v.Locked = h.lockedOut(ctx) })
	}
	if h.may(ctx, "getLogs") {
		wait.Go(func() { v.Failed = h.failedSignIns(ctx) })
	}
	wait.Go(func() { v.Changes = h.ownChanges(ctx, s.UserID) })
	wait.Wait()
	for _, b := range h.config.Budget.Buckets() {
		v.Buckets = append(v.Buckets, home.Bucket{Name: b.Name, Limit: b.Limit, Remaining: b.Remaining, Reset: b.Reset})
	}
	health := h.config.Org.Health()
	v.Calls = home.Calls{
		Total: health.Calls, Unreachable: health.Unreachable, Unreadable: health.BadAnswers, Unknown: health.Unknown,
		Limited: health.RateLimited, Since: health.Since,
	}
	return Screen{Around: About{Title: "Home", Section: "home"}, Body: home.Page(v), Data: itemOf(v, nil)}, nil
}

// lockedOut reads the people locked out now.
func (h *console) lockedOut(ctx context.Context) home.Locked {
	l := home.Locked{Card: home.Card{Shown: true}, People: []home.Person{}, Href: "/people?" + url.Values{"q": {lockedFilter}}.Encode()}
	type person struct {
		ID            string `json:"id"`
		StatusChanged string `json:"statusChanged"`
		Profile       struct {
			FirstName string `json:"firstName"`
			LastName  string `json:"lastName"`
			Login     string `json:"login"`
		} `json:"profile"`
	}
	var people []person
	more, err := h.read(ctx, okta.Call{
		Op:    okta.Find("listUsers"),
		Query: url.Values{"filter": {lockedFilter}, "limit": {homeLockedLimit}},
	}, &people)
	if err != nil {
		l.Error = h.words(err)
		return l
	}
	l.Count, l.More = len(people), more
	slices.SortFunc(people, func(a, b person) int { return strings.Compare(b.StatusChanged, a.StatusChanged) })
	for _, p := range people[:min(len(people), homeLines)] {
		name := strings.TrimSpace(p.Profile.FirstName + " " + p.Profile.LastName)
		l.People = append(l.People, home.Person{ID: p.ID, Name: cmp.Or(name, p.Profile.Login), Login: p.Profile.Login, Since: p.StatusChanged})
	}
	return l
}

// failedSignIns reads the failed sign-ins of the last hour, the latest first.
func (h *console) failedSignIns(ctx context.Context) home.Failed {
	f := home.Failed{Card: home.Card{Shown: true}, Latest: []home.Attempt{}}
	now := h.config.Now().UTC()
	var events []logEvent
	more, err := h.read(ctx, okta.Call{Op: okta.Find("getLogs"), Query: url.Values{
		"since":     {now.Add(-time.Hour).Format(time.RFC3339)},
		"until":     {now.Format(time.RFC3339)},
		"filter":    {`eventType eq "user.session.start" and outcome.result eq "FAILURE"`},
		"sortOrder": {"DESCENDING"}, "limit": {homeLogLimit},
	}}, &events)
	if err != nil {
		f.Error = h.words(err)
		return f
	}
	f.Count, f.More = len(events), more
	addresses := map[string]bool{}
	for i, e := range events {
		addresses[e.Client.IPAddress] = true
		if i >= homeLines {
			continue
		}
		a := home.Attempt{
			Name: cmp.Or(e.Actor.DisplayName, e.Actor.AlternateID, "unknown"), Reason: reasonWords(e.Outcome.Reason),
			From: place(e.Client.IPAddress, e.Client.Place.City), At: e.Published,
		}
		if e.Actor.Type == "User" && e.Actor.ID != "unknown" {
			a.ActorID = e.Actor.ID
		}
		f.Latest = append(f.Latest, a)
	}
	f.Addresses = len(addresses)
	return f
}

// ownChanges reads what the admin changed since midnight UTC, the latest first. The trail
// also holds events, such as sign-ins, which change nothing at the org.
func (h *console) ownChanges(ctx context.Context, userID string) home.Changes {
	card := home.Changes{Card: home.Card{Shown: true}, Latest: []home.Change{}}
	own := audit.Filter{Actor: userID, Since: h.config.Now().UTC().Truncate(24 * time.Hour)}
	rows, next, err := h.config.Trail.List(ctx, own, "", homeTrailLimit)
	if err != nil {
		card.Error = h.words(err)
		return card
	}
	card.More = next != ""
	for _, r := range rows {
		if r.Method == "" {
			continue
		}
		card.Count++
		if card.Count > homeLines {
			continue
		}
		row, _, err := describeChange(r)
		if err != nil {
			card.Error = h.words(err)
			return card
		}
		var names []string
		for _, t := range row.Targets {
			names = append(names, t.Name)
		}
		card.Latest = append(card.Latest, home.Change{Seq: row.Seq, What: row.What, Target: strings.Join(names, ", "), Outcome: row.Outcome, At: row.At})
	}
	return card
}

// read calls the org and decodes the answer; more tells that a list goes on.
func (h *console) read(ctx context.Context, call okta.Call, v any) (more bool, err error) {
	resp, err := h.config.Org.Do(ctx, call)
	if err != nil {
		return false, err
	}
	return resp.Next != "", resp.Decode(v)
}

// words says an error in one sentence for a card, and logs what it leaves out.
func (h *console) words(err error) string {
	if errors.Is(err, context.Canceled) {
		return "The request was cancelled."
	}
	p := h.describe(err)
	h.config.Log.Warn("part of a page is missing", "code", printable(p.Code), "error", printable(p.Error()))
	return strings.TrimSuffix(p.Title, ".") + ". " + p.Message
}

func dayPart(t time.Time) string {
	switch hour := t.Hour(); {
	case hour < 5:
		return "evening"
	case hour < 12:
		return "morning"
	case hour < 18:
		return "afternoon"
	}
	return "evening"
}

// reasonWords says the reason of a failed sign-in as people do: INVALID_CREDENTIALS.
func reasonWords(reason string) string {
	switch reason {
	case "INVALID_CREDENTIALS":
		return "Wrong password"
	case "VERIFICATION_ERROR":
		return "Unknown login"
	case "LOCKED_OUT":
		return "Locked out"
	case "":
		return "–"
	}
	return strings.ToLower(strings.ReplaceAll(reason, "_", " "))
}

func place(address, city string) string {
	if city == "" {
		return address
	}
	return address + ", " + city
}
