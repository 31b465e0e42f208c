// Package params reads a script's parameters from the command line: which there are, what their
// types are, and what a usage text says of them.
package params
