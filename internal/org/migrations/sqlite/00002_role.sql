-- +goose Up
-- A standard role given to a user or a group. The id of a role that takes targets
-- is the base 32 of its type, so it is unique within its owner only.
CREATE TABLE role_assignment (
    owner   text   NOT NULL,
    id      text   NOT NULL,
    type    text   NOT NULL,
    via     text   NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (owner, id)
) WITHOUT ROWID;
CREATE INDEX role_assignment_type ON role_assignment (type, owner);

-- What narrows a role: kind "group" or "app".
CREATE TABLE role_target (
    owner  text NOT NULL,
    role   text NOT NULL,
    kind   text NOT NULL,
    target text NOT NULL,
    PRIMARY KEY (owner, role, kind, target)
) WITHOUT ROWID;
CREATE INDEX role_target_target ON role_target (kind, target);
