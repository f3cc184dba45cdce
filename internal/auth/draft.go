package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"gatehouse/internal/db"
)

const (
	// DraftParameter names a draft in the address of the page that it belongs to.
	DraftParameter = "draft"
	// DraftLife is how long a form that could not be sent is kept.
	DraftLife = 24 * time.Hour
	// maxDrafts is how many are kept for one person; the newest stay.
	maxDrafts = 20
)

// Draft is a form that could not be sent for now: its sign-in has ended, or lacked a
// scope. It belongs to a person, not to a session, and nobody else ever sees it.
type Draft struct {
	ID string `json:"-"`
	// Page is the path and query of the page that the form stands on, Action where it posts to.
	Page   string `json:"page"`
	Action string `json:"action"`
	// Operation is what was refused; "" where none was reached.
	Operation string `json:"operation,omitempty"`
	// Missing are the scopes it lacked; Scopes all that the next sign-in must ask for.
	Missing []string `json:"missing,omitempty"`
	Scopes  []string `json:"scopes,omitempty"`
	// Fields are what was sent, without the secrets, whose names are in Omitted.
	Fields  url.Values `json:"fields"`
	Omitted []string   `json:"omitted,omitempty"`
	KeptAt  time.Time  `json:"-"`
}

// KeepDraft stores d for the person of s, for 24 hours, and returns its id. The error is the database's.
func (a *Auth) KeepDraft(ctx context.Context, s *Session, d Draft) (string, error) {
	id, err := a.random()
	if err != nil {
		return "", err
	}
	plain, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("keep a draft: %w", err)
	}
	now := a.now()
	err = a.config.DB.Update(ctx, func(q db.Querier) error {
		if _, err := q.Exec(ctx, `INSERT INTO auth_draft (id, user_id, sealed, kept_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			id, s.UserID, a.sealer.seal(draftRow(id, s.UserID), plain), now.UnixMilli(), now.Add(DraftLife).UnixMilli()); err != nil {
			return err
		}
		_, err := q.Exec(ctx, `DELETE FROM auth_draft WHERE user_id = $1 AND id NOT IN
			(SELECT id FROM auth_draft WHERE user_id = $1 ORDER BY kept_at DESC, id DESC LIMIT `+fmt.Sprint(maxDrafts)+`)`, s.UserID)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("keep a draft: %w", err)
	}
	return id, nil
}

// Draft returns a draft of the person of s; false where there is none with this id, or no longer.
func (a *Auth) Draft(ctx context.Context, s *Session, id string) (Draft, bool, error) {
	d, owner, found, err := a.draft(ctx, id)
	if err != nil || !found || owner != s.UserID {
		return Draft{}, false, err
	}
	return d, true, nil
}

// draft reads a draft, whoever it belongs to.
func (a *Auth) draft(ctx context.Context, id string) (d Draft, owner string, found bool, err error) {
	var sealed []byte
	var kept int64
	err = a.config.DB.Reader().QueryRow(ctx, `SELECT user_id, sealed, kept_at FROM auth_draft WHERE id = $1 AND expires_at > $2`, id, a.now().UnixMilli()).
		Scan(&owner, &sealed, &kept)
	if db.IsNone(err) {
		return Draft{}, "", false, nil
	}
	if err != nil {
		return Draft{}, "", false, fmt.Errorf("read a draft: %w", err)
	}
	plain, err := a.sealer.open(draftRow(id, owner), sealed)
	if err != nil { // of a dropped key: as if it were gone
		return Draft{}, "", false, nil
	}
	if err := json.Unmarshal(plain, &d); err != nil {
		return Draft{}, "", false, fmt.Errorf("read a draft: %w", err)
	}
	d.ID, d.KeptAt = id, time.UnixMilli(kept)
	return d, owner, true, nil
}

// DropDraft removes a draft of the person of s, if it is there.
func (a *Auth) DropDraft(ctx context.Context, s *Session, id string) error {
	if err := a.store.exec(ctx, `DELETE FROM auth_draft WHERE id = $1 AND user_id = $2`, id, s.UserID); err != nil {
		return fmt.Errorf("drop a draft: %w", err)
	}
	return nil
}

// draftRow names a draft for the sealer: it opens under its own id and owner alone.
func draftRow(id, owner string) string { return "auth_draft/" + id + "/" + owner }

// draftScopes are the scopes that a sign-in which comes back to returnTo must ask for
// besides the usual ones: those of the draft that waits there.
func (a *Auth) draftScopes(ctx context.Context, returnTo string) ([]string, error) {
	d, _, _, err := a.draftAt(ctx, returnTo)
	return d.Scopes, err
}

// draftAt is the draft that waits at returnTo, whoever it belongs to.
func (a *Auth) draftAt(ctx context.Context, returnTo string) (d Draft, owner string, found bool, err error) {
	u, err := url.Parse(returnTo)
	if err != nil || !u.Query().Has(DraftParameter) {
		return Draft{}, "", false, nil
	}
	return a.draft(ctx, u.Query().Get(DraftParameter))
}

// askLess makes the next sign-in that comes back to returnTo ask for the usual scopes
// alone: one that the org does not grant would refuse each sign-in to this draft.
func (a *Auth) askLess(ctx context.Context, returnTo string) error {
	d, owner, found, err := a.draftAt(ctx, returnTo)
	if err != nil || !found {
		return err
	}
	d.Scopes = nil
	plain, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("keep a draft: %w", err)
	}
	return a.store.exec(ctx, `UPDATE auth_draft SET sealed = $1 WHERE id = $2`, a.sealer.seal(draftRow(d.ID, owner), plain), d.ID)
}
