package expr

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error says where an expression is at fault, what the fault is and what would mend it.
type Error struct {
	// Pos is the byte at which the fault stands, from 0.
	Pos int
	// Problem and Mend are phrases, such as "an operator is missing" and "write eq, sw or another operator".
	Problem, Mend string
}

func (e *Error) Error() string {
	return fmt.Sprintf("character %d: %s; %s", e.Pos+1, e.Problem, e.Mend)
}

// token is a piece of the text: a word, a string, a number or one of ( ).
type token struct {
	kind byte // 'w' word, '"' string, '0' number, '(' or ')', 0 the end
	// text is the word or number as written, or the string without quotes and escapes.
	text string
	pos  int
}

func (t token) describe() string {
	switch t.kind {
	case 0:
		return "the expression ends"
	case '"':
		return "a string"
	}
	text := t.text
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "..."
	}
	return "'" + text + "'"
}

// scanner cuts a text into tokens.
type scanner struct {
	text string
	at   int
}

func (s *scanner) next() (token, error) {
	for s.at < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.at]) >= 0 {
		s.at++
	}
	start := s.at
	if start == len(s.text) {
		return token{pos: start}, nil
	}
	switch c := s.text[start]; {
	case c == '(' || c == ')':
		s.at++
		return token{c, s.text[start:s.at], start}, nil
	case c == '"':
		return s.quoted()
	case c == '-' || '0' <= c && c <= '9':
		word := s.run(func(c byte) bool { return wordByte(c) || c == '+' })
		if !json.Valid([]byte(word)) {
			return token{}, &Error{start, "'" + word + "' is no number", "write a text or a date in double quotes"}
		}
		return token{'0', word, start}, nil
	case wordByte(c):
		return token{'w', s.run(wordByte), start}, nil
	case c == '\'':
		return token{}, &Error{start, "a single quote", "write texts in double quotes"}
	case c == '[':
		return token{}, &Error{start, "a condition in brackets is not supported", "name the attribute with dots"}
	}
	r, _ := utf8.DecodeRuneInString(s.text[start:])
	return token{}, &Error{start, fmt.Sprintf("%q does not belong here", r), "write texts in double quotes"}
}

func (s *scanner) run(in func(byte) bool) string {
	start := s.at
	for s.at < len(s.text) && in(s.text[s.at]) {
		s.at++
	}
	return s.text[start:s.at]
}

// wordByte tells what names of attributes are made of: letters, digits, '_', '-', '$'
// and '.' (RFC 7644 section 3.5.2, attrPath), ':' for names of extensions.
func wordByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("_-.:$", c) >= 0
}

// quoted reads a JSON string (RFC 7644: compValue).
func (s *scanner) quoted() (token, error) {
	start := s.at
	for i := start + 1; i < len(s.text); i++ {
		switch s.text[i] {
		case '\\':
			i++
		case '"':
			s.at = i + 1
			var text string
			if err := json.Unmarshal([]byte(s.text[start:s.at]), &text); err != nil {
				return token{}, &Error{start, "the string holds an escape or a control character that JSON does not know", `write \" for a quote and \\ for a backslash`}
			}
			if strings.IndexByte(text, 0) >= 0 {
				return token{}, &Error{start, "the string holds the character U+0000", "leave it out: no attribute can hold it"}
			}
			return token{'"', text, start}, nil
		}
	}
	return token{}, &Error{start, "the string does not end", "close it with a double quote"}
}
