-- +goose Up
-- The authorizations of a server by client: its refresh tokens are listed along it.
CREATE INDEX oauth_grant_server ON oauth_grant (server, client_id, id);
