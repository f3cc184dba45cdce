package okta

import (
	"bytes"
	"errors"
)

var errNotJSON = errors.New("not JSON")

// walkFields tells found of each field of the object b, which is known to be valid:
// values are skipped, not checked. It stops where found returns false.
func walkFields(b []byte, found func(field) bool) error {
	s := scanner{b: b}
	if s.space() != '{' {
		return errNotObject
	}
	s.i++
	if s.space() == '}' {
		return nil
	}
	for {
		if s.space() != '"' {
			return errNotJSON
		}
		start := s.i
		if !s.skipText() {
			return errNotJSON
		}
		f := field{key: b[start:s.i:s.i]}
		if s.space() != ':' {
			return errNotJSON
		}
		s.i++
		s.space()
		start = s.i
		if !s.skip() {
			return errNotJSON
		}
		f.value = b[start:s.i:s.i]
		if !found(f) {
			return nil
		}
		switch s.space() {
		case ',':
			s.i++
		case '}':
			return nil
		default:
			return errNotJSON
		}
	}
}

// elements tells found of each element of the array b, which is known to be valid.
func elements(b []byte, found func([]byte) error) error {
	s := scanner{b: b}
	if s.space() != '[' {
		return errors.New("not a JSON array")
	}
	s.i++
	if s.space() == ']' {
		return nil
	}
	for {
		s.space()
		start := s.i
		if !s.skip() {
			return errNotJSON
		}
		if err := found(b[start:s.i:s.i]); err != nil {
			return err
		}
		switch s.space() {
		case ',':
			s.i++
		case ']':
			return nil
		default:
			return errNotJSON
		}
	}
}

// skip passes over one value.
func (s *scanner) skip() bool {
	if s.i >= len(s.b) {
		return false
	}
	switch s.b[s.i] {
	case '"':
		return s.skipText()
	case '{', '[':
		return s.skipContainer()
	}
	start := s.i
	for s.i < len(s.b) && !delimits[s.b[s.i]] {
		s.i++
	}
	return s.i > start
}

// skipContainer passes over an object or array by counting brackets outside strings.
func (s *scanner) skipContainer() bool {
	depth := 0
	for i := s.i; i < len(s.b); i++ {
		if !counts[s.b[i]] {
			continue
		}
		switch s.b[i] {
		case '"':
			s.i = i
			if !s.skipText() {
				return false
			}
			i = s.i - 1
		case '{', '[':
			depth++
		default:
			if depth--; depth == 0 {
				s.i = i + 1
				return true
			}
		}
	}
	return false
}

// counts marks the bytes that matter when passing over a container, delimits those that
// end a number or word, plain those that stand for themselves in a string.
var (
	counts   = bytesOf(`"{}[]`)
	delimits = bytesOf(",:{}[]\" \t\n\r")
	plain    = plainBytes()
)

func bytesOf(s string) (set [256]bool) {
	for i := range len(s) {
		set[s[i]] = true
	}
	return set
}

func plainBytes() (set [256]bool) {
	for i := range set {
		set[i] = i >= ' ' && i != '"' && i != '\\'
	}
	return set
}

// skipText passes over a string.
func (s *scanner) skipText() bool {
	for i := s.i + 1; ; {
		n := bytes.IndexByte(s.b[i:], '"')
		if n < 0 {
			return false
		}
		end := i + n
		slashes := 0
		for end-1-slashes > s.i && s.b[end-1-slashes] == '\\' {
			slashes++
		}
		i = end + 1
		if slashes%2 == 0 {
			s.i = i
			return true
		}
	}
}
