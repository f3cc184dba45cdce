// Package db opens the two databases Gatehouse runs on, SQLite and PostgreSQL,
// migrates them and runs transactions.
//
// It owns connections, retries and the translation of driver errors; it owns no
// table: each package migrates and queries its own. One SQL text serves both
// databases: parameters are written $1, text columns of PostgreSQL are COLLATE "C",
// times are bigint milliseconds, and no sorted or compared column is NULL.
//
// Reads go through DB.Reader, writes through DB.Update, which gives the function a
// transaction (SQLite: BEGIN IMMEDIATE on the one write connection; PostgreSQL:
// SERIALIZABLE) and runs it again when the database asks for that. What must be in one
// order for all processes (the audit chain) uses DB.UpdateAlone.
package db
