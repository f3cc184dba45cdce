-- +goose Up
-- Authorization requests that clients pushed (RFC 9126), by the hash of their request_uri.
CREATE TABLE pushed_request (
    hash      text   NOT NULL PRIMARY KEY,
    client_id text   NOT NULL,
    server    text   NOT NULL,
    request   text   NOT NULL,
    expires   bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX pushed_request_expires ON pushed_request (expires);
