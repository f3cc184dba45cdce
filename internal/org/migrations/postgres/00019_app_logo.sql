-- +goose Up
-- The uploaded logos of applications: the bytes as they came, and what they are by their content.
CREATE TABLE app_logo (
    app        text COLLATE "C" NOT NULL PRIMARY KEY,
    id         text COLLATE "C" NOT NULL UNIQUE,
    media_type text COLLATE "C" NOT NULL,
    data       bytea NOT NULL
);
