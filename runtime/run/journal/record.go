package journal

import (
	"context"
	"errors"
)

// A Record keeps the steps of one run.
type Record interface {
	// Load returns all steps, in the order of their numbers. Numbers can be missing: steps within a
	// call that was not recorded itself.
	Load(ctx context.Context) ([]Step, error)
	// Change makes a change and adds its step, together or not at all, and returns the step. do
	// makes the change, with the context that it gets, and returns the step that is to be added:
	// one with an Error is added, and the change is undone. If do returns an error, nothing is
	// changed or added, and Change returns the error. do may be called again. number returns the
	// number of a further step that is recorded during the change, of the name that it gets.
	Change(ctx context.Context, s Step, number func(name string) int, do func(context.Context) (Step, error)) (Step, error)
	// Append adds a step. It returns ErrTaken if the record has the step.
	Append(ctx context.Context, s Step) error
	// Later adds a step together with the next one that Append or Change adds, or with Flush. If
	// the process ends before that, the step is not in the record.
	Later(ctx context.Context, s Step) error
	// Flush adds the steps of Later.
	Flush(ctx context.Context) error
}

// ErrTaken is returned by a Record if another process has recorded the step.
var ErrTaken = errors.New("the step was recorded by another process, which runs the script too")

// ErrAgain is returned by the do of a Record.Change that cannot be called again, because the call
// has drawn from an iterator of the script: the run goes on from its last recorded step.
var ErrAgain = errors.New("the change was undone, and its call cannot be made again alone")
