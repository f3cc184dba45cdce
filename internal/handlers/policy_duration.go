package handlers

import (
	"regexp"
	"strconv"
	"strings"
)

// minuteWords writes minutes as people do: 480 is "8 h".
func minuteWords(n int) string {
	var parts []string
	for _, u := range []struct {
		minutes int
		name    string
	}{{24 * 60, "d"}, {60, "h"}, {1, "min"}} {
		if n >= u.minutes {
			parts = append(parts, strconv.Itoa(n/u.minutes)+" "+u.name)
			n %= u.minutes
		}
	}
	if len(parts) == 0 {
		return "0 min"
	}
	return strings.Join(parts, " ")
}

// isoPeriod is the part of ISO 8601 durations that the API uses: P1DT2H10M, PT0S.
var isoPeriod = regexp.MustCompile(`^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:0S)?)?$`)

// isoMinutes reads a duration of whole minutes.
func isoMinutes(iso string) (int, bool) {
	m := isoPeriod.FindStringSubmatch(iso)
	if m == nil || iso == "P" || strings.HasSuffix(iso, "T") {
		return 0, false
	}
	total := 0
	for i, size := range []int{24 * 60, 60, 1} {
		n, err := strconv.Atoi("0" + m[i+1])
		if err != nil {
			return 0, false
		}
		total += n * size
	}
	return total, true
}

func isoWords(iso string) string {
	if n, ok := isoMinutes(iso); ok {
		return minuteWords(n)
	}
	return iso
}
