-- +goose Up
-- What "co" looks up: a document's names and addresses, folded.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE gram (
    kind  text COLLATE "C" NOT NULL,
    id    text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX gram_value ON gram USING gin (value gin_trgm_ops);
-- A search tests a value of one document: with the value in the index it need not read the row.
DROP INDEX attr_id;
CREATE INDEX attr_id ON attr (id, kind, name, value);
