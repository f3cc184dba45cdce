-- +goose Up
-- The people within the groups that a role is narrowed to, each once: a list for such an
-- admin goes along these rows. Who is in several of the groups would else be found
-- several times, and a thousand groups would have to be looked into for one page.
CREATE TABLE role_reach (
    owner  text NOT NULL,
    role   text NOT NULL,
    person text NOT NULL,
    PRIMARY KEY (owner, role, person)
) WITHOUT ROWID;
INSERT INTO role_reach (owner, role, person)
    SELECT DISTINCT t.owner, t.role, e.src FROM role_target t JOIN edge e ON e.dst = t.target
    WHERE t.kind = 'group' AND e.kind = 'member' AND NOT EXISTS (SELECT 1 FROM role_assignment a WHERE a.owner = t.target);
