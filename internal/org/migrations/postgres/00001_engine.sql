-- +goose Up
CREATE TABLE document (
    kind    text COLLATE "C" NOT NULL,
    id      text COLLATE "C" NOT NULL,
    body    text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, id)
);

-- Searched values: case-folded text, one row per array element.
CREATE TABLE attr (
    kind  text COLLATE "C" NOT NULL,
    name  text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    id    text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, name, value, id)
);
CREATE INDEX attr_id ON attr (id, kind, name);

CREATE TABLE edge (
    kind    text COLLATE "C" NOT NULL,
    src     text COLLATE "C" NOT NULL,
    dst     text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (kind, src, dst)
);
CREATE INDEX edge_dst ON edge (kind, dst, src);

-- Values that must be unique, such as a login: name "user.login", folded value.
CREATE TABLE uniq (
    name  text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    id    text COLLATE "C" NOT NULL,
    PRIMARY KEY (name, value)
);
CREATE INDEX uniq_id ON uniq (id);

-- One row a name: the generation number of the caches, the cell suffix, the cursor key.
CREATE TABLE meta (
    name  text COLLATE "C" NOT NULL PRIMARY KEY,
    value text COLLATE "C" NOT NULL
);

CREATE TABLE api_token (
    hash    text COLLATE "C" NOT NULL PRIMARY KEY,
    id      text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    created bigint NOT NULL
);

CREATE TABLE event (
    seq       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    published bigint  NOT NULL,
    body      text COLLATE "C" NOT NULL
);
CREATE INDEX event_published ON event (published, seq);

-- What the System Log is looked up by: actor, target, eventType.
CREATE TABLE event_index (
    name  text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    seq   bigint  NOT NULL,
    PRIMARY KEY (name, value, seq)
);
