// Package compile turns a syntax tree of Lua 5.1 into gopher-lua's instructions, which
// runtime/lua/vm runs. It replaces gopher-lua's own generator, whose code ends some programs with
// other values than Lua 5.1 does: it closes variables at the wrong places, and writes locals too
// early. docs/design/compiler.md describes how registers, jumps and captured variables fit
// together.
//
// Start with Chunk in compile.go, then function.go, statement.go and expression.go.
package compile
