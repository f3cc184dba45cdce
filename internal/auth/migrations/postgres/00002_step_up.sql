-- +goose Up
ALTER TABLE auth_session ADD COLUMN asked text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE auth_session ADD COLUMN replaced_by text COLLATE "C" NOT NULL DEFAULT '';

CREATE TABLE auth_draft (
	id         text COLLATE "C" PRIMARY KEY,
	user_id    text COLLATE "C" NOT NULL,
	sealed     bytea NOT NULL,
	kept_at    bigint NOT NULL,
	expires_at bigint NOT NULL
);
CREATE INDEX auth_draft_user ON auth_draft (user_id, kept_at);
CREATE INDEX auth_draft_expires ON auth_draft (expires_at);
