package ui

import (
	"strconv"
	"time"
)

// Duration says how long in hours and minutes: "7 h 12 min".
func Duration(d time.Duration) string {
	d = max(d, 0)
	h, m := int(d.Hours()), int(d.Minutes())%60
	if h == 0 {
		return strconv.Itoa(m) + " min"
	}
	return strconv.Itoa(h) + " h " + strconv.Itoa(m) + " min"
}

// ago says how far t lies from now in its largest unit, as time.js does later.
func ago(t, now time.Time) string {
	d := now.Sub(t)
	past := d >= 0
	d = d.Abs()
	var text string
	switch days := int(d.Hours() / 24); {
	case days == 1:
		text = "1 day"
	case days > 1:
		text = Number(days) + " days"
	case d >= time.Hour:
		text = strconv.Itoa(int(d.Hours())) + " h"
	case d >= time.Minute:
		text = strconv.Itoa(int(d.Minutes())) + " min"
	case past:
		return "just now"
	default:
		return "in a moment"
	}
	if past {
		return text + " ago"
	}
	return "in " + text
}

// Number groups the digits of n by thousands: 12,345.
func Number(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
