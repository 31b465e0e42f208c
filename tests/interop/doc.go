// Package interop proves that runbooks work with real DBOS applications: it installs five versions
// of DBOS's TypeScript SDK from their lock files, starts one application on each, and drives it
// through Lua runbooks while the application's own client looks at the same rows. The same is done
// with applications on the Go SDK (goapp, a module of its own), the Python SDK (pyapp) and the Java
// SDK (javaapp), on Postgres and, where the SDK can, SQLite. All applications answer the same
// requests, which package peer lists.
//
// The tests need Node.js with npm, Python with venv, a JDK with Maven, and stand behind the build
// tag "interop".
package interop
