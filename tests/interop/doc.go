// Package interop proves that runbooks work with real DBOS applications: it installs five versions of DBOS's
// TypeScript SDK from their lock files, starts one application on each, and drives it through Lua runbooks while
// the application's own client looks at the same rows.
//
// The tests need Node.js, npm and the built command, and stand behind the build tag "interop".
package interop
