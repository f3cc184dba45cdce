-- +goose Up
-- How an authorization began: the policies of its server are asked for this grant type
-- again when its tokens are refreshed.
ALTER TABLE oauth_grant ADD COLUMN grant_type text NOT NULL DEFAULT 'authorization_code';

-- Authorization servers are documents: the server "default" is written anew.
DROP TABLE auth_server;
