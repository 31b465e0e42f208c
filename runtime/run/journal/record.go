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
	// Begin returns a context for a call that changes the database of the record. The change made
	// under it and the step, which is open, take effect together or not at all. If the record has
	// the step already, the change is not made again, and its caller gets the first answer.
	Begin(ctx context.Context, s Step) context.Context
	// Append adds a step, or closes the open step of its number. It returns ErrTaken if the record
	// has the step, and it is closed.
	Append(ctx context.Context, s Step) error
}

// ErrTaken is returned by Record.Append if another process has recorded the step.
var ErrTaken = errors.New("the step was recorded by another process, which runs the script too")
