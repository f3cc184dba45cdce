-- +goose Up
-- The OAuth client of an application, by client_id. What admins set on it is in the
-- application's document; here are the okta.* scopes granted to it and the admin roles
-- that it acts with, JSON arrays of text. Clients of the table before this one are
-- registered anew at each start.
DROP TABLE oauth_client;
CREATE TABLE app_client (
    id     text NOT NULL PRIMARY KEY,
    app    text NOT NULL,
    scopes text NOT NULL,
    roles  text NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX app_client_app ON app_client (app);
CREATE INDEX oauth_grant_client ON oauth_grant (client_id, user_id);

-- The secrets that a client proves itself with, sealed; any active one does.
CREATE TABLE app_secret (
    id      text   NOT NULL PRIMARY KEY,
    app     text   NOT NULL,
    sealed  text   NOT NULL,
    active  bigint NOT NULL,
    created bigint NOT NULL,
    updated bigint NOT NULL
) WITHOUT ROWID;
CREATE INDEX app_secret_app ON app_secret (app, created, id);

-- A person's own part of an assignment. direct is 0 where only groups assign the person:
-- the row then holds what was changed for them. user_name is '' for that of the template.
CREATE TABLE app_user (
    app         text   NOT NULL,
    user_id     text   NOT NULL,
    direct      bigint NOT NULL,
    user_name   text   NOT NULL,
    profile     text   NOT NULL,
    password_at bigint NOT NULL,
    created     bigint NOT NULL,
    updated     bigint NOT NULL,
    PRIMARY KEY (app, user_id)
) WITHOUT ROWID;
CREATE INDEX app_user_user ON app_user (user_id, direct, app);

-- A group's assignment reaches its members as they join and leave. The one with the
-- least priority decides the profile.
CREATE TABLE app_group (
    app      text   NOT NULL,
    grp      text   NOT NULL,
    priority bigint NOT NULL,
    profile  text   NOT NULL,
    updated  bigint NOT NULL,
    PRIMARY KEY (app, grp)
) WITHOUT ROWID;
CREATE INDEX app_group_grp ON app_group (grp, app);
