// Package command runs a program to its end, without a shell. It is the work of exec.run, whose
// caller has checked the grants: this package runs any program.
//
// Start with Run in run.go. environment.go says which variables a program gets, and group_*.go end
// the processes that it leaves running.
package command

import "time"

// A Command describes a program to run.
type Command struct {
	Path    string        // of the program; without a slash, it is looked up in PATH
	Args    []string      // without the name of the program
	Stdin   string        // the text of its standard input; if empty, it reads the end of the input at once
	Dir     string        // the folder to run it in; if empty, the working directory of this process
	Env     []string      // each NAME=value; nil is the environment of this process
	Timeout time.Duration // how long it may run; 0 is no limit
	Limit   int64         // the largest number of bytes of standard output, and of standard error; 0 allows none
}

// A Result holds the exit code and the outputs of a program that ended. exec.run returns it to
// scripts, so the tags are its documentation there.
type Result struct {
	Code   int    `json:"code" doc:"The exit code; 128 and the signal's number for a program that a signal ended."`
	Stdout string `json:"stdout" doc:"The text of its standard output."`
	Stderr string `json:"stderr" doc:"The text of its standard error."`
	// Skipped is false in each Result of Run: exec.run sets it in a dry run, which does not call
	// Run.
	Skipped bool `json:"skipped" doc:"Whether it was not run, because this is a dry run: then the code is 0, and the texts are empty."`
}
