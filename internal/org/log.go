package org

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/okta"
)

// Bounds of the System Log's endpoint (okta-semantics C3).
const (
	logDefaultLimit = 100
	logMaxLimit     = 1000
	logDefaultSpan  = 7 * 24 * time.Hour
	logMaxAge       = 180 * 24 * time.Hour
	// logMaxWords and logMaxWord bound q.
	logMaxWords, logMaxWord = 10, 40
)

// logQuery is a checked request for a part of the log.
type logQuery struct {
	since, until time.Time
	// polling is a request without until in ascending order: it always has a next page.
	polling    bool
	descending bool
	limit      int
	words      []string
	filter     *logFilter
	after      int64
}

// getLogs answers a part of the System Log, in the order in which it was stored.
func getLogs(o *Org, r *Request) (Reply, error) {
	q, err := o.parseLogQuery(r)
	if err != nil {
		return Reply{}, err
	}
	s := o.reads(r.ctx)
	found, err := o.scanLog(s, q)
	if err != nil {
		return Reply{}, err
	}
	header := http.Header{}
	header.Add("Link", linkHeader(o.baseURL+r.URI, "self"))
	if q.polling || found.more {
		header.Add("Link", linkHeader(o.logNext(r, q, found.last), "next"))
	}
	return Reply{Status: http.StatusOK, Header: header, Body: []byte("[" + strings.Join(found.bodies, ",") + "]")}, nil
}

func linkHeader(target, rel string) string { return "<" + target + `>; rel="` + rel + `"` }

func (o *Org) parseLogQuery(r *Request) (logQuery, error) {
	now := o.now()
	q := logQuery{until: now.Add(time.Minute), limit: logDefaultLimit}
	switch r.Query.Get("sortOrder") {
	case "", "ASCENDING":
	case "DESCENDING":
		q.descending = true
	default:
		return q, invalid("sortOrder", "sortOrder: must be ASCENDING or DESCENDING")
	}
	q.polling = r.Query.Get("until") == "" && !q.descending
	for name, at := range map[string]*time.Time{"since": &q.since, "until": &q.until} {
		if v := r.Query.Get(name); v != "" {
			t, err := time.Parse(time.RFC3339, v)
			if err != nil {
				return q, fail("E0000030", "", name+": "+printable(v)+" is not a date")
			}
			*at = t
		}
	}
	if q.since.IsZero() {
		q.since = q.until.Add(-logDefaultSpan)
	}
	if now.Sub(q.since) > logMaxAge {
		return q, fail("E0000053", printable(r.Query.Get("since")), "since: cannot be more than 180 days ago")
	}
	if v := r.Query.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 {
			return q, fail("E0000029", "", "limit: must be a number from 0 to 1,000")
		}
		q.limit = min(n, logMaxLimit)
	}
	if q.words = strings.Fields(fold(r.Query.Get("q"))); len(q.words) > logMaxWords {
		return q, invalid("q", "q: at most 10 words")
	}
	for _, w := range q.words {
		if len([]rune(w)) > logMaxWord {
			return q, invalid("q", "q: at most 40 characters a word")
		}
	}
	var err error
	if q.filter, err = parseLogFilter(r.Query.Get("filter")); err != nil {
		return q, err
	}
	q.after, err = o.openLogCursor(r, r.Query.Get("after"))
	return q, err
}

// logNext is the address of the page behind the entry with this sequence number.
func (o *Org) logNext(r *Request, q logQuery, last int64) string {
	v := url.Values{}
	for name, values := range r.Query {
		v[name] = values
	}
	if q.polling && v.Get("since") == "" {
		v.Set("since", stamp(q.since))
	}
	v.Set("after", o.sealLogCursor(r, last))
	return o.baseURL + r.Op.Path + "?" + v.Encode()
}

// matches tells whether a stored entry belongs to the answer.
func (q logQuery) matches(body string) (bool, error) {
	if q.filter != nil {
		doc, err := okta.Trusted([]byte(body))
		if err != nil {
			return false, err
		}
		if !q.filter.matches(doc) {
			return false, nil
		}
	}
	if len(q.words) == 0 {
		return true, nil
	}
	text := fold(body)
	for _, w := range q.words {
		if !strings.Contains(text, w) {
			return false, nil
		}
	}
	return true, nil
}
