-- +goose Up
-- The keys that applications sign with, and requests for certificates of others (csr is
-- '' for a key). sealed and cert are '' until the key is first asked for: the key id of
-- a new application is there at once, and to make the key costs a tenth of a second.
CREATE TABLE app_key (
    app     text COLLATE "C"   NOT NULL,
    kid     text COLLATE "C"   NOT NULL,
    sealed  text COLLATE "C"   NOT NULL,
    cert    text COLLATE "C"   NOT NULL,
    csr     text COLLATE "C"   NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (app, kid)
);

-- The okta.* scopes of the org server that an admin granted to an application's client,
-- in place of the list in app_client. granted_by is '' for what the start registers.
CREATE TABLE app_scope (
    app        text COLLATE "C" NOT NULL,
    scope      text COLLATE "C" NOT NULL,
    granted_by text COLLATE "C" NOT NULL,
    created    bigint NOT NULL,
    PRIMARY KEY (app, scope)
);
INSERT INTO app_scope (app, scope, granted_by, created) SELECT c.app, j, '', 0 FROM app_client c, json_array_elements_text(c.scopes::json) j;
ALTER TABLE app_client DROP COLUMN scopes;
