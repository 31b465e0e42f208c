// Package pgproxy stands between a client and a PostgreSQL server, and understands what they say
// to each other.
//
// It counts round trips exactly, makes the line longer, makes chosen requests fail as a busy
// CockroachDB would, loses chosen requests or answers with their connection, and can play
// CockroachDB as far as a client can tell the two apart. Everything is decided per request and
// not per time, so a test that goes through it has one outcome.
package pgproxy
