-- +goose Up
-- The client that a sign-in is for ('' for none), the kinds of factor that were proved, and
-- when the password was proved where that is before the sign-in (0: in it).
ALTER TABLE sign_in ADD COLUMN client text NOT NULL DEFAULT '';
ALTER TABLE sign_in ADD COLUMN factors text NOT NULL DEFAULT '';
ALTER TABLE sign_in ADD COLUMN password_at bigint NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN factors text NOT NULL DEFAULT '';
ALTER TABLE session_token ADD COLUMN factors text NOT NULL DEFAULT '';
