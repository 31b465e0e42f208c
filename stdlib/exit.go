package stdlib

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

// Exit codes of the command.
const (
	ExitSuccess     = 0
	ExitScriptError = 1
	ExitUsage       = 2
	ExitUnavailable = 3 // such as a database that cannot be reached
	ExitPartial     = 4 // some items failed
	ExitDenied      = 5
	ExitTimeout     = 124 // as the program timeout(1) exits
	ExitInterrupted = 130 // as a shell reports SIGINT: 128 + 2
)

// exitWords are the words for exit codes that a script may pass to exit.
var exitWords = map[string]int{"success": ExitSuccess, "error": ExitScriptError, "partial": ExitPartial}

// An ExitRequest is the error with which the function exit ends a run. It is no failure, and a
// script cannot catch it.
type ExitRequest struct {
	Status  int    // the exit code of the command
	Message string // for standard error; may be empty
}

func (e *ExitRequest) Error() string {
	if e.Message != "" {
		return e.Message
	}
	return fmt.Sprintf("exit with status %d", e.Status)
}

// ExitCode returns the exit code of the command.
func (e *ExitRequest) ExitCode() int { return e.Status }

// End aborts the run and returns the request, for the handler to return. The error alone would not
// end the run, because pcall could catch it.
func (h Host) End(request *ExitRequest) error {
	h.Abort(request)
	return request
}

func exit(host Host) declare.Func {
	type args struct {
		Status  declare.Raw `arg:"status,optional" doc:"\"success\", \"error\", \"partial\" (some items failed), or a number from 0 to 125; success when not given."`
		Message string      `arg:"message,optional" doc:"What to say on standard error."`
	}
	return declare.Do("exit", "Ends the run with an exit code. Rows that were emitted before are written.",
		func(_ context.Context, a args) error {
			status, err := exitStatus(a.Status)
			if err != nil {
				return err
			}
			return host.End(&ExitRequest{Status: status, Message: a.Message})
		}).Pure().
		Example(`if #dbos.list_workflows{status = "ERROR", limit = 1} > 0 then exit("partial", "some workflows failed") end`)
}

// exitStatus returns the exit code that the argument of exit names, 0 if it is not given.
func exitStatus(raw declare.Raw) (int, error) {
	if raw == nil {
		return ExitSuccess, nil
	}
	switch value := raw.Native().(type) {
	case string:
		if status, known := exitWords[value]; known {
			return status, nil
		}
		names := []string{"success", "error", "partial"}
		return 0, &declare.ArgumentError{Func: "exit", Argument: "status", Message: fmt.Sprintf("%s or a number expected, got %s", strings.Join(names, ", "), strconv.Quote(value))}
	case float64:
		if value == float64(int(value)) && value >= 0 && value <= 125 {
			return int(value), nil
		}
	}
	return 0, &declare.ArgumentError{Func: "exit", Argument: "status", Message: "is no number from 0 to 125"}
}
