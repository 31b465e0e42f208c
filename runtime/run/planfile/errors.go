package planfile

import "fmt"

// A DeniedError says why a plan may not be made or carried out. Nothing was changed.
type DeniedError struct{ Message, Hint string }

// Error returns the message.
func (e *DeniedError) Error() string { return e.Message }

// ErrorCode returns "Denied".
func (e *DeniedError) ErrorCode() string { return "Denied" }

// ErrorHint returns the hint, or "".
func (e *DeniedError) ErrorHint() string { return e.Hint }

func denied(format string, values ...any) *DeniedError {
	return &DeniedError{Message: fmt.Sprintf(format, values...)}
}

// changed returns the error of a file that is not as it was written.
func changed(path, format string, values ...any) *DeniedError {
	return &DeniedError{Message: fmt.Sprintf("%s is not as it was written: %s", path, fmt.Sprintf(format, values...)), Hint: "make the plan again"}
}
