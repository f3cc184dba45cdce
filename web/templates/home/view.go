package home

import (
	"strconv"
	"time"

	"gatehouse/web/templates/ui"
)

// View is the home page. A card that could not be filled says so and leaves the others alone.
type View struct {
	// Name is the admin's first name, as far as it is known.
	Name string `json:"-"`
	// Part of the day: morning, afternoon, evening.
	DayPart string `json:"-"`
	Org     string `json:"-"`
	Locked  Locked `json:"lockedOut"`
	Failed  Failed `json:"failedSignIns"`
	// Changes are the admin's own, today.
	Changes Changes `json:"ownChanges"`
	// Buckets are the rate limits that the console has met, the most used first.
	Buckets []Bucket `json:"rateBudget"`
	Calls   Calls    `json:"calls"`
}

// Calls are the console's calls to the org since it started, and how many of them failed
// as the org never meant them to (fault 5).
type Calls struct {
	Total       int `json:"total"`
	Unreachable int `json:"unreachable"`
	Unreadable  int `json:"unreadable"`
	Unknown     int `json:"unknown"`
	Limited     int `json:"limited"`
	// Since is when the org stopped to answer; zero while it answers.
	Since time.Time `json:"notAnsweringSince,omitzero"`
}

// failures are the kinds of failed calls that there were, in words.
func (c Calls) failures() []string {
	var out []string
	for _, f := range []struct {
		n    int
		what string
	}{{c.Unreachable, "without an answer"}, {c.Unreadable, "with an answer that could not be read"}, {c.Unknown, "with an end that is not known"}, {c.Limited, "held back by a rate limit"}} {
		if f.n > 0 {
			out = append(out, ui.Number(f.n)+" "+f.what)
		}
	}
	return out
}

// Card is a number that was asked of the org.
type Card struct {
	// Shown is false where the admin may not read what it counts.
	Shown bool `json:"-"`
	Count int  `json:"count"`
	// More tells that there are more than Count.
	More bool `json:"more"`
	// Error says why there is no number; empty where there is one.
	Error string `json:"error,omitempty"`
}

// Locked are people locked out now.
type Locked struct {
	Card
	People []Person `json:"people"`
	Href   string   `json:"-"`
}

// Person is a line of Locked.
type Person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Login string `json:"login"`
	Since string `json:"since"`
}

// Failed are failed sign-ins of the last hour.
type Failed struct {
	Card
	Addresses int       `json:"addresses"`
	Latest    []Attempt `json:"latest"`
}

// Attempt is a line of Failed.
type Attempt struct {
	ActorID string `json:"actorId"`
	Name    string `json:"name"`
	Reason  string `json:"reason"`
	From    string `json:"from"`
	At      string `json:"at"`
}

// Changes are the admin's own changes since midnight UTC.
type Changes struct {
	Card
	Latest []Change `json:"latest"`
}

// Change is a line of Changes.
type Change struct {
	Seq     int64     `json:"seq"`
	What    string    `json:"what"`
	Target  string    `json:"target"`
	Outcome string    `json:"outcome"`
	At      time.Time `json:"at"`
}

// Bucket is one rate limit.
type Bucket struct {
	Name      string    `json:"name"`
	Limit     int       `json:"limit"`
	Remaining int       `json:"remaining"`
	Reset     time.Time `json:"reset"`
}

// Used is how many calls of the limit are gone.
func (b Bucket) Used() int { return b.Limit - b.Remaining }

func (c Card) number() string {
	n := ui.Number(c.Count)
	if c.More {
		return "over " + n
	}
	return n
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return ui.Number(n) + " " + many
}

func bucketClass(b Bucket) string {
	if b.Limit > 0 && b.Remaining*4 < b.Limit {
		return "low"
	}
	return ""
}

func changeHref(c Change) string { return "/changes/" + strconv.FormatInt(c.Seq, 10) }

func text(n int) string { return strconv.Itoa(n) }

func greeting(v View) string {
	if v.Name == "" {
		return "Home"
	}
	return "Good " + v.DayPart + ", " + v.Name
}

// leastLeft is the share left of the most used limit.
func leastLeft(bs []Bucket) string {
	if bs[0].Limit == 0 {
		return "–"
	}
	return strconv.Itoa(100*bs[0].Remaining/bs[0].Limit) + " %"
}
