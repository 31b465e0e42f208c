// Package clienttest runs a test of a client on every back end, each on a fresh system database
// with a clock that the test moves. Only tests and benchmarks import it.
//
// Start with Backends in backends.go.
package clienttest
