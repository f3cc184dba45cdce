package handlers

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gatehouse/internal/expr"
)

// userID is an id of a person as the org mints them (okta-semantics C4).
var userID = regexp.MustCompile(`^00u[0-9A-Za-z]{17}$`)

// searchOf is what a search box and chips mean: one expression for the org's search; ""
// when nothing is asked.
func searchOf(box searchBox, text string, filters []userFilter) (string, *expr.Error) {
	var parts []string
	if text = searchable(text); text != "" {
		part, err := box.search(text)
		if err != nil {
			return "", err
		}
		parts = append(parts, part)
	}
	var names []string
	for _, f := range filters {
		if !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
	}
	for _, name := range names {
		var any []string
		for _, f := range filters {
			if f.name == name {
				any = append(any, name+" eq "+f.value)
			}
		}
		parts = append(parts, grouped(any, " or "))
	}
	return strings.Join(parts, " and "), nil
}

// searchBox is what a box looks for among one kind of object.
type searchBox struct {
	id *regexp.Regexp
	// mail are the attributes whose beginning an e-mail address may be; nil takes it for a word.
	mail []string
	// word is the expression that finds one word.
	word func(word string) string
}

var peopleBox = searchBox{
	id: userID, mail: []string{"profile.login", "profile.email"},
	word: func(word string) string {
		begins := terms("sw", word, "profile.firstName", "profile.lastName", "profile.login", "profile.email")
		if utf8.RuneCountInString(word) < 2 {
			return grouped(begins, " or ") // with its space it would be too short for the org's index of parts
		}
		// A later word of a name, such as Ann of Mary Ann.
		return grouped(append(begins, terms("co", " "+word, "profile.firstName", "profile.lastName")...), " or ")
	},
}

// anyOf is the expression that finds a text in one of the attributes.
func anyOf(op, text string, names ...string) string {
	return grouped(terms(op, text, names...), " or ")
}

// terms asks each of the attributes for a text.
func terms(op, text string, names ...string) (all []string) {
	for _, name := range names {
		all = append(all, name+" "+op+" "+expr.Quote(text))
	}
	return all
}

// search reads the box: an id, an e-mail address, an expression, or plain words. text is searchable.
func (b searchBox) search(text string) (string, *expr.Error) {
	if b.id.MatchString(text) {
		return "id eq " + expr.Quote(text), nil
	}
	if node, err := expr.Parse(text); err == nil {
		if _, or := node.(expr.Or); or {
			return "(" + text + ")", nil
		}
		return text, nil
	} else if fault, is := err.(*expr.Error); is && looksLikeExpression(text) {
		return "", fault
	}
	if b.mail != nil && strings.Contains(text, "@") && !strings.ContainsAny(text, " \t") {
		return anyOf("sw", text, b.mail...), nil
	}
	var all []string
	for _, word := range strings.Fields(text)[:min(len(strings.Fields(text)), maxWords)] {
		all = append(all, b.word(word))
	}
	return strings.Join(all, " and "), nil
}

// searchable is the box without what no attribute can hold, and not longer than any is.
func searchable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError {
			return ' '
		}
		return r
	}, text)
	if r := []rune(text); len(r) > maxBox {
		text = string(r[:maxBox])
	}
	return strings.TrimSpace(text)
}

// maxBox is how many characters of the box are read: the org takes expressions of 4 KB.
const maxBox = 500

// maxWords is how many words of the box are looked for.
const maxWords = 5

var operator = regexp.MustCompile(`(?i)^\(*\s*(not\s*\()?\s*[\w.]+\s+(eq|ne|gt|ge|lt|le|sw|ew|co|pr)(\s|\)|$)`)

// looksLikeExpression tells a broken expression from words: an attribute with an operator behind it.
func looksLikeExpression(text string) bool { return operator.MatchString(text) }

func grouped(parts []string, with string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, with) + ")"
}

// userFilter is a chip: an attribute and a value, written as the expression has it.
type userFilter struct{ name, value string }

var attributeName = regexp.MustCompile(`^(status|id|created|activated|statusChanged|lastUpdated|type\.id|profile\.\w{1,100})$`)

// parseUserFilter reads name:value of the address, where the name is one of names. A
// value of a boolean or numeric attribute is written bare, all others as a string.
func parseUserFilter(text string, schema userSchema, names *regexp.Regexp) (f userFilter, shown string, ok bool) {
	name, value, found := strings.Cut(text, ":")
	if !found || value == "" || !names.MatchString(name) {
		return userFilter{}, "", false
	}
	a, _ := schema.find(strings.TrimPrefix(name, "profile."))
	switch {
	case a.Type == "boolean" && (value == "true" || value == "false"):
		return userFilter{name, value}, value, true
	case (a.Type == "integer" || a.Type == "number") && numeric.MatchString(value):
		return userFilter{name, value}, value, true
	}
	return userFilter{name, expr.Quote(value)}, value, true
}

var numeric = regexp.MustCompile(`^-?\d{1,15}(\.\d{1,10})?$`)
