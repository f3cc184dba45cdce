-- +goose Up
CREATE TABLE document (
    kind    text   NOT NULL,
    id      text   NOT NULL,
    body    text   NOT NULL,
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- Searched values: case-folded text, one row per array element.
CREATE TABLE attr (
    kind  text NOT NULL,
    name  text NOT NULL,
    value text NOT NULL,
    id    text NOT NULL,
    PRIMARY KEY (kind, name, value, id)
) WITHOUT ROWID;
CREATE INDEX attr_id ON attr (id, kind, name);

CREATE TABLE edge (
    kind    text   NOT NULL,
    src     text   NOT NULL,
    dst     text   NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (kind, src, dst)
) WITHOUT ROWID;
CREATE INDEX edge_dst ON edge (kind, dst, src);

-- Values that must be unique, such as a login: name "user.login", folded value.
CREATE TABLE uniq (
    name  text NOT NULL,
    value text NOT NULL,
    id    text NOT NULL,
    PRIMARY KEY (name, value)
) WITHOUT ROWID;
CREATE INDEX uniq_id ON uniq (id);

-- One row a name: the generation number of the caches, the cell suffix, the cursor key.
CREATE TABLE meta (
    name  text NOT NULL PRIMARY KEY,
    value text NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_token (
    hash    text   NOT NULL PRIMARY KEY,
    id      text   NOT NULL,
    name    text   NOT NULL,
    user_id text   NOT NULL,
    created bigint NOT NULL
) WITHOUT ROWID;

CREATE TABLE event (
    seq       integer PRIMARY KEY AUTOINCREMENT,
    published bigint  NOT NULL,
    body      text    NOT NULL
);
CREATE INDEX event_published ON event (published, seq);

-- What the System Log is looked up by: actor, target, eventType.
CREATE TABLE event_index (
    name  text    NOT NULL,
    value text    NOT NULL,
    seq   bigint  NOT NULL,
    PRIMARY KEY (name, value, seq)
) WITHOUT ROWID;
