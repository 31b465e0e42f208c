// Package compile turns a syntax tree of Lua 5.1 into instructions of the VM.
// docs/design/compiler.md describes how registers, jumps and closed variables fit together.
//
// Start with Chunk in compile.go, then function.go, statement.go and expression.go.
package compile
