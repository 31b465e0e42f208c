// Package puc compares the Lua of this project with PUC Lua 5.1, the reference implementation.
//
// A Judge runs one program twice: in a process of the system's lua5.1 and in a VM with the limits
// of a run. Programs come from a table (testdata), from a generator of random programs
// (program.go, statements.go, expressions.go) and from a generator of random calls of the library
// (library.go). A random program is a tree, so a program that differs is reduced by shrink.go to
// a few lines.
//
// Both outputs pass through normalize.go before they are compared. Each rule there stands for one
// deviation that docs/reference/lua.md lists; a test fails if a rule names a deviation that the page lacks.
package puc
