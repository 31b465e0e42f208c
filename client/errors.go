package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An ErrorCode is a kind of error. Codes up to 20 are the Go SDK's own numbers; those from 100 on
// are this client's.
type ErrorCode int

// The codes.
const (
	ConflictingID            ErrorCode = 1
	Initialization           ErrorCode = 2
	NonExistentWorkflow      ErrorCode = 3
	UnexpectedWorkflow       ErrorCode = 4
	AwaitedWorkflowCancelled ErrorCode = 7
	DeadLetterQueue          ErrorCode = 12
	QueueDeduplicated        ErrorCode = 14
	Timeout                  ErrorCode = 16
	NoApplicationVersions    ErrorCode = 17
	ScheduleNotFound         ErrorCode = 19
	InvalidOption            ErrorCode = 20

	Unsupported    ErrorCode = 100 // the database lacks a column or table
	AlreadyExists  ErrorCode = 101
	Undecodable    ErrorCode = 102
	Closed         ErrorCode = 103 // the client was shut down
	WorkflowFailed ErrorCode = 104 // the workflow ended in ERROR
	ReadOnly       ErrorCode = 105
	Unavailable    ErrorCode = 106 // the database cannot be reached
	Interrupted    ErrorCode = 107 // the context ended
	DatabaseError  ErrorCode = 108 // the database refused a statement

	NonExistentVersion ErrorCode = 109 // no application has registered the version
	Conflict           ErrorCode = 110 // what the call was about has changed meanwhile
	Denied             ErrorCode = 111 // the database user lacks a privilege
)

var codeNames = map[ErrorCode]string{
	ConflictingID: "ConflictingID", Initialization: "Initialization", NonExistentWorkflow: "NonExistentWorkflow",
	UnexpectedWorkflow: "UnexpectedWorkflow", AwaitedWorkflowCancelled: "AwaitedWorkflowCancelled",
	DeadLetterQueue: "DeadLetterQueue", QueueDeduplicated: "QueueDeduplicated", Timeout: "Timeout",
	NoApplicationVersions: "NoApplicationVersions", ScheduleNotFound: "ScheduleNotFound",
	InvalidOption: "InvalidOption", Unsupported: "Unsupported", AlreadyExists: "AlreadyExists", Undecodable: "Undecodable",
	Closed: "Closed", WorkflowFailed: "WorkflowFailed", ReadOnly: "ReadOnly", Unavailable: "Unavailable",
	Interrupted: "Interrupted", DatabaseError: "DatabaseError", NonExistentVersion: "NonExistentVersion", Conflict: "Conflict",
	Denied: "Denied",
}

// String is the code's word, such as NonExistentWorkflow.
func (c ErrorCode) String() string { return codeNames[c] }

// An Error is every error of this package. Two are equal for errors.Is when their kinds are.
type Error struct {
	Kind            ErrorCode
	Op              string // what was attempted: "resume workflows"
	Message         string // what stood in the way
	Advice          string // what to do about it, if anything helps
	WorkflowID      string
	QueueName       string
	DeduplicationID string
	ScheduleName    string
	Err             error // the cause, if there is one
}

func (e *Error) Error() string {
	message := e.Message
	if message == "" && e.Err != nil {
		message = e.Err.Error()
	}
	if e.Op == "" {
		return message
	}
	return e.Op + ": " + message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is compares kinds.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Kind == e.Kind
}

// Code is the kind's word.
func (e *Error) Code() string { return e.Kind.String() }

// Hint is advice for the reader, or "".
func (e *Error) Hint() string { return e.Advice }

// Cause is the stored error of a workflow that failed, and nil for other errors.
func (e *Error) Cause() error {
	if e.Kind == WorkflowFailed {
		return e.Err
	}
	return nil
}

// Details are the ids the error is about, by their names in the Lua API.
func (e *Error) Details() map[string]any {
	details := map[string]any{}
	for name, value := range map[string]string{
		"workflow_id": e.WorkflowID, "queue_name": e.QueueName,
		"deduplication_id": e.DeduplicationID, "schedule_name": e.ScheduleName,
	} {
		if value != "" {
			details[name] = value
		}
	}
	return details
}

// CodeOf is the code of an error of this package, and 0 for any other.
func CodeOf(err error) ErrorCode {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

func invalid(op, format string, values ...any) *Error {
	return &Error{Kind: InvalidOption, Op: op, Message: fmt.Sprintf(format, values...)}
}

func noSuchWorkflow(op, id string) *Error {
	return &Error{Kind: NonExistentWorkflow, Op: op, Message: fmt.Sprintf("there is no workflow %q", id), WorkflowID: id}
}

// meanings are what a failure of the database becomes, first match first.
var meanings = []struct {
	is     error
	kind   ErrorCode
	advice string
}{
	{db.ErrClosed, Closed, ""},
	{db.ErrReadOnly, ReadOnly, ""},
	{context.Canceled, Interrupted, ""},
	{db.ErrPrivilege, Denied, ""},
	{db.ErrAccess, Unavailable, "check the user and the password of the database URL"},
	{db.ErrMissing, Unavailable, "check the name; `dbos-script db init` creates a system database"},
	{db.ErrConnection, Unavailable, "check that the database server runs and that host and port are right"},
	{db.ErrBroken, Unavailable, "check the path, and that the file is an SQLite database"},
	{db.ErrConflict, Unavailable, "another program keeps the database busy; try again"},
	{context.DeadlineExceeded, Timeout, ""},
}

// failure says what was attempted when the database failed. Errors of this package pass through.
func failure(op string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if wrong := (*query.TextError)(nil); errors.As(err, &wrong) {
		return &Error{Kind: InvalidOption, Op: op, Err: wrong}
	}
	for _, m := range meanings {
		if errors.Is(err, m.is) {
			return &Error{Kind: m.kind, Op: op, Advice: cmp.Or(db.Advice(err), m.advice), Err: err}
		}
	}
	return &Error{Kind: DatabaseError, Op: op, Err: err}
}

// uncertain adds to the failure of a write what is not known of it.
func uncertain(err error) error {
	var known *Error
	if errors.As(err, &known) && db.Unsure(err) && (known.Kind == Unavailable || known.Kind == Interrupted || known.Kind == Timeout) {
		known.Advice = "the answer of the database was lost: look whether it took effect before you repeat it"
	}
	return err
}

// Unsure tells whether an error leaves it open if the change took effect: its answer was lost.
func Unsure(err error) bool { return err != nil && db.Unsure(err) }
