// Package repl reads inputs, runs each in one VM, and shows what it gives: the session of `dbos-script repl`.
//
// An input is read as an expression first, so that a value is shown without =; else as statements. What ends too
// early is read on. Globals stay from input to input, locals end with theirs, as each input is a chunk of its own.
package repl
