-- +goose Up
CREATE TABLE auth_check (
	id     TEXT PRIMARY KEY,
	sealed BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE auth_pending (
	id         TEXT PRIMARY KEY,
	browser    TEXT NOT NULL,
	sealed     BLOB NOT NULL,
	expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX auth_pending_expires ON auth_pending (expires_at);

CREATE TABLE auth_session (
	id           TEXT PRIMARY KEY,
	user_id      TEXT NOT NULL,
	login        TEXT NOT NULL,
	name         TEXT NOT NULL,
	scopes       TEXT NOT NULL,
	roles        TEXT NOT NULL,
	address      TEXT NOT NULL,
	agent        TEXT NOT NULL,
	auth_time    INTEGER NOT NULL,
	signed_in_at INTEGER NOT NULL,
	seen_at      INTEGER NOT NULL,
	idle_at      INTEGER NOT NULL,
	expires_at   INTEGER NOT NULL,
	tokens       BLOB NOT NULL,
	token_until  INTEGER NOT NULL,
	version      INTEGER NOT NULL,
	lease_by     TEXT NOT NULL,
	lease_until  INTEGER NOT NULL,
	retry_at     INTEGER NOT NULL,
	ended        TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX auth_session_user ON auth_session (user_id, signed_in_at);
CREATE INDEX auth_session_expires ON auth_session (expires_at);
CREATE INDEX auth_session_idle ON auth_session (idle_at);
