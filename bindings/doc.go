// Package bindings declares the dbos module, which works on a system database.
//
// Each function is declared once, as a method of a Connection. The module offers the same
// functions on the run's own connection, and dbos.connect returns connections that have them as
// methods. Handlers are plain Go; no code here knows the VM.
//
// Start with Module in module.go, then steer.go, whose functions are typical. classes.go and
// values.go declare the results.
package bindings
