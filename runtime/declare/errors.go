package declare

import (
	"fmt"
	"strings"
)

// Interfaces that an error may implement. Scripts read the answers as fields of the error object.
type (
	// Coder returns the code of the error, such as NonExistentWorkflow.
	Coder interface{ ErrorCode() string }
	// Hinter returns a hint: how to repair the problem.
	Hinter interface{ ErrorHint() string }
	// Detailer names the subject of the error, such as workflow_id.
	Detailer interface{ Details() map[string]any }
)

// Codes of the errors that the binding itself raises.
const (
	CodeInvalidArgument = "InvalidArgument" // wrong type, unknown key, missing argument
	CodeInvalidOption   = "InvalidOption"   // a value out of range, or one that contradicts another
	CodeInterrupted     = "Interrupted"     // the run was cancelled, or its time is over
	CodeTimeout         = "Timeout"         // a wait took longer than it may
	CodeInternal        = "Internal"        // a bug of ours
)

// ArgumentError describes a wrong argument. Its text has one form:
//
//	dbos.resume_workflows: argument "ids"[2]: string expected, got number
type ArgumentError struct {
	Func     string // as the script wrote it
	Argument string // positional argument, or key of the trailing table; may be empty
	Path     string // inside the argument: [2].name
	Message  string
	Hint     string
	Range    bool // a value of the right type that is out of range
}

// BadArgument makes an error of a handler about one of its arguments; the call adds the
// function's name.
func BadArgument(argument, format string, args ...any) *ArgumentError {
	return &ArgumentError{Argument: argument, Message: fmt.Sprintf(format, args...)}
}

// Error returns the text, which is one line.
func (e *ArgumentError) Error() string {
	var b strings.Builder
	if e.Func != "" {
		b.WriteString(e.Func + ": ")
	}
	if e.Argument != "" {
		fmt.Fprintf(&b, "argument %q%s", e.Argument, e.Path)
		if !strings.HasPrefix(e.Message, "is ") {
			b.WriteByte(':')
		}
		b.WriteByte(' ')
	}
	b.WriteString(e.Message)
	return b.String()
}

// ErrorCode returns InvalidArgument, or InvalidOption if a value of the right type is out of range.
func (e *ArgumentError) ErrorCode() string {
	if e.Range {
		return CodeInvalidOption
	}
	return CodeInvalidArgument
}

// ErrorHint returns the hint, or "".
func (e *ArgumentError) ErrorHint() string { return e.Hint }

// AtMost returns the number of arguments that a function takes, in the words of an error: "no
// arguments", "at most one argument", "at most 3 arguments".
func AtMost(arguments int) string {
	switch arguments {
	case 0:
		return "no arguments"
	case 1:
		return "at most one argument"
	}
	return fmt.Sprintf("at most %d arguments", arguments)
}
