// Package interop proves that runbooks work with real DBOS applications: it installs five versions of DBOS's
// TypeScript SDK from their lock files, starts one application on each, and drives it through Lua runbooks while
// the application's own client looks at the same rows. An application on the Go SDK (goapp, a module of its own) and
// one on the Python SDK (pyapp) show schedules, triggers, backfills and plain inputs, on SQLite and on Postgres.
//
// The tests need Node.js with npm, Python with venv, and stand behind the build tag "interop".
package interop
