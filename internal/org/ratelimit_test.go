package org

import (
	"testing"
	"time"
)

func TestRateLimiter(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	t.Run("off: never refuses, never tells of less than half", func(t *testing.T) {
		l := rateLimiter{windows: map[string]*rateCount{}}
		for i := range 200 {
			limit, remaining, _, allowed := l.take("/api/v1/logs", now)
			if !allowed || limit != 50 || remaining < 25 {
				t.Fatalf("request %d: limit %d, remaining %d, allowed %v", i, limit, remaining, allowed)
			}
		}
	})
	t.Run("on: refuses beyond the limit until the window ends", func(t *testing.T) {
		l := rateLimiter{on: true, windows: map[string]*rateCount{}}
		for i := range 50 {
			if _, remaining, _, allowed := l.take("/api/v1/logs", now); !allowed || remaining != 49-i {
				t.Fatalf("request %d: remaining %d, allowed %v", i, remaining, allowed)
			}
		}
		if _, remaining, reset, allowed := l.take("/api/v1/logs", now); allowed || remaining != 0 || !reset.Equal(now.Add(rateWindow)) {
			t.Errorf("beyond the limit: remaining %d, reset %v, allowed %v", remaining, reset, allowed)
		}
		if _, _, _, allowed := l.take("/api/v1/groups", now); !allowed {
			t.Error("another bucket is refused too")
		}
		if _, _, _, allowed := l.take("/api/v1/logs", now.Add(rateWindow)); !allowed {
			t.Error("still refused in the next window")
		}
	})
}
