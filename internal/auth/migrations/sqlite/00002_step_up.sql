-- +goose Up
ALTER TABLE auth_session ADD COLUMN asked TEXT NOT NULL DEFAULT '';
ALTER TABLE auth_session ADD COLUMN replaced_by TEXT NOT NULL DEFAULT '';

CREATE TABLE auth_draft (
	id         TEXT PRIMARY KEY,
	user_id    TEXT NOT NULL,
	sealed     BLOB NOT NULL,
	kept_at    INTEGER NOT NULL,
	expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX auth_draft_user ON auth_draft (user_id, kept_at);
CREATE INDEX auth_draft_expires ON auth_draft (expires_at);
