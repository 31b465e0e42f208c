// Package repl reads inputs, runs each in one VM, and shows what it gives: the session of `dbos-script repl`.
//
// An input is read as an expression first, so that a value is shown without =; else as statements. What ends too
// early is read on. Globals stay from input to input, and so do the locals that are declared
// outside of a block: Lua would end them with their input, which is no chunk to somebody who types.
package repl
