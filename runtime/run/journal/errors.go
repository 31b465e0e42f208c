package journal

import (
	"errors"
	"fmt"
)

// Codes of the errors of this package.
const (
	// CodeNonDeterministic is the code of a NonDeterministicError.
	CodeNonDeterministic = "NonDeterministic"
	// CodeNotRecordable is the code of the error of a call that a durable run cannot record.
	CodeNotRecordable = "NotRecordable"
	// CodeJournalFull is the code of the error of a run that exceeds its Limits.
	CodeJournalFull = "JournalFull"
)

// A NonDeterministicError ends a run whose script does not ask for the step that is recorded.
type NonDeterministicError struct {
	// Recorded is the step of the record, or nil if a finished run has no step of this number.
	Recorded *Step
	// Asked is the call that the script makes in its place, or nil if the script has ended.
	Asked *Step
	// Remaining is how many recorded steps the script did not ask for, if it has ended.
	Remaining int
}

// Error names both steps.
func (e *NonDeterministicError) Error() string {
	r := e.Recorded
	switch {
	case r == nil:
		return fmt.Sprintf("the run has ended with step %d, but the script calls %s as step %d", e.Asked.Number-1, e.Asked.called(), e.Asked.Number)
	case e.Asked == nil && e.Remaining == 1:
		return fmt.Sprintf("the script has ended, but %s is recorded as well", r)
	case e.Asked == nil:
		return fmt.Sprintf("the script has ended, but %d more steps are recorded: the first is %s", e.Remaining, r)
	case e.Asked.Name != r.Name:
		return fmt.Sprintf("step %d is recorded as %s, but the script calls %s", r.Number, r.called(), e.Asked.called())
	}
	return fmt.Sprintf("step %d is recorded as %s, but the script calls %s with other arguments", r.Number, r.called(), e.Asked.called())
}

// ErrorCode returns NonDeterministic.
func (e *NonDeterministicError) ErrorCode() string { return CodeNonDeterministic }

// ErrorHint says what a run needs.
func (e *NonDeterministicError) ErrorHint() string {
	return "a run goes on with the script that began it: it makes the same calls in the same order, until it comes to one that is not recorded"
}

// A notRecordableError is the error of a call that cannot be recorded. The call is not made.
type notRecordableError struct{ function, reason, hint string }

func (e *notRecordableError) Error() string {
	return fmt.Sprintf("%s: a durable run cannot record the call: %s", e.function, e.reason)
}

func (e *notRecordableError) ErrorCode() string { return CodeNotRecordable }
func (e *notRecordableError) ErrorHint() string { return e.hint }

// A fullError ends a run that exceeds its limits.
type fullError struct {
	step     Step
	has, may int
	unit     string
}

func (e *fullError) Error() string {
	return fmt.Sprintf("%s: the journal of the run is full: it has %d %s, and may have %d", e.step.String(), e.has, e.unit, e.may)
}

func (e *fullError) ErrorCode() string { return CodeJournalFull }
func (e *fullError) ErrorHint() string {
	return "each call that reads or changes something is a step: call it with many ids in place of one, and read only what the script needs"
}

// A recordError ends a run whose record fails.
type recordError struct {
	step Step
	err  error
}

func (e *recordError) Error() string {
	return fmt.Sprintf("%s: it cannot be recorded: %v", e.step.String(), e.err)
}
func (e *recordError) Unwrap() error { return e.err }

// Stopped returns true if a record that fails or is full has ended the run.
func Stopped(err error) bool {
	_, full := errors.AsType[*fullError](err)
	_, unrecorded := errors.AsType[*recordError](err)
	return full || unrecorded
}
