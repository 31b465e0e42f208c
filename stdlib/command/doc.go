// Package command runs a program to its end, without a shell.
//
// Start with Run in run.go.
package command

import "time"

// A Command describes a program to run.
type Command struct {
	Path    string // of the program
	Args    []string
	Stdin   string
	Dir     string   // the run's own when empty
	Env     []string // NAME=value, all of them
	Timeout time.Duration
	Limit   int64 // how many bytes it may write to each of its outputs
}

// A Result is how a program ended.
type Result struct {
	Code   int    `json:"code" doc:"The exit code; 128 and the signal's number for a program that a signal ended."`
	Stdout string `json:"stdout" doc:"The text of its standard output."`
	Stderr string `json:"stderr" doc:"The text of its standard error."`
	// Skipped is set by the caller, in whose dry run nothing is run.
	Skipped bool `json:"skipped" doc:"Whether it was not run, because this is a dry run: then the code is 0, and the texts are empty."`
}
