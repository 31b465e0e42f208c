package bridge

import (
	"context"
	"errors"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Error is the object that a script catches: a Go error with the line of the script where it was
// raised. It implements declare.Failure.
type Error struct {
	err    error
	code   string
	where  string
	raised bool // by a call, so it is no data
}

var _ declare.Failure = (*Error)(nil)

// How many bytes a message may have. It quotes what a call was given, which may have as many as a
// string of a script.
const (
	longestMisuse  = 2000  // of a call with a wrong argument
	longestMessage = 16000 // of any other that was raised
)

// Error returns the message.
func (e *Error) Error() string { return e.Message() }

// Message returns the text without the place. The middle of a long message of a call is left out;
// an error that the database stores is data, and whole.
func (e *Error) Message() string {
	text := e.err.Error()
	switch {
	case e.code == declare.CodeInvalidArgument || e.code == declare.CodeInvalidOption:
		return middleOut(text, longestMisuse)
	case e.raised:
		return middleOut(text, longestMessage)
	}
	return text
}

// middleOut returns a text without its middle, if it has more than so many bytes.
func middleOut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	half := most/2 - len("…")
	return strings.ToValidUTF8(text[:half], "") + "…" + strings.ToValidUTF8(text[len(text)-half:], "")
}

// Unwrap returns the Go error.
func (e *Error) Unwrap() error { return e.err }

// ErrorCode returns the code, such as NonExistentWorkflow, or "".
func (e *Error) ErrorCode() string { return e.code }

// Where is file:line of the script; empty for an error that no call raised.
func (e *Error) Where() string { return e.where }

// ErrorHint returns the hint of the cause, or "".
func (e *Error) ErrorHint() string {
	if hinter, ok := errors.AsType[hinting](e.err); ok {
		return middleOut(hinter.ErrorHint(), longestMisuse)
	}
	return ""
}

// Cause returns the error below the one with the code, or nil if there is none.
func (e *Error) Cause() any {
	if thrown, ok := errors.AsType[*Thrown](e.err); ok {
		return thrown
	}
	below := e.err
	if coder, ok := errors.AsType[coded](e.err); ok {
		below = coder
	}
	if cause := errors.Unwrap(below); cause != nil {
		return cause
	}
	return nil
}

// Detail returns a field of the error, such as workflow_id, or nil if the error does not have it.
func (e *Error) Detail(name string) any {
	detailer, ok := errors.AsType[detailing](e.err)
	if !ok {
		return nil
	}
	return detailer.Details()[name]
}

type (
	coded interface {
		error
		declare.Coder
	}
	hinting interface {
		error
		declare.Hinter
	}
	detailing interface {
		error
		declare.Detailer
	}
)

// Thrown is an error that a Lua function raised while a handler called it. Returned by the
// handler, the same Lua value is raised again.
type Thrown struct {
	Value lua.LValue
	text  string
}

// Error returns the text that tostring returns for the value.
func (t *Thrown) Error() string { return t.text }

// Unwrap returns the error object behind the value, or nil if the script raised another value.
func (t *Thrown) Unwrap() error {
	if e, ok := ErrorOf(t.Value); ok {
		return e
	}
	return nil
}

// ErrorOf finds the error object that a Lua value is.
func ErrorOf(v lua.LValue) (*Error, bool) {
	e, ok := native(v).(*Error)
	return e, ok
}

// Raise raises a Go error as an error object at the line that called, and does not return.
func (x *Exposer) Raise(L *lua.LState, err error) {
	if thrown, ok := err.(*Thrown); ok {
		L.Error(thrown.Value, 0)
	}
	L.Error(builtin[declare.Failure](x, &Error{err: err, code: codeOf(L, err), where: place(L), raised: true}), 0)
}

// stored is the error object of an error that is data.
func (x *Exposer) stored(err error) *Error {
	if e, ok := err.(*Error); ok {
		return e
	}
	return &Error{err: err, code: codeOf(nil, err)}
}

// codeOf asks the error; the end of the run or of a wait has a code of its own.
func codeOf(L *lua.LState, err error) string {
	if coder, ok := errors.AsType[coded](err); ok && coder.ErrorCode() != "" {
		return coder.ErrorCode()
	}
	switch {
	case L == nil:
		return ""
	case L.Context() != nil && L.Context().Err() != nil, errors.Is(err, context.Canceled):
		return declare.CodeInterrupted
	case errors.Is(err, context.DeadlineExceeded):
		return declare.CodeTimeout
	}
	return ""
}

func place(L *lua.LState) string {
	at := position(L)
	if at.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", at.File, at.Line)
}

// detail is a detail that no field declares, encoded; nil when the error has none of the name.
func (x *Exposer) detail(o *object, name string) lua.LValue {
	failure, ok := o.value.(declare.Failure)
	if !ok {
		return lua.LNil
	}
	v, err := x.encode(failure.Detail(name))
	if err != nil {
		return lua.LNil
	}
	return v
}

// misuseError is a misuse of an object: an unknown field, an assignment, an operation it does not
// have.
type misuseError struct{ message, hint string }

func (e *misuseError) Error() string     { return e.message }
func (e *misuseError) ErrorCode() string { return declare.CodeInvalidArgument }
func (e *misuseError) ErrorHint() string { return e.hint }
