package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// An ErrorCode says which of the errors of this package an *Error is. It is an error itself, so
// that it can be the target of errors.Is:
//
//	if errors.Is(err, client.Timeout) { … }
//
// Codes below 100 have the numbers of the Go SDK. Codes from 100 on exist in this package only.
type ErrorCode int

// The codes that this package shares with the Go SDK.
const (
	// ConflictingID is returned by ForkWorkflow, ForkWorkflows and ForkAll if a workflow with the
	// id of the fork exists.
	ConflictingID ErrorCode = 1
	// Initialization is returned by NewClient if the configuration is wrong, or if the database is
	// not a system database or lacks a column that every operation needs, and by ClientConfig.Place
	// if the URL is wrong.
	Initialization ErrorCode = 2
	// NonExistentWorkflow is returned by a method on one workflow, by Send, by a fork and by a wait
	// if there is no such workflow. A method that returns a Report of given ids reports such an id
	// as OutcomeUnknown instead, except ForkAll.
	NonExistentWorkflow ErrorCode = 3
	// UnexpectedWorkflow is returned by an enqueue if its id belongs to a workflow of another name,
	// queue, class or instance, and by Debounce if any workflow has the id.
	UnexpectedWorkflow ErrorCode = 4
	// AwaitedWorkflowCancelled is returned by GetResult if the workflow is CANCELLED.
	AwaitedWorkflowCancelled ErrorCode = 7
	// DeadLetterQueue is returned by GetResult if the workflow is in
	// MAX_RECOVERY_ATTEMPTS_EXCEEDED.
	DeadLetterQueue ErrorCode = 12
	// QueueDeduplicated is returned by an enqueue and by MoveQueueAll if an unfinished workflow of
	// the queue holds the deduplication id, and by Debounce if a row that is not a waiting call of
	// the debouncer holds it.
	QueueDeduplicated ErrorCode = 14
	// Timeout is returned by GetResult, GetEvent and Wait if their timeout passes, and by any
	// method if the deadline of its context passes. errors.Is(err, context.DeadlineExceeded) holds
	// as well.
	Timeout ErrorCode = 16
	// NoApplicationVersions is returned by GetLatestApplicationVersion if no version is registered.
	NoApplicationVersions ErrorCode = 17
	// QueueNotFound is returned by UpdateQueue, PauseQueue, ResumeQueue and DeleteQueue if no queue
	// of that name is registered.
	QueueNotFound ErrorCode = 18
	// ScheduleNotFound is returned by a method on one schedule if there is none of that name,
	// except by GetSchedule, which returns nil, and by DeleteSchedule, which does nothing.
	ScheduleNotFound ErrorCode = 19
	// InvalidOption is returned by any method, before it writes, if an argument is missing, out of
	// range, excludes another, or cannot be encoded; with ClientConfig.Strict also if the database
	// has never seen the queue, name, class or version that a call names.
	InvalidOption ErrorCode = 20
	// WorkflowIDInUse is returned by an enqueue with WorkflowIDReusePolicyReject if a workflow with
	// the id exists.
	WorkflowIDInUse ErrorCode = 23
)

// The codes of this package.
const (
	// Unsupported is returned if the database lacks the column that a method or an option needs,
	// and by a method on a schedule if nothing shows the SDK of its application.
	Unsupported ErrorCode = 100
	// AlreadyExists is returned by CreateSchedule if there is a schedule of that name, and
	// by a method that defines a schedule or a queue, or changes a queue, if the name
	// belongs to another application.
	AlreadyExists ErrorCode = 101
	// Undecodable is returned by GetResult if the result does not fit the type of the handle or
	// cannot be decoded, and by TriggerSchedule, BackfillSchedule, BackfillAll and PlanBackfill if
	// the context cannot be decoded.
	Undecodable ErrorCode = 102
	// Closed is returned by any method after Shutdown.
	Closed ErrorCode = 103
	// WorkflowFailed is returned by GetResult if the workflow is in ERROR. Error.Cause is the error
	// that the workflow stored, a *codec.RemoteError, if it stored one.
	WorkflowFailed ErrorCode = 104
	// ReadOnly is returned by a method that changes something if ClientConfig.ReadOnly is set or
	// the database refuses to write.
	ReadOnly ErrorCode = 105
	// Unavailable is returned by any method if the database cannot be reached, if it refuses the
	// user or the password, if it does not exist, or if others keep it busy for two minutes.
	Unavailable ErrorCode = 106
	// Interrupted is returned by any method if its context is cancelled. errors.Is(err,
	// context.Canceled) holds as well.
	Interrupted ErrorCode = 107
	// DatabaseError is returned by any method if the database refuses a statement for a reason that
	// no other code covers. Error.Err is the error of the driver.
	DatabaseError ErrorCode = 108
	// NonExistentVersion is returned by SetLatestApplicationVersion if no application has
	// registered the version.
	NonExistentVersion ErrorCode = 109
	// Conflict is returned by DeleteWorkflows, DeleteAll and CancelAll if a workflow whose
	// descendants are included starts another one during the call, by SendMany if a destination
	// whose forks are included is forked during the call, by RenameApplication if there are more
	// rows than the gate was asked about, by RewindWorkflow if the workflow has not ended, by
	// PauseQueue and ResumeQueue if somebody else has just done the opposite, by PruneWorkflows
	// if another prune is at work, and by ImportWorkflows if a message has the id of a message
	// to another workflow. Except by an import, whose report holds the batches before, nothing
	// is changed then.
	Conflict ErrorCode = 110
	// Denied is returned by any method if the database user lacks a privilege.
	Denied ErrorCode = 111
	// NonExistentApplication is returned by RenameApplication if no row belongs to the application.
	NonExistentApplication ErrorCode = 112
)

