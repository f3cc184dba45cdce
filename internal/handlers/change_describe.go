package handlers

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"gatehouse/internal/audit"
	"gatehouse/internal/okta"
	"gatehouse/web/templates/change"
	"gatehouse/web/templates/ui"
)

// changeDocument is the JSON of a change.
type changeDocument struct {
	Seq       int64             `json:"seq"`
	At        time.Time         `json:"at"`
	Actor     audit.Actor       `json:"actor"`
	Operation string            `json:"operation"`
	Method    string            `json:"method,omitempty"`
	Path      string            `json:"path,omitempty"`
	Args      map[string]string `json:"args,omitempty"`
	Targets   []string          `json:"targets"`
	Reason    string            `json:"reason,omitempty"`
	Result    audit.Result      `json:"result"`
	Status    int               `json:"status,omitempty"`
	RequestID string            `json:"requestId,omitempty"`
	Attempts  int               `json:"attempts,omitempty"`
	Error     string            `json:"error,omitempty"`
	Detail    map[string]string `json:"detail,omitempty"`
	Before    json.RawMessage   `json:"before,omitempty"`
	Sent      json.RawMessage   `json:"sent,omitempty"`
	After     json.RawMessage   `json:"after,omitempty"`
}

// describeChange puts a change of the trail into words, and into JSON.
func describeChange(c audit.Change) (change.Row, changeDocument, error) {
	differences, err := c.Diff()
	if err != nil {
		return change.Row{}, changeDocument{}, fmt.Errorf("change %d: %w", c.Seq, err)
	}
	kind, outcome := resultWords(c.Result)
	row := change.Row{
		Seq: c.Seq, At: c.At, Who: cmp.Or(c.Actor.Login, c.Actor.ID, "nobody signed in"), WhoID: c.Actor.ID, Role: roleWords(c.Actor.Role),
		Operation: c.Operation, What: operationWords(c.Operation), Reason: c.Reason, Targets: changeTargets(c),
		Kind: kind, Outcome: outcome, Why: c.Error, RequestID: c.RequestID,
	}
	for _, d := range differences {
		if !computed(d.Path) && !onlyAnswered(d, differences) {
			row.Diff = append(row.Diff, ui.Difference{Field: fieldPath(d.Path), Before: valueText(d.Before), After: valueText(d.After)})
		}
	}
	doc := changeDocument{
		Seq: c.Seq, At: c.At, Actor: c.Actor, Operation: c.Operation, Method: c.Method, Path: c.Path, Args: c.Args,
		Targets: c.Targets, Reason: c.Reason, Result: c.Result, Status: c.Status, RequestID: c.RequestID, Attempts: c.Attempts,
		Error: c.Error, Detail: c.Detail, Before: c.Before, Sent: c.Sent, After: c.After,
	}
	if doc.Targets == nil {
		doc.Targets = []string{}
	}
	return row, doc, nil
}

// computed fields change with every write and say nothing.
func computed(path string) bool {
	return path == "/lastUpdated" || strings.HasPrefix(path, "/_links")
}

// onlyAnswered tells whether a difference is the secret of a client that answers to writes
// hold and what was read before does not: it is there as before, unless the client began
// to prove itself in another way.
func onlyAnswered(d audit.Difference, all []audit.Difference) bool {
	const client = "/credentials/oauthClient/"
	return d.Path == client+"client_secret" && d.Before == nil && slices.ContainsFunc(all, func(o audit.Difference) bool { return o.Before != nil }) &&
		!slices.ContainsFunc(all, func(o audit.Difference) bool { return o.Path == client+"token_endpoint_auth_method" })
}

// fieldPath writes the JSON pointer /profile/firstName as profile.firstName (RFC 6901).
func fieldPath(pointer string) string {
	s := strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
}

// valueText is a JSON value on one line; text without its quotes.
func valueText(v json.RawMessage) string {
	const most = 200
	var s string
	if json.Unmarshal(v, &s) != nil {
		var b bytes.Buffer
		if json.Compact(&b, v) != nil {
			return string(v)
		}
		s = b.String()
	}
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// changeTargets names what was changed, from the documents of the change where they tell.
func changeTargets(c audit.Change) []change.Target {
	names := map[string]string{}
	for _, raw := range []json.RawMessage{c.Before, c.After} {
		if o, err := okta.Trusted(raw); err == nil {
			if name := objectName(o); name != "" {
				names[o.Text("id")] = name
			}
		}
	}
	var ts []change.Target
	for _, id := range c.Targets {
		t := change.Target{ID: id, Name: cmp.Or(names[id], id)}
		switch {
		case strings.HasPrefix(id, "00u"):
			t.Href = "/people/" + id
		case strings.HasPrefix(id, "00g"):
			t.Href = "/groups/" + id
		}
		ts = append(ts, t)
	}
	return ts
}

// objectName is what people call a user, a group or a factor.
func objectName(o okta.Object) string {
	if kind := o.Text("factorType"); kind != "" {
		return kindOfFactor(kind, o.Text("provider")).label
	}
	full := strings.TrimSpace(o.Text("profile", "firstName") + " " + o.Text("profile", "lastName"))
	return cmp.Or(full, o.Text("profile", "login"), o.Text("profile", "name"), o.Text("label"), o.Text("name"))
}

// changeFacts are the lines beside a change's documents.
func changeFacts(c audit.Change) []change.Fact {
	facts := []change.Fact{{Label: "Operation", Value: c.Operation}}
	add := func(label, value string) {
		if value != "" {
			facts = append(facts, change.Fact{Label: label, Value: value})
		}
	}
	add("Call", strings.TrimSpace(c.Method+" "+c.Path))
	for _, m := range []map[string]string{c.Args, c.Query, c.Detail} {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			add(name, m[name])
		}
	}
	add("Reason", c.Reason)
	if c.Status != 0 {
		add("Status", strconv.Itoa(c.Status))
	}
	if c.Attempts > 1 {
		add("Attempts", strconv.Itoa(c.Attempts))
	}
	add("Request id of the org", c.RequestID)
	add("Address", c.Actor.IP)
	add("Session", c.Actor.Session)
	add("Row", strconv.FormatInt(c.Seq, 10))
	return facts
}

// plainerWords are for operations whose id says how rather than what.
var plainerWords = map[string]string{
	"partialUpdateUser": "Edit user", "expirePasswordAndGetTemporaryPassword": "Set temporary password",
}

// operationWords writes an operation id, such as "suspendUser", as words: "Suspend user".
func operationWords(id string) string {
	if words := plainerWords[id]; words != "" {
		return words
	}
	id, _, _ = strings.Cut(id, "+")
	var b strings.Builder
	for i, r := range id {
		switch {
		case i == 0:
			b.WriteRune(unicode.ToUpper(r))
		case unicode.IsUpper(r):
			b.WriteByte(' ')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func resultWords(r audit.Result) (kind, text string) {
	switch r {
	case audit.Success:
		return "ok", "Done"
	case audit.Failure:
		return "bad", "Failed"
	case audit.Refused:
		return "warn", "Refused"
	case audit.Running:
		return "info", "Running"
	}
	return "warn", "Not known"
}
