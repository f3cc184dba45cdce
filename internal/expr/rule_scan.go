package expr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ruleToken is a piece of a rule's text.
type ruleToken struct {
	// kind is 'n' a name, '"' a text, '0' a number, 'o' an operator or a bracket, 0 the end.
	kind byte
	// text is a text without quotes, else what is written; words of operators are as signs ("&&").
	text     string
	pos, end int
}

func (t ruleToken) describe() string { return token{kind: t.kind, text: t.text}.describe() }

func (t ruleToken) is(operator string) bool { return t.kind == 'o' && t.text == operator }

// ruleOperators are tried in this order: the longer first.
var ruleOperators = []string{"==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "{", "}", ",", "?:", "?", ":", "+", "-"}

// ruleWords are operators that are words, in any case (SpEL, which the language is based on).
var ruleWords = map[string]string{"and": "&&", "or": "||", "not": "!"}

// ruleScanner cuts a rule's text into tokens.
type ruleScanner struct{ scanner }

func (s *ruleScanner) next() (ruleToken, error) {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
	start := s.at
	if start == len(s.text) {
		return ruleToken{pos: start, end: start}, nil
	}
	c := s.text[start]
	switch {
	case c == '"' || c == '\'':
		return s.quoted(c)
	case '0' <= c && c <= '9':
		digits := s.run(func(c byte) bool { return '0' <= c && c <= '9' || c == '.' || nameByte(c) })
		if _, err := strconv.ParseFloat(digits, 64); err != nil || strings.ContainsAny(digits, "xXnNpP_") {
			return ruleToken{}, &Error{start, "'" + digits + "' is no number", "write digits, or a text in double quotes"}
		}
		return ruleToken{'0', digits, start, s.at}, nil
	case nameByte(c):
		name := s.run(func(c byte) bool { return nameByte(c) || c == '.' })
		if operator := ruleWords[strings.ToLower(name)]; operator != "" {
			return ruleToken{'o', operator, start, s.at}, nil
		}
		return ruleToken{'n', name, start, s.at}, nil
	}
	for _, operator := range ruleOperators {
		if strings.HasPrefix(s.text[start:], operator) {
			s.at += len(operator)
			return ruleToken{'o', operator, start, s.at}, nil
		}
	}
	if c == '=' {
		return ruleToken{}, &Error{start, "a single '=' does not compare", "write =="}
	}
	r, _ := utf8.DecodeRuneInString(s.text[start:])
	return ruleToken{}, &Error{start, fmt.Sprintf("%q does not belong here", r), "write texts in double quotes"}
}

// nameByte tells what names are made of.
func nameByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '_'
}

// quoted reads a text in single or double quotes. The quote itself is written twice and
// a backslash stands for itself (SpEL).
func (s *ruleScanner) quoted(quote byte) (ruleToken, error) {
	start := s.at
	var text strings.Builder
	for i := start + 1; i < len(s.text); i++ {
		if s.text[i] != quote {
			text.WriteByte(s.text[i])
			continue
		}
		if i+1 < len(s.text) && s.text[i+1] == quote {
			text.WriteByte(quote)
			i++
			continue
		}
		s.at = i + 1
		if strings.IndexByte(text.String(), 0) >= 0 {
			return ruleToken{}, &Error{start, "the text holds the character U+0000", "leave it out: no attribute can hold it"}
		}
		return ruleToken{'"', text.String(), start, s.at}, nil
	}
	return ruleToken{}, &Error{start, "the text does not end", "close it with the quote it begins with"}
}
