// Package pgproxy is a proxy between a client and a PostgreSQL server that understands their
// messages.
//
// It counts round trips exactly, adds delays, makes chosen requests fail as a busy CockroachDB
// would, loses chosen requests or answers with their connection, and can play CockroachDB well
// enough for a client. Every decision depends on the request and not on time, so a test that uses
// the proxy has one outcome.
//
// Start with Proxy in proxy.go, then connection.go, which passes on the messages of one connection.
package pgproxy
