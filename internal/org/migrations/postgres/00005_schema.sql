-- +goose Up
-- Work on everybody's profile that a schema change left behind: kind "remove" takes an
-- attribute out of profiles, "unique" claims its values. place is the last person done.
CREATE TABLE schema_job (
    type_id  text COLLATE "C" NOT NULL,
    property text COLLATE "C" NOT NULL,
    kind     text COLLATE "C" NOT NULL,
    place    text COLLATE "C" NOT NULL,
    PRIMARY KEY (type_id, property)
);
