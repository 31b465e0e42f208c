// Package syntax reads Lua: it finds the tokens of a source, explains its mistakes, and returns its
// syntax tree. It runs before gopher-lua's parser: it keeps the parser's stack small (nesting),
// names the syntax of later Luas, which the parser takes for something else or reports as a plain
// error, and blanks comments, because the parser cannot read all of them.
//
// Start at Parse (parse.go), which the VM compiles from. Read (reading.go) is for a checker,
// and goes on after mistakes. Tokens (tokens.go) is for a prompt, and takes any text. All three
// use the lexer of token.go; the files hint*.go work out from the words around a mistake what
// its author meant.
package syntax
