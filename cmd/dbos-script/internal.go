package main

import (
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/lua/bridge"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
)

// panicText returns what may be shown of a value that Go code panicked with. The errors of Go's runtime hold indexes and
// types; any other text may hold a URL or a value of the database, and the stack says where it is made.
func panicText(value any) string {
	if failure, ok := value.(runtime.Error); ok {
		return failure.Error()
	}
	return fmt.Sprintf("a panic with a %T, which is not shown because it may hold a secret", value)
}

// recovered calls a function, and returns a panic in it as an internal error.
func recovered(run func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &bridge.Panic{Value: value, Text: panicText(value), Stack: debug.Stack()}
		}
	}()
	return run()
}

// printInternal writes what a report of an internal error needs: the version, and where it happened. With --debug that is
// the whole stack of Go.
func (a *app) printInternal(err error) {
	stack, internal := internalStack(err)
	if !internal {
		return
	}
	fmt.Fprintf(a.err, "dbos-script %s, %s, %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	if !a.options.debug {
		stack = briefStack(stack)
	}
	fmt.Fprintln(a.err, strings.TrimRight(stack, "\n"))
}

// internalStack returns the stack of the panic behind an error; false if the error is no internal one.
func internalStack(err error) (string, bool) {
	var panicked *bridge.Panic
	var stopped *vm.Stop
	switch {
	case errors.As(err, &panicked):
		return string(panicked.Stack), true
	case errors.As(err, &stopped) && stopped.Kind == vm.Internal:
		return string(stopped.Stack), true
	}
	return "", false
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
			lines = nil // what recovered it stands above
		} else if len(lines) < shownFrames {
			lines = append(lines, "  "+frame[1]+" ("+frame[2]+")")
		}
	}
	return strings.Join(lines, "\n")
}
