package handlers

import (
	"net/http"
	"strconv"
	"strings"
)

// form is the shape of an answer.
type form int

const (
	page form = iota
	fragment
	document // JSON
)

// wanted picks the shape that a request asks for (contracts.md section 2).
func wanted(r *http.Request) form {
	accept := strings.Join(r.Header.Values("Accept"), ",")
	switch {
	case quality(accept, "application/json") > quality(accept, "text/html"):
		return document
	case r.Header.Get("HX-Request-Type") == "partial" && r.Header.Get("HX-History-Restore-Request") == "":
		return fragment
	}
	return page
}

// isHTMX tells whether htmx will read the answer, and so its HX- headers.
func isHTMX(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// quality is the weight that an Accept header gives a media type; the most specific
// range counts (RFC 9110 section 12.5.1).
func quality(accept, mediaType string) float64 {
	kind, _, _ := strings.Cut(mediaType, "/")
	best, specific := 0.0, -1
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		rank := -1
		switch strings.ToLower(strings.TrimSpace(name)) {
		case mediaType:
			rank = 2
		case kind + "/*":
			rank = 1
		case "*/*":
			rank = 0
		}
		if rank > specific {
			best, specific = weight(params), rank
		}
	}
	return best
}

// weight reads q from the parameters of a range; 1 where it is absent or unreadable.
func weight(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(p), "q="); ok {
			if q, err := strconv.ParseFloat(v, 64); err == nil {
				return q
			}
		}
	}
	return 1
}
