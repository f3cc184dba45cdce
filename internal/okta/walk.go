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
	depth := 0
	start := s.i
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '"':
			if !s.skipText() {
				return false
			}
		case '{', '[':
			depth++
			s.i++
		case '}', ']':
			if depth == 0 {
				return s.i > start
			}
			depth--
			s.i++
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return s.i > start
			}
			s.i++
			continue
		default:
			s.i++
			continue // inside a number or word, or between the parts of a container
		}
		if depth == 0 {
			return true
		}
	}
	return depth == 0 && s.i > start
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
