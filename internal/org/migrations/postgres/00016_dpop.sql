-- +goose Up
-- The thumbprint of the key that the refresh tokens of a public client are bound to, '' for none.
ALTER TABLE oauth_grant ADD COLUMN jkt text COLLATE "C" NOT NULL DEFAULT '';
