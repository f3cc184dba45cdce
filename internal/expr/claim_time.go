package expr

import (
	"strconv"
	"strings"
	"time"

	_ "time/tzdata" // a container may have no time zones
)

// The functions on times, by their documentation. A time that cannot be read is a fault.

const isoForm = "2006-01-02T15:04:05.000Z07:00"

func iso(t time.Time) string { return t.UTC().Format(isoForm) }

// timeNow is the time in a zone ("UTC" unless named) and a form (ISO 8601 unless named).
func timeNow(x *Context, args []any) (any, string) {
	t, form := x.Now.UTC(), isoForm
	if len(args) > 0 && args[0] != nil {
		zone, err := time.LoadLocation(args[0].(string))
		if err != nil || zone == time.Local {
			return nil, "'" + printed(args[0].(string)) + "' is no time zone"
		}
		t = t.In(zone)
	}
	if len(args) > 1 && args[1] != nil {
		var problem string
		if form, problem = layout(args[1].(string)); problem != "" {
			return nil, problem
		}
	}
	return t.Format(form), ""
}

func unixToISO(args []any) (any, string) {
	n, problem := wholeNumber(args[0])
	if problem != "" || args[0] == nil {
		return nil, problem
	}
	return iso(time.Unix(n, 0)), ""
}

func isoToUnix(args []any) (any, string) {
	t, problem := readISO(args[0])
	if problem != "" || args[0] == nil {
		return nil, problem
	}
	return strconv.FormatInt(t.Unix(), 10), ""
}

// windowsEpoch is how many seconds before 1970 the times of Windows begin.
const windowsEpoch = 11_644_473_600

func windowsToISO(args []any) (any, string) {
	n, problem := wholeNumber(args[0])
	if problem != "" || args[0] == nil {
		return nil, problem
	}
	return iso(time.Unix(n/10_000_000-windowsEpoch, n%10_000_000*100)), ""
}

func isoToWindows(args []any) (any, string) {
	t, problem := readISO(args[0])
	if problem != "" || args[0] == nil {
		return nil, problem
	}
	return strconv.FormatInt((t.Unix()+windowsEpoch)*10_000_000+int64(t.Nanosecond())/100, 10), ""
}

func textToISO(args []any) (any, string) {
	form, problem := layout(textOf(args[1]))
	if problem != "" || args[0] == nil {
		return nil, problem
	}
	t, err := time.Parse(form, args[0].(string))
	if err != nil {
		return nil, "'" + printed(args[0].(string)) + "' is no time of this form"
	}
	return iso(t), ""
}

func isoToText(args []any) (any, string) {
	form, problem := layout(textOf(args[1]))
	if problem != "" || args[0] == nil {
		return nil, problem
	}
	t, problem := readISO(args[0])
	if problem != "" {
		return nil, problem
	}
	return t.UTC().Format(form), ""
}

// maxSeconds keeps times within the years that ISO 8601 spells with four digits.
const maxSeconds = 253_402_300_799

func wholeNumber(v any) (int64, string) {
	if v == nil {
		return 0, ""
	}
	n, err := strconv.ParseInt(textOf(v), 10, 64)
	if err != nil || n < 0 || n > (maxSeconds+windowsEpoch)*10_000_000 {
		return 0, "'" + printed(textOf(v)) + "' is no time"
	}
	return n, ""
}

func readISO(v any) (time.Time, string) {
	if v == nil {
		return time.Time{}, ""
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(form, v.(string)); err == nil {
			return t, ""
		}
	}
	return time.Time{}, "'" + printed(v.(string)) + "' is no time of ISO 8601"
}

// layouts are the letters of a form (Joda-Time) as this language's layouts spell them.
var layouts = map[string]string{
	"yyyy": "2006", "YYYY": "2006", "yy": "06", "YY": "06", "M": "1", "MM": "01", "MMM": "Jan", "MMMM": "January", "d": "2", "dd": "02",
	"H": "15", "HH": "15", "h": "3", "hh": "03", "m": "4", "mm": "04", "s": "5", "ss": "05", "SSS": "000", "a": "PM",
	"E": "Mon", "EEE": "Mon", "EEEE": "Monday", "Z": "-0700", "ZZ": "-07:00", "z": "MST",
}

// maxForm bounds a form in bytes.
const maxForm = 100

// layout translates a form such as "YYYY-MM-dd'T'HH:mm:ss". Text between quotes stands for itself.
func layout(form string) (string, string) {
	if len(form) > maxForm {
		return "", "the form of the time is too long"
	}
	var out strings.Builder
	for i := 0; i < len(form); {
		c := form[i]
		if c == '\'' {
			end := strings.IndexByte(form[i+1:], '\'')
			if end < 0 {
				return "", "a quote of the form does not end"
			}
			out.WriteString(form[i+1 : i+1+end])
			i += end + 2
			continue
		}
		if !('a' <= c|0x20 && c|0x20 <= 'z') {
			out.WriteByte(c)
			i++
			continue
		}
		end := i
		for end < len(form) && form[end] == c {
			end++
		}
		part := layouts[form[i:end]]
		if part == "" {
			return "", "'" + form[i:end] + "' is no part of a time"
		}
		out.WriteString(part)
		i = end
	}
	return out.String(), ""
}
