-- +goose Up
-- What people answered on the consent page; skipped is 1 for an optional scope that they
-- left out.
CREATE TABLE consent (
    user_id   text COLLATE "C"   NOT NULL,
    client_id text COLLATE "C"   NOT NULL,
    server    text COLLATE "C"   NOT NULL,
    scope     text COLLATE "C"   NOT NULL,
    skipped   bigint NOT NULL,
    created   bigint NOT NULL,
    updated   bigint NOT NULL,
    PRIMARY KEY (user_id, client_id, server, scope)
);
CREATE INDEX consent_client ON consent (client_id);

-- Devices that wait for their users (RFC 8628): hash is of the device code, user_code a
-- keyed hash of what people enter. polled is when the device last asked, wait how long it
-- has to wait between two requests; grant_id is '' until the person allows it.
CREATE TABLE device_code (
    hash      text COLLATE "C"   NOT NULL PRIMARY KEY,
    user_code text COLLATE "C"   NOT NULL,
    client_id text COLLATE "C"   NOT NULL,
    server    text COLLATE "C"   NOT NULL,
    scope     text COLLATE "C"   NOT NULL,
    state     text COLLATE "C"   NOT NULL,
    grant_id  text COLLATE "C"   NOT NULL,
    polled    bigint NOT NULL,
    wait      bigint NOT NULL,
    expires   bigint NOT NULL
);
CREATE UNIQUE INDEX device_code_user ON device_code (user_code);
CREATE INDEX device_code_client ON device_code (client_id, state, expires);
CREATE INDEX device_code_expires ON device_code (expires);

-- The device that a sign-in is for, by user_code; '' for none.
ALTER TABLE sign_in ADD COLUMN activation text COLLATE "C" NOT NULL DEFAULT '';
