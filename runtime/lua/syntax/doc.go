// Package syntax reads Lua: it finds the tokens of a source, explains its mistakes, and returns the
// syntax tree that gopher-lua's parser makes. Before the parser runs, the package limits how deep
// a source nests, because the parser recurses that deep; names the syntax of later Luas, which the
// parser takes for something else or reports as a plain error; and blanks comments, because the
// parser cannot read all of them.
//
// Start at Parse (parse.go), which the VM compiles from. Read (reading.go) is for a checker,
// and goes on after mistakes. Tokens (tokens.go) is for a prompt, and takes any text. All three
// use the lexer of token.go; the files hint*.go work out from the words around a mistake what
// its author meant.
package syntax
