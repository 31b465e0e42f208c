// Package repl reads inputs, runs each in one VM and shows the values: the session of
// `dbos-script repl`.
//
// An input is read as an expression first, and then as statements: `1 + 1` shows its value, for
// which Lua's own prompt wants `=1 + 1`. If an input ends too early, the next line continues it.
// Globals last from input to input. So do locals declared outside of a block: Lua would end them
// with their chunk, but a user does not think of an input as a chunk.
//
// Start with Session in session.go, then terminal.go, which adds the line editor, and show.go,
// which writes values. complete.go finds the words for Tab.
package repl
