package oidc_test

import (
	"net/http"
	"testing"
	"time"

	"gatehouse/internal/db"
	"gatehouse/internal/db/dbtest"
	"gatehouse/internal/org"
)

// fault 11: while nothing can be stored a sign-in is not told to be over: it goes on when the store can be written again.
func TestASignInOutlivesAStoreThatCannotBeWritten(t *testing.T) {
	options := org.DatabaseOptions("")
	options.BusyTimeout = 300 * time.Millisecond
	x := serve(t, dbtest.Open(t, db.SQLite, options))
	b := x.browser()
	page := b.page(request())
	right := form("username", admin, "password", password)
	held, release, done := make(chan bool), make(chan bool), make(chan error)
	go func() {
		done <- x.DB().Update(t.Context(), func(db.Querier) error {
			close(held)
			<-release
			return nil
		})
	}()
	<-held
	a := b.post(page, right)
	close(release)
	x.check(<-done)
	if a.status != http.StatusServiceUnavailable {
		t.Errorf("without a store: %d %s", a.status, a.problem())
	}
	if a := b.post(page, right); a.status != http.StatusSeeOther {
		t.Errorf("afterwards: %d %s", a.status, a.problem())
	}
}
