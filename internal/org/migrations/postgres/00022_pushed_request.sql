-- +goose Up
-- Authorization requests that clients pushed (RFC 9126), by the hash of their request_uri.
CREATE TABLE pushed_request (
    hash      text COLLATE "C"   NOT NULL PRIMARY KEY,
    client_id text COLLATE "C"   NOT NULL,
    server    text COLLATE "C"   NOT NULL,
    request   text COLLATE "C"   NOT NULL,
    expires   bigint NOT NULL
);
CREATE INDEX pushed_request_expires ON pushed_request (expires);
