-- +goose Up
-- What a sign-in has proved (amr), the device it comes from (a hash, '' for none), the
-- factor that is being enrolled in it, and whether the person was warned of their password's end.
ALTER TABLE sign_in ADD COLUMN amr text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE sign_in ADD COLUMN device text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE sign_in ADD COLUMN factor text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE sign_in ADD COLUMN warned bigint NOT NULL DEFAULT 0;

-- How long a session may lie unused and how long it may last (0: no end), in milliseconds.
ALTER TABLE session ADD COLUMN idle bigint NOT NULL DEFAULT 7200000;
ALTER TABLE session ADD COLUMN life bigint NOT NULL DEFAULT 0;
ALTER TABLE session_token ADD COLUMN idle bigint NOT NULL DEFAULT 7200000;
ALTER TABLE session_token ADD COLUMN life bigint NOT NULL DEFAULT 0;
ALTER TABLE session_token ADD COLUMN persistent bigint NOT NULL DEFAULT 0;

-- Devices on which somebody proved a factor and wants not to be asked again for a while.
CREATE TABLE remembered_device (
    user_id text COLLATE "C"   NOT NULL,
    device  text COLLATE "C"   NOT NULL,
    proved  bigint NOT NULL,
    PRIMARY KEY (user_id, device)
);
