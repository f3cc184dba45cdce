-- +goose Up
-- Signing keys of an authorization server. state: next (published, not used yet),
-- active (signs), retired (still published until expires). sealed holds the private key.
CREATE TABLE signing_key (
    kid     text COLLATE "C" NOT NULL PRIMARY KEY,
    server  text COLLATE "C" NOT NULL,
    state   text COLLATE "C" NOT NULL,
    sealed  text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    expires bigint NOT NULL
);
CREATE UNIQUE INDEX signing_key_one ON signing_key (server, state) WHERE state <> 'retired';

-- Lists are JSON arrays of text; secret is sealed.
CREATE TABLE oauth_client (
    id               text COLLATE "C" NOT NULL PRIMARY KEY,
    name             text COLLATE "C" NOT NULL,
    secret           text COLLATE "C" NOT NULL,
    redirect_uris    text COLLATE "C" NOT NULL,
    post_logout_uris text COLLATE "C" NOT NULL,
    grant_types      text COLLATE "C" NOT NULL,
    scopes           text COLLATE "C" NOT NULL,
    roles            text COLLATE "C" NOT NULL,
    jwks             text COLLATE "C" NOT NULL,
    pkce             bigint NOT NULL,
    everyone         bigint NOT NULL,
    created          bigint NOT NULL
);

CREATE TABLE auth_server (
    id          text COLLATE "C" NOT NULL PRIMARY KEY,
    name        text COLLATE "C" NOT NULL,
    audience    text COLLATE "C" NOT NULL,
    scopes      text COLLATE "C" NOT NULL,
    policy_name text COLLATE "C" NOT NULL,
    rule_name   text COLLATE "C" NOT NULL,
    rule        text COLLATE "C" NOT NULL,
    created     bigint NOT NULL
);

-- hash is of the secret session id that the cookie holds, id what the System Log calls the session.
CREATE TABLE session (
    hash        text COLLATE "C" NOT NULL PRIMARY KEY,
    id          text COLLATE "C" NOT NULL,
    user_id     text COLLATE "C" NOT NULL,
    amr         text COLLATE "C" NOT NULL,
    created     bigint NOT NULL,
    used        bigint NOT NULL,
    password_at bigint NOT NULL,
    factor_at   bigint NOT NULL
);
CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_used ON session (used);

CREATE TABLE session_token (
    hash    text COLLATE "C" NOT NULL PRIMARY KEY,
    user_id text COLLATE "C" NOT NULL,
    amr     text COLLATE "C" NOT NULL,
    expires bigint NOT NULL
);
CREATE INDEX session_token_expires ON session_token (expires);

-- A sign-in under way: of a browser (browser is the hash of its cookie, request the
-- authorization request it began with) or of the authentication API (browser is empty).
CREATE TABLE sign_in (
    hash    text COLLATE "C" NOT NULL PRIMARY KEY,
    browser text COLLATE "C" NOT NULL,
    server  text COLLATE "C" NOT NULL,
    request text COLLATE "C" NOT NULL,
    stage   text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    tries   bigint NOT NULL,
    expires bigint NOT NULL
);
CREATE INDEX sign_in_expires ON sign_in (expires);
CREATE INDEX sign_in_user ON sign_in (user_id);

-- What a person (or nobody: client_credentials has no row) allowed a client: the
-- family of all tokens that came of one authorization. generation counts refreshes.
CREATE TABLE oauth_grant (
    id         text COLLATE "C" NOT NULL PRIMARY KEY,
    client_id  text COLLATE "C" NOT NULL,
    server     text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    session    text COLLATE "C" NOT NULL,
    scope      text COLLATE "C" NOT NULL,
    amr        text COLLATE "C" NOT NULL,
    auth_time  bigint NOT NULL,
    created    bigint NOT NULL,
    generation bigint NOT NULL,
    rotated    bigint NOT NULL,
    expires    bigint NOT NULL,
    revoked    bigint NOT NULL
);
CREATE INDEX oauth_grant_user ON oauth_grant (user_id, client_id);
CREATE INDEX oauth_grant_expires ON oauth_grant (expires);

CREATE TABLE oauth_code (
    hash         text COLLATE "C" NOT NULL PRIMARY KEY,
    grant_id     text COLLATE "C" NOT NULL,
    redirect_uri text COLLATE "C" NOT NULL,
    challenge    text COLLATE "C" NOT NULL,
    nonce        text COLLATE "C" NOT NULL,
    used         bigint NOT NULL,
    expires      bigint NOT NULL
);
CREATE INDEX oauth_code_expires ON oauth_code (expires);

-- Single access tokens that were revoked, until they would have expired.
CREATE TABLE revoked_token (
    jti     text COLLATE "C" NOT NULL PRIMARY KEY,
    expires bigint NOT NULL
);
CREATE INDEX revoked_token_expires ON revoked_token (expires);

-- Client assertions that were used, so that none works twice (RFC 7523 section 3).
CREATE TABLE used_assertion (
    hash    text COLLATE "C" NOT NULL PRIMARY KEY,
    expires bigint NOT NULL
);
CREATE INDEX used_assertion_expires ON used_assertion (expires);

-- A person's TOTP factor. step is the last time step that was accepted; tries counts
-- wrong codes since tries_from.
CREATE TABLE totp (
    user_id    text COLLATE "C" NOT NULL PRIMARY KEY,
    id         text COLLATE "C" NOT NULL,
    sealed     text COLLATE "C" NOT NULL,
    step       bigint NOT NULL,
    tries      bigint NOT NULL,
    tries_from bigint NOT NULL,
    created    bigint NOT NULL
);
