-- +goose Up
-- What proves who somebody is. hash is empty where no password was ever set: nothing matches it.
CREATE TABLE user_credential (
    user_id  text   COLLATE "C" NOT NULL PRIMARY KEY,
    hash     text   COLLATE "C" NOT NULL,
    failures bigint NOT NULL,
    answer   text   COLLATE "C" NOT NULL
);

-- The last passwords, the current one among them.
CREATE TABLE password_history (
    user_id text   COLLATE "C" NOT NULL,
    seq     bigint NOT NULL,
    hash    text   COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, seq)
);

-- One-time links: kind "activation" or "recovery". Only the hash of the token is kept.
CREATE TABLE user_token (
    hash    text   COLLATE "C" NOT NULL PRIMARY KEY,
    user_id text   COLLATE "C" NOT NULL,
    kind    text   COLLATE "C" NOT NULL,
    expires bigint NOT NULL
);
CREATE INDEX user_token_user ON user_token (user_id, kind);

-- Messages that a cloud org would send.
CREATE TABLE outbox (
    id        text   COLLATE "C" NOT NULL PRIMARY KEY,
    created   bigint NOT NULL,
    recipient text   COLLATE "C" NOT NULL,
    kind      text   COLLATE "C" NOT NULL,
    body      text   COLLATE "C" NOT NULL,
    link      text   COLLATE "C" NOT NULL
);
CREATE INDEX outbox_created ON outbox (created, id);
