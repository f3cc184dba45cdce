package handlers

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gatehouse/internal/okta"
	pages "gatehouse/web/templates/policy"
	"gatehouse/web/templates/ui"
)

// policyControl is one condition, action or group of settings of a form: how its fields
// follow from a document, what they make of one, and how they look. A control whose
// fields were not changed leaves the document as it is, whatever that holds.
type policyControl struct {
	// read fills the fields from an entry; all that it may set it sets.
	read func(e policyEntry, c policyConditions, v url.Values)
	// write puts the fields into the document of a policy or rule.
	write func(doc okta.Object, v url.Values) okta.Object
	draw  func(d *policyDrawing) []pages.Part
	// check says what is wrong with fields before the org is asked; nil: nothing can be.
	check func(v url.Values, wrong map[string]string)
	// causes are the org's names of what it refuses, by the field that it is shown at.
	causes map[string]string
	// rare controls are folded away until they say something.
	rare bool
}

// policySection is controls under a heading.
type policySection struct {
	title, help string
	controls    []policyControl
	// conditions of what the org made cannot be changed.
	conditions bool
}

// policyDrawing is what controls are drawn from.
type policyDrawing struct {
	v     url.Values
	wrong map[string]string
	// picks are the options of pickers by field, with the words where there are none.
	picks map[string]picked
	// zones, providers and types are the network zones, identity providers and user types
	// there are, as far as the reader may see them.
	zones, providers, types []okta.Object
	// fresh: the entry is new.
	fresh bool
	entry policyEntry
}

type picked struct {
	options []ui.PickOption
	empty   string
}

// same tells whether the fields that was names have the same values in v.
func same(was, v url.Values) bool {
	for name, values := range was {
		if !slices.Equal(slices.Sorted(slices.Values(filledIn(values))), slices.Sorted(slices.Values(filledIn(v[name])))) {
			return false
		}
	}
	return true
}

