-- +goose Up
-- What people prove themselves with besides the password. profile is what the API
-- shows; sealed the secret (of a question the hash of the answer), counter the last time
-- step or count that was accepted; code, sealed, the one-time code that is on its way.
CREATE TABLE factor (
    id           text COLLATE "C" NOT NULL PRIMARY KEY,
    user_id      text COLLATE "C" NOT NULL,
    type         text COLLATE "C" NOT NULL,
    provider     text COLLATE "C" NOT NULL,
    active       bigint NOT NULL,
    profile      text COLLATE "C" NOT NULL,
    sealed       text COLLATE "C" NOT NULL,
    counter      bigint NOT NULL,
    code         text COLLATE "C" NOT NULL,
    code_expires bigint NOT NULL,
    created      bigint NOT NULL,
    updated      bigint NOT NULL
);
CREATE INDEX factor_user ON factor (user_id, created, id);
INSERT INTO factor (id, user_id, type, provider, active, profile, sealed, counter, code, code_expires, created, updated)
    SELECT id, user_id, 'token:software:totp', 'GOOGLE', 1, '{}', sealed, step, '', 0, created, created FROM totp;
DROP TABLE totp;

-- Wrong codes and messages sent, by kind of factor: they outlive a factor that is enrolled anew.
CREATE TABLE factor_limit (
    user_id text COLLATE "C" NOT NULL,
    name    text COLLATE "C" NOT NULL,
    count   bigint NOT NULL,
    since   bigint NOT NULL,
    last    bigint NOT NULL,
    PRIMARY KEY (user_id, name)
);

-- What a phone is asked: to be enrolled (kind enrol) or to let somebody in (kind verify).
CREATE TABLE factor_transaction (
    id        text COLLATE "C" NOT NULL PRIMARY KEY,
    kind      text COLLATE "C" NOT NULL,
    user_id   text COLLATE "C" NOT NULL,
    factor_id text COLLATE "C" NOT NULL,
    result    text COLLATE "C" NOT NULL,
    expires   bigint NOT NULL
);
CREATE INDEX factor_transaction_user ON factor_transaction (user_id);
