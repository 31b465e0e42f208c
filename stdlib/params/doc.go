// Package params declares a script's parameters, reads them from the command line, and writes
// their usage text.
//
// Start with Declare in declare.go, then parse.go.
package params
