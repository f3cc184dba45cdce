-- +goose Up
-- The uploaded logos of applications: the bytes as they came, and what they are by their content.
CREATE TABLE app_logo (
    app        text NOT NULL PRIMARY KEY,
    id         text NOT NULL UNIQUE,
    media_type text NOT NULL,
    data       blob NOT NULL
) WITHOUT ROWID;
