package auth

import (
	"context"
	"net/http"
	"net/url"
)

// SignOut ends the session of r: here first, then its refresh token at the org. It
// expires the cookie and returns the address to send the browser to with 303: the
// org's end_session_endpoint, or the console's own /signed-out where the org has none or
// there was no session. The address holds the ID token (contracts.md section 7), so the
// answer must be no-store and no-referrer. The error is the database's: the row could not
// be removed, but the browser has lost its cookie and the refresh token is revoked all the same.
func (a *Auth) SignOut(w http.ResponseWriter, r *http.Request) (string, error) {
	home := a.config.BaseURL + "/signed-out"
	held, err := a.store.New(r, a.cookie.session)
	if err != nil {
		return "", err
	}
	s, ended := sessionOf(held)
	held.Options.MaxAge = -1
	removed := held.Save(r, w)
	if s == nil || ended != "" {
		return home, removed
	}
	a.happened(r.Context(), eventOf(SignedOutHere, s, ""))
	a.revokeQuietly(context.WithoutCancel(r.Context()), s)
	if removed != nil {
		return "", removed
	}
	p, err := a.provider(r.Context())
	if err != nil || p.EndSession == "" || s.current().ID == "" {
		return home, nil
	}
	end, err := url.Parse(p.EndSession)
	if err != nil {
		return home, nil
	}
	query := end.Query()
	query.Set("id_token_hint", s.current().ID)
	query.Set("post_logout_redirect_uri", home)
	end.RawQuery = query.Encode()
	return end.String(), nil
}

// finish removes a session of ours and revokes its refresh token.
func (a *Auth) finish(ctx context.Context, s *Session) error {
	if err := a.store.remove(ctx, s.ID); err != nil {
		return err
	}
	a.revokeQuietly(ctx, s)
	return nil
}

// revokeQuietly revokes the refresh token of a session that has already ended here. That
// the org cannot be reached changes nothing for the person, so it only goes to the log.
func (a *Auth) revokeQuietly(ctx context.Context, s *Session) {
	if err := a.revoke(ctx, s.current().Refresh); err != nil {
		a.config.Log.WarnContext(ctx, "refresh token not revoked", "session", s.ID, "error", err)
	}
}
