-- +goose Up
CREATE TABLE auth_check (
	id     text COLLATE "C" PRIMARY KEY,
	sealed bytea NOT NULL
);

CREATE TABLE auth_pending (
	id         text COLLATE "C" PRIMARY KEY,
	browser    text COLLATE "C" NOT NULL,
	sealed     bytea NOT NULL,
	expires_at bigint NOT NULL
);
CREATE INDEX auth_pending_expires ON auth_pending (expires_at);

CREATE TABLE auth_session (
	id           text COLLATE "C" PRIMARY KEY,
	user_id      text COLLATE "C" NOT NULL,
	login        text COLLATE "C" NOT NULL,
	name         text COLLATE "C" NOT NULL,
	scopes       text COLLATE "C" NOT NULL,
	roles        text COLLATE "C" NOT NULL,
	address      text COLLATE "C" NOT NULL,
	agent        text COLLATE "C" NOT NULL,
	auth_time    bigint NOT NULL,
	signed_in_at bigint NOT NULL,
	seen_at      bigint NOT NULL,
	idle_at      bigint NOT NULL,
	expires_at   bigint NOT NULL,
	tokens       bytea NOT NULL,
	token_until  bigint NOT NULL,
	version      bigint NOT NULL,
	lease_by     text COLLATE "C" NOT NULL,
	lease_until  bigint NOT NULL,
	retry_at     bigint NOT NULL,
	ended        text COLLATE "C" NOT NULL
);
CREATE INDEX auth_session_user ON auth_session (user_id, signed_in_at);
CREATE INDEX auth_session_expires ON auth_session (expires_at);
CREATE INDEX auth_session_idle ON auth_session (idle_at);
