// Package pgtest runs a private PostgreSQL server for tests and benchmarks.
//
// Most tests want only [NewDatabase] or [NewSchema], which share one server for the whole run.
// Tests that stop the server or need settings of their own call [Start]. A machine without
// PostgreSQL makes these tests fail, never pass unseen.
//
// Start with pgtest.go; shared.go shares a server between test processes, and keeper.go ends it.
package pgtest
