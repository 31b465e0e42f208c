// Package databases makes the databases that the benchmark measures on, fills them, and prepares
// and removes the workflows that a task is about.
//
// Start with Servers in server.go, then database.go.
package databases