func filledIn(values []string) []string {
	var out []string
	for _, s := range values {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func flag(on bool) string {
	if on {
		return "true"
	}
	return ""
}

// withIDs sets a list of a document, or takes it away where it is empty.
func withIDs(doc okta.Object, ids []string, path ...string) okta.Object {
	if ids = filledIn(ids); len(ids) > 0 {
		return doc.WithPath(ids, path...)
	}
	return withoutPath(doc, path...)
}

// withoutPath takes a field out of objects of the document.
func withoutPath(doc okta.Object, path ...string) okta.Object {
	if len(path) == 1 {
		return doc.Without(path[0])
	}
	inner := doc.Object(path[0])
	if inner.IsZero() {
		return doc
	}
	return doc.With(path[0], withoutPath(inner, path[1:]...))
}

// The parts of a form.

func (d *policyDrawing) field(f ui.Field) ui.Field {
	f.Value, f.Error = d.v.Get(f.Name), d.wrong[f.Name]
	if f.Autocomplete == "" {
		f.Autocomplete = "off"
	}
	return f
}

func (d *policyDrawing) text(name, label, help string) pages.Part {
	f := d.field(ui.Field{Name: name, Label: label, Help: help})
	return pages.Part{Field: &f}
}

func (d *policyDrawing) area(name, label, help string) pages.Part {
	f := d.field(ui.Field{Name: name, Label: label, Help: help, Type: "textarea"})
	return pages.Part{Field: &f}
}

func (d *policyDrawing) box(name, label, help string) pages.Part {
	f := d.field(ui.Field{Name: name, Label: label, Help: help, Type: "checkbox"})
	return pages.Part{Field: &f}
}

func (d *policyDrawing) choice(name, label string, options ...pages.ChoiceOption) pages.Part {
	return pages.Part{Choice: &pages.Choice{Name: name, Label: label, Value: d.v.Get(name), Error: d.wrong[name], Options: options}}
}

func (d *policyDrawing) checks(name, label, empty string, options []ui.PickOption) pages.Part {
	on := d.v[name]
	known := map[string]bool{}
	for i := range options {
		options[i].On, known[options[i].Value] = slices.Contains(on, options[i].Value), true
	}
	for _, v := range filledIn(on) {
		if !known[v] { // not in the list, and not dropped
			options = append(options, ui.PickOption{Value: v, Label: v, Note: "deleted, or outside your role", On: true})
		}
	}
	return pages.Part{Checks: &pages.Checks{Name: name, Label: label, Error: d.wrong[name], Empty: empty, Options: options}}
}

func (d *policyDrawing) pick(name, label string) pages.Part {
	p := d.picks[name]
	return pages.Part{Pick: &ui.Pick{
		Name: name, Label: label, FindName: "find_" + name, Find: searchable(d.v.Get("find_" + name)), Many: true, Live: policiesPath + "/pick/" + name,
		Options: p.options, Empty: p.empty, Error: d.wrong[name],
	}}
}

// line is numbers or durations beside each other.
func (d *policyDrawing) line(label string, fields ...ui.Field) pages.Part {
	for i := range fields {
		fields[i] = d.field(fields[i])
	}
	return pages.Part{Label: label, Line: fields}
}

func when(condition string, p pages.Part) pages.Part {
	p.When = condition
	return p
}

func namedOptions(docs []okta.Object, note func(okta.Object) string) []ui.PickOption {
	var out []ui.PickOption
	for _, d := range docs {
		name := d.Text("name")
		if name == "" {
			name = d.Text("displayName")
		}
		out = append(out, ui.PickOption{Value: d.Text("id"), Label: name, Note: note(d)})
	}
	return out
}

// Numbers and durations.

func countIn(v url.Values, name string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(v.Get(name)))
	return n, err == nil && n >= 0
}

const noNumber = "A whole number is needed, from 0 on."

func checkNumbers(names ...string) func(url.Values, map[string]string) {
	return func(v url.Values, wrong map[string]string) {
		for _, name := range names {
			if _, ok := countIn(v, name); !ok && v.Has(name) {
				wrong[name] = noNumber
			}
		}
	}
}

// durationParts are a number with a unit: "1 h 30 min", "7d", "90".
var (
	durationText = regexp.MustCompile(`^(?:\d{1,8}\s*(?:d|day|days|h|hour|hours|min|m|minutes)?\s*)+$`)
	durationPart = regexp.MustCompile(`(\d+)\s*([a-z]*)`)
)

// durationMinutes reads what people type as a duration, in minutes. Empty is 0.
func durationMinutes(text string) (int, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return 0, true
	}
	if !durationText.MatchString(text) {
		return 0, false
	}
	total := 0
	for _, m := range durationPart.FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return 0, false
		}
		switch m[2] {
		case "d", "day", "days":
			n *= 24 * 60
		case "h", "hour", "hours":
			n *= 60
		}
		total += n
	}
	return total, true
}

const noDuration = "Not a duration. Such as 30 min, 12 h or 7 d."

func checkDurations(names ...string) func(url.Values, map[string]string) {
	return func(v url.Values, wrong map[string]string) {
		for _, name := range names {
			if _, ok := durationMinutes(v.Get(name)); !ok {
				wrong[name] = noDuration
			}
		}
	}
}

// limitWords is a duration in a field: empty for none.
func limitWords(minutes int) string {
	if minutes == 0 {
		return ""
	}
	return minuteWords(minutes)
}

// isoOf writes minutes as the API does: PT12H, PT90M.
func isoOf(minutes int) string {
	switch {
	case minutes == 0:
		return "PT0S"
	case minutes%60 == 0:
		return "PT" + strconv.Itoa(minutes/60) + "H"
	case minutes > 60:
		return "PT" + strconv.Itoa(minutes/60) + "H" + strconv.Itoa(minutes%60) + "M"
	}
	return "PT" + strconv.Itoa(minutes) + "M"
}

func jsonNumber(n int) json.RawMessage { return json.RawMessage(strconv.Itoa(n)) }

// textLines are the lines of a text that hold something.
func textLines(text string) []string { return filledIn(strings.Split(text, "\n")) }
