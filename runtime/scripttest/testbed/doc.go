// Package testbed is the environment of a script's test: a system database of its own, a fleet of
// workflows that a simulated worker runs, and a clock that stands still until the test moves it,
// or until the script waits.
//
// It declares the Lua modules fleet, which makes the workflows of a test, clock, which moves the
// clock, fake, which answers requests and programs, and runbook, which runs the script under
// test.
//
// Start with World in world.go. workflow.go and behaviour.go make the workflows of a fleet, pass.go
// lets time pass, fake.go answers for the outside, and runbook.go runs the script under test.
package testbed
