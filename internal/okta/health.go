package okta

import (
	"errors"
	"sync"
	"time"
)

// Health is how the calls of a client have fared since it was made.
type Health struct {
	// Calls counts calls, retries not included.
	Calls int
	// Unreachable, BadAnswers, Unknown and RateLimited count calls that ended so.
	Unreachable, BadAnswers, Unknown, RateLimited int
	// Since is the time of the first of the latest calls in a row that got no answer;
	// zero while the org answers.
	Since time.Time
}

type health struct {
	mu sync.Mutex
	h  Health
}

// Health tells how the calls have fared.
func (c *Client) Health() Health {
	c.health.mu.Lock()
	defer c.health.mu.Unlock()
	return c.health.h
}

func (s *health) record(now time.Time, resp *Response, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.h.Calls++
	var limited *RateLimited
	switch {
	case errors.As(err, &limited):
		s.h.RateLimited++
	case errors.Is(err, ErrUnreachable):
		s.h.Unreachable++
	case errors.Is(err, ErrBadAnswer):
		s.h.BadAnswers++
	}
	if errors.Is(err, ErrUnknownOutcome) {
		s.h.Unknown++
	}
	switch {
	case resp.Status != 0:
		s.h.Since = time.Time{}
	case errors.Is(err, ErrUnreachable) && s.h.Since.IsZero():
		s.h.Since = now
	}
}
