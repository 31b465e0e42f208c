package vm

import (
	"context"
	"errors"
	"fmt"
)

// Kind says why a run failed.
type Kind int

// The kinds of a ScriptError.
const (
	Runtime     Kind = iota // the script raised an error
	Syntax                  // the source cannot be compiled
	NoFile                  // the script cannot be read
	Timeout                 // it ran longer than Limits.Time or than the caller's deadline
	Memory                  // the heap grew by more than Limits.Memory
	Output                  // it wrote more than Limits.Output
	Interrupted             // the caller's context was cancelled
	Internal                // a bug of the host: a Go panic
)

var kindNames = [...]string{"Runtime", "Syntax", "NoFile", "Timeout", "Memory", "Output", "Interrupted", "Internal"}

// String returns the name of the kind, which is the code of errors without their own.
func (k Kind) String() string { return kindNames[k] }

// ScriptError is the error of a failed run.
type ScriptError struct {
	Kind       Kind
	Message    string // without the position
	Code       string // the error object's code, such as NonExistentWorkflow; else the kind's name
	Hint       string // how to mend it; may be empty
	File       string // as it was given to RunFile, or the name of a string chunk; may be empty
	Line       int    // counted from 1; 0 where there is none
	Column     int    // in characters, counted from 1; 0 where it is not known
	SourceLine string // the text of that line; may be empty
	Traceback  []Frame
	Incomplete bool  // a Syntax error that more text could mend
	Cause      error // the Go error behind it: the value of an error object, or a *Stop; may be nil
}

// Error returns the position and the message, without trace and hint.
func (e *ScriptError) Error() string {
	switch {
	case e.File == "":
		return e.Message
	case e.Line == 0:
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
}

// Unwrap returns the Go error behind the script's.
func (e *ScriptError) Unwrap() error { return e.Cause }

// Frame is one Lua function on the stack. Go functions have none.
type Frame struct {
	File     string
	Line     int
	Function string // "main chunk", "function 'restart'", "function <runbook.lua:10>"
}

// String returns the frame as a traceback prints it.
func (f Frame) String() string {
	if f.File == "" {
		return f.Function
	}
	return fmt.Sprintf("%s:%d: in %s", f.File, f.Line, f.Function)
}

// A Stop is the reason why a run was ended; no script can catch it. The run's *ScriptError wraps
// it, and if the VM ends the run, it is the cause of the run's context.
type Stop struct {
	Kind    Kind
	Message string
	Hint    string
	Stack   []byte // of Internal: the Go stack of the panic, for a debug log
	Cause   error  // the argument of Abort, or the cause of the caller's context; nil if the VM ended the run
}

func (s *Stop) Error() string { return s.Message }

// Unwrap returns the cause.
func (s *Stop) Unwrap() error { return s.Cause }

// ErrorCode returns the code of the cause, or the name of the kind.
func (s *Stop) ErrorCode() string {
	if code := codeOf(s.Cause); code != "" {
		return code
	}
	return s.Kind.String()
}

// ErrorHint returns the hint, or that of the cause, or "".
func (s *Stop) ErrorHint() string {
	var withHint hinter
	if s.Hint == "" && errors.As(s.Cause, &withHint) {
		return withHint.ErrorHint()
	}
	return s.Hint
}

// stopOf returns the reason why a context ended.
func stopOf(ctx context.Context) *Stop {
	cause := context.Cause(ctx)
	var stop *Stop
	switch {
	case errors.As(cause, &stop):
		return stop
	case errors.Is(cause, context.DeadlineExceeded):
		return &Stop{Kind: Timeout, Message: "the script ran past its deadline", Cause: cause}
	case errors.Is(cause, context.Canceled):
		return &Stop{Kind: Interrupted, Message: "interrupted", Cause: cause}
	}
	return &Stop{Kind: kindOf(codeOf(cause)), Message: cause.Error(), Cause: cause}
}

// kindOf returns the kind that a code names, or Interrupted if it names none.
func kindOf(code string) Kind {
	for kind := Timeout; kind <= Internal; kind++ {
		if kind.String() == code {
			return kind
		}
	}
	return Interrupted
}

// Interfaces that an error of the host may implement.
type (
	coder  interface{ ErrorCode() string }
	hinter interface{ ErrorHint() string }
)

// codeOf returns the code of an error, or "" if it has none.
func codeOf(err error) string {
	var withCode coder
	if errors.As(err, &withCode) {
		return withCode.ErrorCode()
	}
	return ""
}
