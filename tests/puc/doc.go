// Package puc compares the Lua of this project with PUC Lua 5.1, the reference implementation.
//
// A Judge runs one program twice: in a process of the system's lua5.1 and in a VM with the
// limits of a run. Programs come from a table (testdata), from a generator of random programs
// (generate.go, statements.go, expressions.go, chains.go, scenes*.go) and from a generator of
// random calls of the library (library.go). A random program is a tree, so a program that
// differs is reduced by shrink.go to a few lines. Each eighth program runs as the inputs of a
// prompt in our VM.
//
// Both outputs pass through normalize.go before they are compared. Each rule there stands for one
// deviation that docs/reference/lua.md lists; a test fails if a rule names a deviation that the
// page lacks. A number whose text differs on purpose can lead a program anywhere. If outcomes
// differ, both sides run the guarded form of the program, which prints a mark where that happens:
// the program is not compared.
package puc