var codeNames = map[ErrorCode]string{
	ConflictingID: "ConflictingID", Initialization: "Initialization", NonExistentWorkflow: "NonExistentWorkflow",
	UnexpectedWorkflow: "UnexpectedWorkflow", AwaitedWorkflowCancelled: "AwaitedWorkflowCancelled",
	DeadLetterQueue: "DeadLetterQueue", QueueDeduplicated: "QueueDeduplicated", Timeout: "Timeout",
	NoApplicationVersions: "NoApplicationVersions", QueueNotFound: "QueueNotFound", ScheduleNotFound: "ScheduleNotFound",
	InvalidOption: "InvalidOption", WorkflowIDInUse: "WorkflowIDInUse", Unsupported: "Unsupported", AlreadyExists: "AlreadyExists", Undecodable: "Undecodable",
	Closed: "Closed", WorkflowFailed: "WorkflowFailed", ReadOnly: "ReadOnly", Unavailable: "Unavailable",
	Interrupted: "Interrupted", DatabaseError: "DatabaseError", NonExistentVersion: "NonExistentVersion", Conflict: "Conflict",
	Denied: "Denied", NonExistentApplication: "NonExistentApplication",
}

// String returns the name of the code, such as NonExistentWorkflow, or "" if there is no such code.
func (c ErrorCode) String() string { return codeNames[c] }

// Error returns the name of the code, so that the code can be the target of errors.Is.
func (c ErrorCode) Error() string { return c.String() }

// An Error is every error of this package that concerns the database or an argument. errors.Is
// takes it for a code, and for another *Error, if the codes are the same.
type Error struct {
	Code    ErrorCode // the code, by which programs tell errors apart
	Op      string    // the operation that failed, such as "resume workflows"
	Message string    // the reason; if empty, that of Err
	Hint    string    // how to repair it, or ""

	WorkflowID      string // the workflow that the error is about, or ""
	QueueName       string // its queue, or ""
	DeduplicationID string // the id that is taken, or ""
	ScheduleName    string // the schedule that the error is about, or ""

	Err error // the cause, or nil
}

// Error returns the operation and the reason, as in "send: there is no workflow \"order-1\"".
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

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the code of e, or an *Error with the same code.
func (e *Error) Is(target error) bool {
	switch target := target.(type) {
	case ErrorCode:
		return target == e.Code
	case *Error:
		return target.Code == e.Code
	}
	return false
}

// ErrorCode returns the name of the code, such as "NonExistentWorkflow".
func (e *Error) ErrorCode() string { return e.Code.String() }

// ErrorHint returns the hint, or "".
func (e *Error) ErrorHint() string { return e.Hint }

// Cause returns the error that a failed workflow stored, or nil if the code is not WorkflowFailed
// or the workflow stored none.
func (e *Error) Cause() error {
	if e.Code == WorkflowFailed {
		return e.Err
	}
	return nil
}

// Details returns the ids and names that are set, by their names in the Lua API: workflow_id,
// queue_name, deduplication_id and schedule_name.
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

// CodeOf returns the code of the first *Error that err wraps, or 0 if it wraps none.
func CodeOf(err error) ErrorCode {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

func invalid(op, format string, values ...any) *Error {
	return &Error{Code: InvalidOption, Op: op, Message: fmt.Sprintf(format, values...)}
}

func noSuchWorkflow(op, id string) *Error {
	return &Error{Code: NonExistentWorkflow, Op: op, Message: fmt.Sprintf("there is no workflow %q", id), WorkflowID: id}
}

// meanings maps failures of the database to codes. The first match counts.
var meanings = []struct {
	is   error
	code ErrorCode
	hint string
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

// Operation returns Op: bindings replace it by the function that was called.
func (e *Error) Operation() string { return e.Op }

// failure returns err as an *Error of an operation. It returns an *Error unchanged.
func failure(op string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if wrong := (*query.TextError)(nil); errors.As(err, &wrong) {
		return &Error{Code: InvalidOption, Op: op, Err: wrong}
	}
	if missing := missingColumn(op, err); missing != nil {
		return missing
	}
	for _, m := range meanings {
		if errors.Is(err, m.is) {
			return &Error{Code: m.code, Op: op, Hint: cmp.Or(db.Hint(err), m.hint), Err: err}
		}
	}
	return &Error{Code: DatabaseError, Op: op, Err: err}
}

// withLostAnswerHint returns the error of a write. If the answer of the database was lost, it is a
// copy with a hint that says so.
func withLostAnswerHint(err error) error {
	known, ok := errors.AsType[*Error](err)
	if !ok || !db.Unsure(err) || known.Code != Unavailable && known.Code != Interrupted && known.Code != Timeout {
		return err
	}
	hinted := *known
	hinted.Hint = "the answer of the database was lost: look whether it took effect before you repeat it"
	return &hinted
}

// MayHaveTakenEffect returns true if a change that returned err may have taken effect all the same,
// because the connection was lost before the database answered. It returns false if err is nil.
func MayHaveTakenEffect(err error) bool { return err != nil && db.Unsure(err) }
