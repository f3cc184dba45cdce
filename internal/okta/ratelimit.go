package okta

import (
	"net/http"
	"strconv"
	"time"
)

// maxReset bounds a believable X-Rate-Limit-Reset: windows are a minute, a few limits
// count by the hour.
const maxReset = time.Hour

// quota is what the X-Rate-Limit headers of one answer say.
type quota struct {
	limit, remaining int
	// wait is the time until the window ends by the org's clock, Reset - Date: the
	// local clock may be wrong (faults 1).
	wait time.Duration
}

// readQuota reads the rate-limit headers. It is false where one is absent, repeated,
// not a number or not believable, or Date is missing (faults 3).
func readQuota(h http.Header) (quota, bool) {
	limit, ok1 := number(h, "X-Rate-Limit-Limit")
	remaining, ok2 := number(h, "X-Rate-Limit-Remaining")
	reset, ok3 := number(h, "X-Rate-Limit-Reset")
	if !ok1 || !ok2 || !ok3 || len(h["Date"]) != 1 || limit > 1<<30 || remaining > 1<<30 {
		return quota{}, false
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return quota{}, false
	}
	seconds := max(0, reset-date.Unix()) // before it is a Duration: a date far ahead would overflow one
	if seconds > int64(maxReset/time.Second) {
		return quota{}, false
	}
	return quota{int(limit), int(remaining), time.Duration(seconds) * time.Second}, true
}

// number reads the one value of a header as a whole number that is not negative.
func number(h http.Header, name string) (int64, bool) {
	values := h.Values(name)
	if len(values) != 1 {
		return 0, false
	}
	n, err := strconv.ParseInt(values[0], 10, 64)
	return n, err == nil && n >= 0
}

// concurrency tells a refusal for too many calls at once: limit and remaining are both
// 0 and the reset time is a guess (okta-semantics C2, faults 2).
func concurrency(h http.Header) bool {
	limit, ok1 := number(h, "X-Rate-Limit-Limit")
	remaining, ok2 := number(h, "X-Rate-Limit-Remaining")
	return ok1 && ok2 && limit == 0 && remaining == 0
}
