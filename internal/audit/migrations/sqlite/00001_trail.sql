-- +goose Up
CREATE TABLE audit_row (
	seq       integer PRIMARY KEY,
	at        bigint NOT NULL,
	kind      text   NOT NULL,
	change    bigint NOT NULL,
	actor     text   NOT NULL,
	operation text   NOT NULL,
	entry     text   NOT NULL,
	key_id    text   NOT NULL,
	mac       text   NOT NULL
);
CREATE UNIQUE INDEX audit_row_change ON audit_row (change, kind);
CREATE INDEX audit_row_actor ON audit_row (actor, seq);
CREATE INDEX audit_row_operation ON audit_row (operation, seq);
CREATE INDEX audit_row_at ON audit_row (at, seq);
CREATE TABLE audit_target (
	target text   NOT NULL,
	change bigint NOT NULL,
	seq    bigint NOT NULL,
	PRIMARY KEY (target, change)
);
CREATE INDEX audit_target_seq ON audit_target (seq, target);
