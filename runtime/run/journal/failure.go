package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// failureData is all that a script sees of an error.
type failureData struct {
	Text    string         `json:"text"`
	Code    string         `json:"code"`
	Hint    string         `json:"hint"`
	Op      string         `json:"op"`      // the operation with which the text begins
	Details map[string]any `json:"details"` // such as workflow_id
	Below   error          `json:"below"`   // the cause
}

// A Failure is a recorded error: to a script it is the error that the call returned.
type Failure struct{ data failureData }

// Error returns the text of the error.
func (f *Failure) Error() string { return f.data.Text }

// ErrorCode returns the code of the error, or "".
func (f *Failure) ErrorCode() string { return f.data.Code }

// ErrorHint returns the hint of the error, or "".
func (f *Failure) ErrorHint() string { return f.data.Hint }

// Operation returns the operation that failed, or "".
func (f *Failure) Operation() string { return f.data.Op }

// Details returns the subjects of the error by their names, such as workflow_id.
func (f *Failure) Details() map[string]any { return f.data.Details }

// Unwrap returns the cause, or nil.
func (f *Failure) Unwrap() error { return f.data.Below }

// Is reports whether target is the code of the error, such as client.Timeout.
func (f *Failure) Is(target error) bool {
	_, coded := target.(fmt.Stringer)
	return coded && f.data.Code != "" && target.Error() == f.data.Code
}

type (
	coder interface {
		error
		declare.Coder
	}
	hinter interface {
		error
		declare.Hinter
	}
	detailer interface {
		error
		declare.Detailer
	}
	operating interface {
		error
		Operation() string
	}
)

// failureOf returns the data of an error, as the bridge shows it to a script.
func failureOf(err error) failureData {
	data := failureData{Text: err.Error(), Below: errors.Unwrap(err)}
	if e, ok := errors.AsType[coder](err); ok {
		data.Code, data.Below = e.ErrorCode(), errors.Unwrap(e)
	}
	if data.Code == "" && errors.Is(err, context.DeadlineExceeded) {
		data.Code = declare.CodeTimeout
	}
	if e, ok := errors.AsType[hinter](err); ok {
		data.Hint = e.ErrorHint()
	}
	if e, ok := errors.AsType[operating](err); ok {
		data.Op = e.Operation()
	}
	if e, ok := errors.AsType[detailer](err); ok {
		data.Details = e.Details()
	}
	return data
}

// writeError returns an error as JSON.
func (j *Journal) writeError(failed error) (json.RawMessage, error) {
	w := &writer{types: &j.types}
	if err := w.value(reflect.ValueOf(&failed).Elem()); err != nil {
		return nil, fmt.Errorf("its error cannot be recorded: %w", err)
	}
	return w.out, nil
}

// failure writes an error that has no class. A wrong argument keeps its parts, because the bridge
// adds the function to it.
func (w *writer) failure(err error) error {
	if argument, ok := err.(*declare.ArgumentError); ok {
		return w.marked("argument", func() error { return w.value(reflect.ValueOf(*argument)) })
	}
	return w.marked("error", func() error { return w.value(reflect.ValueOf(failureOf(err))) })
}

// readError returns the recorded error of a step. A record that cannot be read ends the run.
func (j *Journal) readError(s *Step) error {
	var failed error
	r := &reader{types: &j.types}
	text, err := j.shown(s, s.Error)
	if err != nil {
		return err
	}
	if err := r.read(text, reflect.ValueOf(&failed).Elem()); err != nil {
		return j.fail(&recordError{*s, fmt.Errorf("its error cannot be read: %w", err)})
	}
	if failed == nil {
		return j.fail(&recordError{*s, errors.New("its error is null")})
	}
	return failed
}
