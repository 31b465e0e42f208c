package worker

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dbos-script/dbos-script/client/codec"
)

// A RunError is an error that the worker itself raises in a workflow, with the number and the
// name that it has in the Go SDK. errors.Is compares the codes.
type RunError struct {
	Code    int
	Name    string
	Message string
	Err     error // the cause, if there is one
}

// The errors of a run, for errors.Is.
var (
	ErrConflictingID            = &RunError{Code: 1, Name: "ConflictingID"}
	ErrNonExistentWorkflow      = &RunError{Code: 3, Name: "NonExistentWorkflow"}
	ErrWorkflowCancelled        = &RunError{Code: 5, Name: "WorkflowCancelled"}
	ErrUnexpectedStep           = &RunError{Code: 6, Name: "UnexpectedStep"}
	ErrAwaitedWorkflowCancelled = &RunError{Code: 7, Name: "AwaitedWorkflowCancelled"}
	ErrDeadLetterQueue          = &RunError{Code: 12, Name: "DeadLetterQueue"}
	ErrMaxStepRetriesExceeded   = &RunError{Code: 13, Name: "MaxStepRetriesExceeded"}
	ErrTimeout                  = &RunError{Code: 16, Name: "Timeout"}
)

// runErrors returns all of them.
func runErrors() []*RunError {
	return []*RunError{
		ErrConflictingID, ErrNonExistentWorkflow, ErrWorkflowCancelled, ErrUnexpectedStep, ErrAwaitedWorkflowCancelled,
		ErrDeadLetterQueue, ErrMaxStepRetriesExceeded, ErrTimeout,
	}
}

// Because returns an error of the same code with a message.
func (e *RunError) Because(format string, values ...any) *RunError {
	return &RunError{Code: e.Code, Name: e.Name, Message: fmt.Sprintf(format, values...)}
}

// Error returns the name and, if there is one, the message.
func (e *RunError) Error() string {
	if e.Message == "" {
		return e.Name
	}
	return e.Name + ": " + e.Message
}

// Unwrap returns the cause.
func (e *RunError) Unwrap() error { return e.Err }

// Is compares codes.
func (e *RunError) Is(target error) bool {
	other, ok := target.(*RunError)
	return ok && other.Code == e.Code
}

func errCancelled(id string) error {
	return ErrWorkflowCancelled.Because("workflow %q was cancelled", id)
}

// replayed turns a stored error of a run back into one, so that errors.Is answers the same when a
// workflow runs again. The name is found in the message, because only portable_json stores more.
func replayed(failed *codec.RemoteError) error {
	for _, known := range runErrors() {
		if message, found := strings.CutPrefix(failed.Message, known.Name+": "); found {
			return &RunError{Code: known.Code, Name: known.Name, Message: message}
		}
	}
	return failed
}

// StoredError returns an error as the worker stores it. A codec.RemoteError that a workflow
// returns keeps its parts, a RunError its name and code; any other error becomes its message.
func StoredError(err error) *codec.RemoteError {
	var stored *codec.RemoteError
	var own *RunError
	switch {
	case errors.As(err, &stored):
		return stored
	case errors.As(err, &own):
		return &codec.RemoteError{Name: own.Name, Message: err.Error(), Code: int64(own.Code)}
	}
	return &codec.RemoteError{Message: err.Error()}
}
