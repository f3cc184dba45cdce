package okta

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a document (faults 23).
const maxDepth = 100

// ErrDuplicateKey is wrapped where an object names a key twice.
var ErrDuplicateKey = errors.New("key appears twice")

var errNotObject = errors.New("not a JSON object")

// Valid checks that b is one JSON value (RFC 8259) in UTF-8, at most 100 levels deep,
// without duplicate keys.
func Valid(b []byte) error {
	s, err := newScanner(b)
	if err != nil {
		return err
	}
	if err := s.value(0); err != nil {
		return err
	}
	return s.end()
}

// ParseList reads a JSON array of objects, each as Parse would.
func ParseList(b []byte) ([]Object, error) {
	if err := Valid(b); err != nil {
		return nil, err
	}
	list := []Object{}
	err := elements(b, func(v []byte) error {
		o, err := Trusted(v)
		list = append(list, o)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// scanner checks JSON in one pass.
type scanner struct {
	b []byte
	i int
}

func newScanner(b []byte) (*scanner, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("not UTF-8")
	}
	return &scanner{b: b}, nil
}

func (s *scanner) fail(want string) error {
	if s.i >= len(s.b) {
		return fmt.Errorf("JSON ends at byte %d, want %s", s.i, want)
	}
	return fmt.Errorf("JSON byte %d: want %s", s.i, want)
}

// space skips white space and returns the byte behind it, 0 at the end.
func (s *scanner) space() byte {
	for s.i < len(s.b) {
		switch c := s.b[s.i]; c {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return c
		}
	}
	return 0
}

// end checks that nothing but white space is left.
func (s *scanner) end() error {
	s.space()
	if s.i < len(s.b) {
		return s.fail("nothing more")
	}
	return nil
}

func (s *scanner) value(depth int) error {
	switch c := s.space(); {
	case c == '{':
		return s.object(depth, nil)
	case c == '[':
		return s.array(depth)
	case c == '"':
		return s.text()
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if len(s.b)-s.i >= len(word) && string(s.b[s.i:s.i+len(word)]) == word {
			s.i += len(word)
			return nil
		}
	}
	return s.fail("a value")
}

// object checks an object; found, where not nil, is told of each field.
func (s *scanner) object(depth int, found func(field)) error {
	if depth >= maxDepth {
		return fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	s.i++ // the brace
	if s.space() == '}' {
		s.i++
		return nil
	}
	keys := keySet{}
	for {
		if s.space() != '"' {
			return s.fail("a key")
		}
		start := s.i
		if err := s.text(); err != nil {
			return err
		}
		f := field{key: s.b[start:s.i:s.i]}
		if !keys.add(f) {
			return fmt.Errorf("%w: %q", ErrDuplicateKey, f.name())
		}
		if s.space() != ':' {
			return s.fail("a colon")
		}
		s.i++
		s.space()
		start = s.i
		if err := s.value(depth + 1); err != nil {
			return err
		}
		if found != nil {
			f.value = s.b[start:s.i:s.i]
			found(f)
		}
		switch s.space() {
		case ',':
			s.i++
		case '}':
			s.i++
			return nil
		default:
			return s.fail("a comma or brace")
		}
	}
}

func (s *scanner) array(depth int) error {
	if depth >= maxDepth {
		return fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	s.i++ // the bracket
	if s.space() == ']' {
		s.i++
		return nil
	}
	for {
		if err := s.value(depth + 1); err != nil {
			return err
		}
		switch s.space() {
		case ',':
			s.i++
		case ']':
			s.i++
			return nil
		default:
			return s.fail("a comma or bracket")
		}
	}
}

func (s *scanner) text() error {
	for i := s.i + 1; i < len(s.b); i++ {
		if plain[s.b[i]] {
			continue
		}
		switch s.b[i] {
		case '"':
			s.i = i + 1
			return nil
		case '\\':
			n := escapeLen(s.b[i:])
			if n == 0 {
				s.i = i
				return s.fail("an escape")
			}
			i += n - 1
		default:
			s.i = i
			return s.fail("no control character in a string")
		}
	}
	s.i = len(s.b)
	return s.fail("the end of a string")
}

// escapeLen is the length of the escape that b begins with, 0 where it is none.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != 'u' {
		if bytes.IndexByte([]byte(`"\/bfnrt`), b[1]) < 0 {
			return 0
		}
		return 2
	}
	if len(b) < 6 {
		return 0
	}
	for _, c := range b[2:6] {
		if !('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f') {
			return 0
		}
	}
	return 6
}

// number checks the grammar of RFC 8259 §6.
func (s *scanner) number() error {
	if s.b[s.i] == '-' {
		s.i++
	}
	if s.i < len(s.b) && s.b[s.i] == '0' {
		s.i++
	} else if !s.digits() {
		return s.fail("a digit")
	}
	if s.i < len(s.b) && s.b[s.i] == '.' {
		s.i++
		if !s.digits() {
			return s.fail("a digit")
		}
	}
	if s.i < len(s.b) && s.b[s.i]|0x20 == 'e' {
		s.i++
		if s.i < len(s.b) && (s.b[s.i] == '+' || s.b[s.i] == '-') {
			s.i++
		}
		if !s.digits() {
			return s.fail("a digit")
		}
	}
	return nil
}

func (s *scanner) digits() bool {
	start := s.i
	for s.i < len(s.b) && '0' <= s.b[s.i] && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

// keySet finds duplicate keys: by comparing while there are few, then by a map.
type keySet struct {
	few  [12]field
	n    int
	many map[string]bool
}

func (k *keySet) add(f field) bool {
	if k.many == nil && k.n < len(k.few) {
		for _, seen := range k.few[:k.n] {
			if seen.same(f) {
				return false
			}
		}
		k.few[k.n] = f
		k.n++
		return true
	}
	if k.many == nil {
		k.many = make(map[string]bool, 4*len(k.few))
		for _, seen := range k.few {
			k.many[seen.name()] = true
		}
	}
	name := f.name()
	if k.many[name] {
		return false
	}
	k.many[name] = true
	return true
}

// field is a key, in quotes as it stands in the text, and its value.
type field struct {
	key   []byte
	value json.RawMessage
}

func (f field) escaped() bool { return bytes.IndexByte(f.key, '\\') >= 0 }

func (f field) name() string {
	if !f.escaped() {
		return string(f.key[1 : len(f.key)-1])
	}
	var s string
	if json.Unmarshal(f.key, &s) != nil {
		return string(f.key)
	}
	return s
}

func (f field) is(name string) bool {
	if f.escaped() {
		return f.name() == name
	}
	return string(f.key[1:len(f.key)-1]) == name
}

func (f field) same(g field) bool {
	if f.escaped() || g.escaped() {
		return f.name() == g.name()
	}
	return bytes.Equal(f.key, g.key)
}
