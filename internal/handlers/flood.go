package handlers

import (
	"net/http"
	"sync"
	"time"
)

// maxAtOnce is how many requests of one session are served at once. A browser opens six
// connections to a site; a script that sends more than this is told to slow down, so
// that it takes nothing from others (security 61).
const maxAtOnce = 40

// floods counts the requests under way by session.
type floods struct {
	mu    sync.Mutex
	count map[string]int
}

// enter counts a request of a session, or refuses it. leave must be called at its end.
func (f *floods) enter(session string, now time.Time) (leave func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.count[session] >= maxAtOnce {
		return nil, problem{
			Status: http.StatusTooManyRequests, Code: "flood", Title: "Too many requests at once",
			Message: "This sign-in has 40 requests under way. Wait until some are answered, then try again.", Retry: now.Add(time.Second),
		}
	}
	if f.count == nil {
		f.count = map[string]int{}
	}
	f.count[session]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.count[session]--; f.count[session] == 0 {
			delete(f.count, session)
		}
	}, nil
}
