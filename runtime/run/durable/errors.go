package durable

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/stdlib"
)

// A RunError says why a run cannot go on here.
type RunError struct {
	Message, Hint string

	code int // the exit code; zero is that of wrong usage
}

// Error returns the message.
func (e *RunError) Error() string { return e.Message }

// ErrorHint returns the hint, or "".
func (e *RunError) ErrorHint() string { return e.Hint }

// ExitCode returns the exit code of wrong usage or, if the run was ended from outside, of a run
// that was interrupted.
func (e *RunError) ExitCode() int { return cmp.Or(e.code, stdlib.ExitUsage) }

// ErrUnapproved is what the error of a Script is if nobody has approved what the script needs here.
// If the script was not executed, its workflow stays unfinished, and its server calls the Script
// again every ten seconds. The run of a tick that has not begun ends with the error, or it would
// keep later ticks from running.
var ErrUnapproved = errors.New("nobody has approved what the script needs")

func errUnknown(id string, unfinished []string) error { return UnknownRun(id, unfinished) }

// UnknownRun returns the error for an id that no run has. known are ids that it may have meant.
func UnknownRun(id string, known []string) *RunError {
	return &RunError{
		Message: fmt.Sprintf("there is no run %s%s", id, declare.DidYouMean(id, known)),
		Hint:    "a durable run prints its id when it begins",
	}
}

func errForeign(id, application string) error {
	return &RunError{Message: fmt.Sprintf("%s is no run of a script: it is a workflow of the application %q", id, application)}
}

func errNoPlan(id string) error {
	return &RunError{
		Message: fmt.Sprintf("%s is no run of a script: its input names no source", id),
		Hint:    "a workflow of workflow.declare has its source from when `dbos-script serve --durable` takes it",
	}
}

func errFinished(id, status string) error {
	e := &RunError{Message: fmt.Sprintf("the run %s has ended already: %s", id, status)}
	if status == "CANCELLED" || status == "MAX_RECOVERY_ATTEMPTS_EXCEEDED" {
		e.Hint = fmt.Sprintf("`dbos-script resume %s` puts it back on its queue, and --continue goes on with it then", id)
	}
	return e
}

func errHeld(id, executor string) error {
	return &RunError{
		Message: fmt.Sprintf("the run %s goes on already: the process %s holds it", id, executor),
		Hint:    "an executor's id is its host, its process and a random part",
	}
}

func errNoSource(id, hash string) error {
	return &RunError{Message: fmt.Sprintf("the run %s cannot go on: its source %s is not stored any more", id, hash)}
}

func errTaken(id string, err error) error {
	return &RunError{Message: fmt.Sprintf("the run %s was ended from outside: %v", id, err), code: stdlib.ExitInterrupted}
}
