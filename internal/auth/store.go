package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/sessions"

	"gatehouse/internal/db"
)

// store keeps sessions in the table auth_session, under gorilla/sessions. The cookie
// is a random id and the row's key its SHA-256: who reads the database cannot sign in with it.
type store struct {
	db     *db.DB
	sealer *sealer
	cookie cookie
}

// The values of a gorilla session: the typed session, and why it ended ("" while it goes on).
type valueKey int

const (
	sessionValue valueKey = iota
	endedValue
)

func sessionOf(held *sessions.Session) (*Session, string) {
	s, _ := held.Values[sessionValue].(*Session)
	ended, _ := held.Values[endedValue].(string)
	return s, ended
}

// Get returns the request's session, read at most once per request.
func (st *store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(st, name)
}

// New reads the session that the cookie name of r stands for. A cookie that stands for
// none, or whose row was sealed under a dropped key, gives an empty new session (faults 18).
func (st *store) New(r *http.Request, name string) (*sessions.Session, error) {
	held := sessions.NewSession(st, name)
	held.Options = st.cookie.options(0)
	held.IsNew = true
	value := st.cookie.read(r, name)
	if value == "" {
		return held, nil
	}
	s, ended, err := st.find(r.Context(), hash(value))
	if db.IsNone(err) || errors.Is(err, errSealed) {
		return held, nil
	}
	if err != nil {
		return held, fmt.Errorf("read the session: %w", err)
	}
	s.FormToken = formToken(value)
	held.ID, held.IsNew = value, false
	held.Values[sessionValue], held.Values[endedValue] = s, ended
	return held, nil
}

// Save stores the session under held.ID, the cookie's value, and sets the cookie; a
// negative MaxAge deletes both.
func (st *store) Save(r *http.Request, w http.ResponseWriter, held *sessions.Session) error {
	if held.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(held.Name(), "", held.Options))
		if held.ID == "" {
			return nil
		}
		if err := st.remove(r.Context(), hash(held.ID)); err != nil {
			return fmt.Errorf("end the session: %w", err)
		}
		return nil
	}
	s, _ := sessionOf(held)
	if s == nil {
		return errors.New("a session without a person cannot be stored")
	}
	if err := st.insert(r.Context(), s); err != nil {
		return fmt.Errorf("store the session: %w", err)
	}
	http.SetCookie(w, sessions.NewCookie(held.Name(), held.ID, held.Options))
	return nil
}

const sessionColumns = `id, user_id, login, name, scopes, roles, address, agent,
	auth_time, signed_in_at, seen_at, idle_at, expires_at, tokens, token_until, version, ended, asked, replaced_by`

// scan reads one row of sessionColumns. The session comes without its form token, and why it ended beside it;
// with errSealed without its tokens.
func (st *store) scan(row db.Row) (*Session, string, error) {
	var s Session
	var scopes, roles, ended, asked string
	var authTime, signedIn, seen, idle, expires, until int64
	var sealed []byte
	err := row.Scan(&s.ID, &s.UserID, &s.Login, &s.Name, &scopes, &roles, &s.Address, &s.Agent,
		&authTime, &signedIn, &seen, &idle, &expires, &sealed, &until, &s.tokens.Version, &ended, &asked, &s.replacedBy)
	if err != nil {
		return nil, "", err
	}
	s.Scopes, s.Asked = strings.Fields(scopes), strings.Fields(asked)
	if roles != "" {
		s.RolesKnown = true
		if err := json.Unmarshal([]byte(roles), &s.Roles); err != nil {
			return nil, "", fmt.Errorf("roles of the session: %w", err)
		}
	}
	s.AuthTime, s.SignedInAt, s.SeenAt = time.UnixMilli(authTime), time.UnixMilli(signedIn), time.UnixMilli(seen)
	s.IdleAt, s.ExpiresAt = time.UnixMilli(idle), time.UnixMilli(expires)
	if ended == "" && s.replacedBy == "" {
		version := s.tokens.Version
		if s.tokens, err = st.openTokens(s.ID, sealed); err != nil {
			return &s, ended, err
		}
		s.tokens.Until, s.tokens.Version = time.UnixMilli(until), version
	}
	return &s, ended, nil
}

