-- +goose Up
-- A standard role given to a user or a group. The id of a role that takes targets
-- is the base 32 of its type, so it is unique within its owner only.
CREATE TABLE role_assignment (
    owner   text COLLATE "C" NOT NULL,
    id      text COLLATE "C" NOT NULL,
    type    text COLLATE "C" NOT NULL,
    via     text COLLATE "C" NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (owner, id)
);
CREATE INDEX role_assignment_type ON role_assignment (type, owner);

-- What narrows a role: kind "group" or "app".
CREATE TABLE role_target (
    owner  text COLLATE "C" NOT NULL,
    role   text COLLATE "C" NOT NULL,
    kind   text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    PRIMARY KEY (owner, role, kind, target)
);
CREATE INDEX role_target_target ON role_target (kind, target);
