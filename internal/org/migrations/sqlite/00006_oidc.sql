-- +goose Up
-- Signing keys of an authorization server. state: next (published, not used yet),
-- active (signs), retired (still published until expires). sealed holds the private key.
CREATE TABLE signing_key (
    kid     text   NOT NULL PRIMARY KEY,
    server  text   NOT NULL,
    state   text   NOT NULL,
    sealed  text   NOT NULL,
    created bigint NOT NULL,
    expires bigint NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX signing_key_one ON signing_key (server, state) WHERE state <> 'retired';

-- Lists are JSON arrays of text; secret is sealed.
CREATE TABLE oauth_client (
    id               text   NOT NULL PRIMARY KEY,
    name             text   NOT NULL,
    secret           text   NOT NULL,
    redirect_uris    text   NOT NULL,
    post_logout_uris text   NOT NULL,
    grant_types      text   NOT NULL,
    scopes           text   NOT NULL,
    roles            text   NOT NULL,
    jwks             text   NOT NULL,
    pkce             bigint NOT NULL,
    everyone         bigint NOT NULL,
    created          bigint NOT NULL
) WITHOUT ROWID;

CREATE TABLE auth_server (
    id          text   NOT NULL PRIMARY KEY,
    name        text   NOT NULL,
    audience    text   NOT NULL,
    scopes      text   NOT NULL,
    policy_name text   NOT NULL,
    rule_name   text   NOT NULL,
    rule        text   NOT NULL,
    created     bigint NOT NULL
) WITHOUT ROWID;

-- hash is of the secret session id that the cookie holds, id what the System Log calls the session.
CREATE TABLE session (
    hash        text   NOT NULL PRIMARY KEY,
    id          text   NOT NULL,
    user_id     text   NOT NULL,
    amr         text   NOT NULL,
    created     bigint NOT NULL,
    used        bigint NOT NULL,
    password_at bigint NOT NULL,
    factor_at   bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_used ON session (used);

CREATE TABLE session_token (
    hash    text   NOT NULL PRIMARY KEY,
    user_id text   NOT NULL,
    amr     text   NOT NULL,
    expires bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_token_expires ON session_token (expires);

-- A sign-in under way: of a browser (browser is the hash of its cookie, request the
-- authorization request it began with) or of the authentication API (browser is empty).
CREATE TABLE sign_in (
    hash    text   NOT NULL PRIMARY KEY,
    browser text   NOT NULL,
    server  text   NOT NULL,
    request text   NOT NULL,
    stage   text   NOT NULL,
    user_id text   NOT NULL,
    tries   bigint NOT NULL,
    expires bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_expires ON sign_in (expires);
CREATE INDEX sign_in_user ON sign_in (user_id);

-- What a person (or nobody: client_credentials has no row) allowed a client: the
-- family of all tokens that came of one authorization. generation counts refreshes.
CREATE TABLE oauth_grant (
    id         text   NOT NULL PRIMARY KEY,
    client_id  text   NOT NULL,
    server     text   NOT NULL,
    user_id    text   NOT NULL,
    session    text   NOT NULL,
    scope      text   NOT NULL,
    amr        text   NOT NULL,
    auth_time  bigint NOT NULL,
    created    bigint NOT NULL,
    generation bigint NOT NULL,
    rotated    bigint NOT NULL,
    expires    bigint NOT NULL,
    revoked    bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX oauth_grant_user ON oauth_grant (user_id, client_id);
CREATE INDEX oauth_grant_expires ON oauth_grant (expires);

CREATE TABLE oauth_code (
    hash         text   NOT NULL PRIMARY KEY,
    grant_id     text   NOT NULL,
    redirect_uri text   NOT NULL,
    challenge    text   NOT NULL,
    nonce        text   NOT NULL,
    used         bigint NOT NULL,
    expires      bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX oauth_code_expires ON oauth_code (expires);

-- Single access tokens that were revoked, until they would have expired.
CREATE TABLE revoked_token (
    jti     text   NOT NULL PRIMARY KEY,
    expires bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX revoked_token_expires ON revoked_token (expires);

-- Client assertions that were used, so that none works twice (RFC 7523 section 3).
CREATE TABLE used_assertion (
    hash    text   NOT NULL PRIMARY KEY,
    expires bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX used_assertion_expires ON used_assertion (expires);

-- A person's TOTP factor. step is the last time step that was accepted; tries counts
-- wrong codes since tries_from.
CREATE TABLE totp (
    user_id    text   NOT NULL PRIMARY KEY,
    id         text   NOT NULL,
    sealed     text   NOT NULL,
    step       bigint NOT NULL,
    tries      bigint NOT NULL,
    tries_from bigint NOT NULL,
    created    bigint NOT NULL
) WITHOUT ROWID;
