package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gatehouse/internal/db"
)

// pendingLife is how long a person may take at the org's pages.
const pendingLife = 10 * time.Minute

// pending is a sign-in that was begun: one row per state, so that several tabs can sign in at once.
type pending struct {
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	ReturnTo string `json:"returnTo"`
	// Scopes are those asked for.
	Scopes []string `json:"scopes"`
	// UserID is who steps up; "" where nobody is signed in yet.
	UserID string `json:"userId,omitempty"`
	// Trial is what is tried, where this is no sign-in.
	Trial *Trial `json:"trial,omitempty"`
}

// errNotPending: no sign-in with this state was begun in this browser within the last ten minutes.
var errNotPending = errors.New("no pending sign-in for this state and browser")

// keep stores p under state, bound to the browser that holds the cookie value browser.
func (st *store) keep(ctx context.Context, state, browser string, p pending, until time.Time) error {
	plain, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("begin a sign-in: %w", err)
	}
	id := hash(state)
	return st.exec(ctx, `INSERT INTO auth_pending (id, browser, sealed, expires_at) VALUES ($1, $2, $3, $4)`,
		id, hash(browser), st.sealer.seal("auth_pending/"+id, plain), until.UnixMilli())
}

// take returns the pending sign-in of state once: a second callback with it finds nothing.
// Another browser neither gets nor uses it up.
func (st *store) take(ctx context.Context, state, browser string, now time.Time) (pending, error) {
	var p pending
	id := hash(state)
	err := st.db.Update(ctx, func(q db.Querier) error {
		var owner string
		var sealed []byte
		err := q.QueryRow(ctx, `SELECT browser, sealed FROM auth_pending WHERE id = $1 AND expires_at > $2`, id, now.UnixMilli()).Scan(&owner, &sealed)
		if db.IsNone(err) {
			return errNotPending
		}
		if err != nil {
			return fmt.Errorf("read the pending sign-in: %w", err)
		}
		if browser == "" || subtle.ConstantTimeCompare([]byte(owner), []byte(hash(browser))) != 1 {
			return errNotPending
		}
		if _, err := q.Exec(ctx, `DELETE FROM auth_pending WHERE id = $1`, id); err != nil {
			return fmt.Errorf("take the pending sign-in: %w", err)
		}
		plain, err := st.sealer.open("auth_pending/"+id, sealed)
		if err != nil {
			return errNotPending
		}
		p = pending{}
		return json.Unmarshal(plain, &p)
	})
	return p, err
}
