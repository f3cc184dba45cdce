// Package dbtest gives tests a fresh database on both dialects.
//
// Each runs one test on SQLite (a file in the test's own folder) and on PostgreSQL
// (a database of its own). The PostgreSQL server is the one that
// GATEHOUSE_TEST_POSTGRES names, else one that is started for the test process from
// the installed programs and removed by Main at the end; without either, that half
// of the test is skipped and says so.
package dbtest
