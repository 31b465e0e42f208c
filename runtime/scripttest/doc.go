// Package scripttest tests scripts. It declares the modules testing, whose functions describe
// tests, and assert, and keeps the tests of a script in a Suite, which runs one test at a time
// with its before and after functions.
//
// Package testbed below it is the environment of a test: a database, a fleet of workflows and a
// clock. Package report writes the results for people and for programs, and the coverage. The
// command `dbos-script test` joins them with package run.
//
// Start with Suite in suite.go.
package scripttest

import (
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A Host connects the modules to the program around them.
type Host struct {
	stdlib.Host
	Suite *Suite // takes the tests that are described; nil makes one of the script's own
}

// Makers returns the functions that make testing and assert, which every script can require.
func Makers(host Host) []func() declare.Module {
	if host.Suite == nil {
		host.Suite = &Suite{}
	}
	return []func() declare.Module{
		func() declare.Module { return testingModule(host) },
		func() declare.Module { return assertModule(host) },
	}
}
