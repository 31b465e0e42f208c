package main

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/run"
)

// printInternal prints the facts for a report of an internal error: the version and the place.
// With --debug it prints Go's whole stack.
func (a *app) printInternal(err error) {
	stack, internal := run.Stack(err)
	if !internal {
		return
	}
	fmt.Fprintf(a.err, "dbos-script %s, %s, %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if !a.options.debug {
		stack = briefStack(stack)
	}
	fmt.Fprintln(a.err, strings.TrimRight(stack, "\n"))
}

// stackFrame finds a function of a stack, and where it stands.
var stackFrame = regexp.MustCompile(`(?m)^(\S.*)\([^()\n]*\)\n\t(?:\S*/)?([^/\s]+:\d+)`)

// shownFrames is how many functions a brief stack has.
const shownFrames = 8

// briefStack returns the innermost functions of a stack below the panic, a line each.
func briefStack(stack string) string {
	var lines []string
	for _, frame := range stackFrame.FindAllStringSubmatch(stack, -1) {
		if frame[1] == "panic" {
			lines = nil // drop the frames of the recovery above
		} else if len(lines) < shownFrames {
			lines = append(lines, "  "+frame[1]+" ("+frame[2]+")")
		}
	}
	return strings.Join(lines, "\n")
}
