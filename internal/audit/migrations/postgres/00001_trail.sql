-- +goose Up
CREATE TABLE audit_row (
	seq       bigint PRIMARY KEY,
	at        bigint NOT NULL,
	kind      text COLLATE "C" NOT NULL,
	change    bigint NOT NULL,
	actor     text COLLATE "C" NOT NULL,
	operation text COLLATE "C" NOT NULL,
	entry     text COLLATE "C" NOT NULL,
	key_id    text COLLATE "C" NOT NULL,
	mac       text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX audit_row_change ON audit_row (change, kind);
CREATE INDEX audit_row_actor ON audit_row (actor, seq);
CREATE INDEX audit_row_operation ON audit_row (operation, seq);
CREATE INDEX audit_row_at ON audit_row (at, seq);
CREATE TABLE audit_target (
	target text COLLATE "C" NOT NULL,
	change bigint NOT NULL,
	seq    bigint NOT NULL,
	PRIMARY KEY (target, change)
);
CREATE INDEX audit_target_seq ON audit_target (seq, target);
