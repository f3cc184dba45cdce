package org

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// scalar is a JSON string, number or boolean, as a search compares it.
type scalar struct {
	// kind is the first byte of its JSON: '"', 't' or 'f' as 't', a digit or '-' as '0'.
	kind byte
	// text is the string, or the JSON text of a number or boolean.
	text string
}

func scalarOf(v json.RawMessage) (scalar, bool) {
	if len(v) == 0 {
		return scalar{}, false
	}
	switch c := v[0]; {
	case c == '"':
		s, ok := rawText(v)
		return scalar{'"', s}, ok
	case c == 't' || c == 'f':
		return scalar{'t', string(v)}, true
	case c == '-' || '0' <= c && c <= '9':
		return scalar{'0', string(v)}, true
	}
	return scalar{}, false
}

// key is the form that attr rows hold: texts folded, times in fixed width and UTC,
// numbers as texts that sort as the numbers do. It is not cut.
func (s scalar) key() string { return fold(s.exact()) }

// exact is key with the case kept.
func (s scalar) exact() string {
	switch s.kind {
	case '"':
		if at, ok := instant(s.text); ok {
			return at
		}
		return s.text
	case '0':
		return numberKey(s.text)
	}
	return s.text
}

// instant writes a text that is a date and time with an offset in the form that the
// org stamps documents with, so that such texts compare as the times they are.
func instant(s string) (string, bool) {
	if len(s) < 16 || s[4] != '-' || s[10] != 'T' {
		return "", false
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999Z0700", "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 0 && t.Year() <= 9999 {
			return stamp(t), true
		}
	}
	return "", false
}

// numberKey writes a JSON number so that texts sort as the numbers do, exactly: a
// class (0 negative, 1 zero, 2 positive), the decimal exponent and the digits. For a
// negative number both are turned around, and a last ':' makes more digits the smaller.
func numberKey(text string) string {
	text, negative := strings.CutPrefix(text, "-")
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	exponent := 0
	if power != "" {
		n, err := strconv.Atoi(power)
		if err != nil || n > 40_000 || n < -40_000 {
			n = 40_000
			if strings.HasPrefix(power, "-") {
				n = -n
			}
		}
		exponent = n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	exponent += len(whole) - (len(whole) + len(fraction) - len(digits))
	digits = strings.TrimRight(digits, "0")
	if digits == "" {
		return "1"
	}
	exponent = min(max(exponent, -49_999), 49_999) + 50_000
	if !negative {
		return fmt.Sprintf("2%05d%s", exponent, digits)
	}
	turned := []byte(digits)
	for i, d := range turned {
		turned[i] = '0' + '9' - d
	}
	return fmt.Sprintf("0%05d%s:", 99_999-exponent, turned)
}
