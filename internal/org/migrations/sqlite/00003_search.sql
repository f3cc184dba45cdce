-- +goose Up
-- What "co" looks up: the trigrams of a document's names and addresses, one index a
-- kind. The index keeps no text, so gram_row tells which document a row stands for.
CREATE TABLE gram_row (
    num  integer PRIMARY KEY,
    kind text    NOT NULL,
    id   text    NOT NULL
);
CREATE UNIQUE INDEX gram_row_id ON gram_row (kind, id);
CREATE VIRTUAL TABLE gram_user USING fts5 (value, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1');
CREATE VIRTUAL TABLE gram_group USING fts5 (value, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1');
