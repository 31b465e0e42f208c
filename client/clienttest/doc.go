// Package clienttest holds what tests, benchmarks and the demo put around a client: a simulated
// worker that runs workflows as an application does, seeds that fill a database, a small shop as
// a fleet to practise on, and the harness that runs a test on every back end.
//
// The worker follows the behaviour of the DBOS Go SDK 1.2, column by column, so that a client
// cannot tell it from an application. It does nothing by itself: a test advances it a unit at a
// time, under a clock that the test moves, and so never waits.
package clienttest
