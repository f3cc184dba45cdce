-- +goose Up
-- What proves who somebody is. hash is empty where no password was ever set: nothing matches it.
CREATE TABLE user_credential (
    user_id  text   NOT NULL PRIMARY KEY,
    hash     text   NOT NULL,
    failures bigint NOT NULL,
    answer   text   NOT NULL
) WITHOUT ROWID;

-- The last passwords, the current one among them.
CREATE TABLE password_history (
    user_id text   NOT NULL,
    seq     bigint NOT NULL,
    hash    text   NOT NULL,
    PRIMARY KEY (user_id, seq)
) WITHOUT ROWID;

-- One-time links: kind "activation" or "recovery". Only the hash of the token is kept.
CREATE TABLE user_token (
    hash    text   NOT NULL PRIMARY KEY,
    user_id text   NOT NULL,
    kind    text   NOT NULL,
    expires bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX user_token_user ON user_token (user_id, kind);

-- Messages that a cloud org would send.
CREATE TABLE outbox (
    id        text   NOT NULL PRIMARY KEY,
    created   bigint NOT NULL,
    recipient text   NOT NULL,
    kind      text   NOT NULL,
    body      text   NOT NULL,
    link      text   NOT NULL
) WITHOUT ROWID;
CREATE INDEX outbox_created ON outbox (created, id);