func (st *store) find(ctx context.Context, id string) (*Session, string, error) {
	return st.scan(st.db.Reader().QueryRow(ctx, `SELECT `+sessionColumns+` FROM auth_session WHERE id = $1`, id))
}

func (st *store) insert(ctx context.Context, s *Session) error {
	sealed, err := st.sealTokens(s.ID, s.tokens)
	if err != nil {
		return err
	}
	return st.db.Update(ctx, func(q db.Querier) error {
		_, err := q.Exec(ctx, `INSERT INTO auth_session (`+sessionColumns+`, lease_by, lease_until, retry_at)
			VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $16, '', '', 0, 0)`,
			s.ID, s.UserID, s.Login, s.Name, strings.Join(s.Scopes, " "), s.Address, s.Agent,
			s.AuthTime.UnixMilli(), s.SignedInAt.UnixMilli(), s.SeenAt.UnixMilli(), s.IdleAt.UnixMilli(), s.ExpiresAt.UnixMilli(),
			sealed, s.tokens.Until.UnixMilli(), s.tokens.Version, strings.Join(s.Asked, " "))
		return err
	})
}

func (st *store) touch(ctx context.Context, s *Session) error {
	return st.exec(ctx, `UPDATE auth_session SET seen_at = $1, idle_at = $2 WHERE id = $3 AND ended = '' AND replaced_by = ''`,
		s.SeenAt.UnixMilli(), s.IdleAt.UnixMilli(), s.ID)
}

// setRoles stores the roles the org answered with, or that it does not tell.
func (st *store) setRoles(ctx context.Context, s *Session) error {
	if !s.RolesKnown {
		return st.exec(ctx, `UPDATE auth_session SET roles = '' WHERE id = $1`, s.ID)
	}
	roles, err := json.Marshal(s.Roles)
	if err != nil {
		return fmt.Errorf("roles of the session: %w", err)
	}
	return st.exec(ctx, `UPDATE auth_session SET roles = $1 WHERE id = $2`, string(roles), s.ID)
}

// replace makes earlier, and what it had replaced itself, another name of next until the
// given time. Tokens of its own it has no more.
func (st *store) replace(ctx context.Context, earlier, next *Session, until time.Time) error {
	return st.db.Update(ctx, func(q db.Querier) error {
		if _, err := q.Exec(ctx, `UPDATE auth_session SET replaced_by = $1 WHERE user_id = $2 AND replaced_by = $3`, next.ID, next.UserID, earlier.ID); err != nil {
			return err
		}
		_, err := q.Exec(ctx, `UPDATE auth_session SET replaced_by = $1, tokens = $2, version = version + 1, idle_at = $3, expires_at = $3
			WHERE id = $4 AND ended = ''`, next.ID, []byte{}, until.UnixMilli(), earlier.ID)
		return err
	})
}

// end keeps the row until it expires, without tokens, so that the next request can be told why.
func (st *store) end(ctx context.Context, id, reason string) error {
	return st.exec(ctx, `UPDATE auth_session SET ended = $1, tokens = $2, version = version + 1 WHERE id = $3`, reason, []byte{}, id)
}

func (st *store) remove(ctx context.Context, id string) error {
	return st.exec(ctx, `DELETE FROM auth_session WHERE id = $1`, id)
}

func (st *store) exec(ctx context.Context, query string, args ...any) error {
	return st.db.Update(ctx, func(q db.Querier) error {
		_, err := q.Exec(ctx, query, args...)
		return err
	})
}

func (st *store) sealTokens(id string, t tokens) ([]byte, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("tokens of the session: %w", err)
	}
	return st.sealer.seal("auth_session/"+id, plain), nil
}

func (st *store) openTokens(id string, sealed []byte) (tokens, error) {
	var t tokens
	plain, err := st.sealer.open("auth_session/"+id, sealed)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal(plain, &t); err != nil {
		return t, fmt.Errorf("tokens of the session: %w", err)
	}
	return t, nil
}
