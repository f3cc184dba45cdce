package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"gatehouse/internal/okta"
)

// The kinds of rows.
const (
	intent  = "intent"
	outcome = "outcome"
	event   = "event"
)

// Result says how a change ended.
type Result string

// The results.
const (
	Success Result = "success"
	// Failure: the org answered with an error, or the call never reached it.
	Failure Result = "failure"
	// Refused: another guard stopped the call, or the console itself; nothing reached the org.
	Refused Result = "refused"
	// Unknown: the call was sent and its answer was lost, or the process ended before the
	// outcome was written. The org may have done it.
	Unknown Result = "unknown"
	// Running: the call is open in this process. It is never stored.
	Running Result = "running"
)

// entry is the content of one row; its canonical JSON (canonical) is what the mac covers.
type entry struct {
	Kind      string            `json:"kind"`
	At        time.Time         `json:"at"`
	Change    int64             `json:"change,omitempty"` // of an outcome: the row of its intent
	Actor     *Actor            `json:"actor,omitempty"`
	Operation string            `json:"operation,omitempty"`
	Method    string            `json:"method,omitempty"`
	Path      string            `json:"path,omitempty"` // the template
	Args      map[string]string `json:"args,omitempty"`
	Query     map[string]string `json:"query,omitempty"`
	Targets   []string          `json:"targets,omitempty"`
	Reason    string            `json:"reason,omitempty"`
	Before    json.RawMessage   `json:"before,omitempty"`
	Sent      json.RawMessage   `json:"sent,omitempty"`
	After     json.RawMessage   `json:"after,omitempty"`
	Result    Result            `json:"result,omitempty"`
	Status    int               `json:"status,omitempty"`
	RequestID string            `json:"requestId,omitempty"`
	Attempts  int               `json:"attempts,omitempty"`
	Error     string            `json:"error,omitempty"`
	Detail    map[string]string `json:"detail,omitempty"`
}

// canonical writes e as JSON: fields in the order above, map keys sorted, no spaces, and
// every character that does not print (line ends, escapes, bidirectional marks) as \u
// escapes, so that a row shown raw on a terminal is one plain line.
func (e *entry) canonical() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("write an audit entry: %w", err)
	}
	return plain(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

// plain escapes what does not print in a compact JSON text, where it can only stand inside a string.
func plain(text []byte) []byte {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if bytes.IndexFunc(text, unprintable) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range string(text) {
		switch {
		case !unprintable(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}

func (e *entry) actorID() string {
	if e.Actor == nil {
		return ""
	}
	return e.Actor.ID
}

// document reads a stored document; a zero Object where there is none.
func document(raw json.RawMessage) (okta.Object, error) {
	if raw == nil {
		return okta.Object{}, nil
	}
	return okta.Trusted(raw)
}
