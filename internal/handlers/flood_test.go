package handlers

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
)

// security 61: one session does not flood the console. What is beyond the bound is told
// to come back, and served once others are done.
func TestFloodOfOneSession(t *testing.T) {
	f := newFixture(t, empty)
	f.desk.session.ID = "s1"
	inside, release := make(chan bool, maxAtOnce), make(chan bool)
	handler, err := f.serve([]route{{method: http.MethodGet, path: "/slow", handle: func(*gin.Context) (View, error) {
		inside <- true
		<-release
		return thing("", "", ""), nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	ask := func() *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, request(http.MethodGet, "/slow"))
		return w
	}
	var all sync.WaitGroup
	for range maxAtOnce {
		all.Go(func() {
			if w := ask(); w.Code != http.StatusOK {
				t.Errorf("one of the first: %d", w.Code)
			}
		})
	}
	for range maxAtOnce {
		<-inside
	}
	extra := make(chan *httptest.ResponseRecorder)
	go func() { extra <- ask() }()
	select {
	case w := <-extra:
		if w.Code != http.StatusTooManyRequests {
			t.Errorf("one too many: %d", w.Code)
		}
		header(t, w, "Retry-After", "1")
		close(release)
	case <-inside:
		t.Error("one too many is let in")
		close(release)
		<-extra
	}
	all.Wait()
	if w := ask(); w.Code != http.StatusOK {
		t.Errorf("afterwards: %d", w.Code)
	}
}
