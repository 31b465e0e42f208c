// Package db sends statements to a system database and returns rows.
//
// It is the one place that knows database drivers. An operation hands over a list of statements
// (a Batch) that takes effect as a whole or not at all: on Postgres one pipelined batch, which is
// one implicit transaction and one network round trip; on SQLite one IMMEDIATE transaction. The
// list is the unit of retry, so every id and timestamp in it is fixed before the first try.
//
// Start with DB in db.go, then Batch in batch.go, the list of statements, and retry.go, which sends
// it until it succeeds. postgres.go and sqlite.go are the two databases; errors.go finds the
// kind of an error.
package db
