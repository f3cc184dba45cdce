-- +goose Up
-- Which rule gives which membership. A membership without a row was given by hand.
CREATE TABLE group_rule_member (
    rule   text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    grp    text COLLATE "C" NOT NULL,
    PRIMARY KEY (rule, person, grp)
);
CREATE INDEX group_rule_member_person ON group_rule_member (person, grp);
CREATE INDEX group_rule_member_grp ON group_rule_member (grp);

-- Work on everybody that a change of a rule left behind: kind "apply" evaluates the
-- rules for each person, "remove" takes away what a deleted rule gave. place is the
-- last person done.
CREATE TABLE group_rule_job (
    rule  text COLLATE "C" NOT NULL,
    kind  text COLLATE "C" NOT NULL,
    place text COLLATE "C" NOT NULL,
    PRIMARY KEY (rule, kind)
);
