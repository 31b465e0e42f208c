// Package bridge makes the declarations of runtime/declare available in a Lua state: functions
// that check and decode their arguments, results as Lua values, records, objects and errors.
//
// The rules of arguments and values are documented in package declare. This package enforces
// them.
//
// Start with Exposer in exposer.go, then call.go, which follows a call of a declared function.
// decode.go and the files of its kinds (scalar.go, composite.go, table.go, data.go) read arguments;
// encode.go, object.go and iterator.go make results; error.go and mismatch.go make errors.
package bridge
