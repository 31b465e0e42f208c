package run

import (
	"context"
	"errors"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/lua/vm"
	"github.com/dbos-script/dbos-script/stdlib"
)

// exitCodes are the exit codes of errors by their code word.
var exitCodes = map[string]int{
	"Unavailable": stdlib.ExitUnavailable, "Initialization": stdlib.ExitUnavailable,
	"ReadOnly": stdlib.ExitDenied, "Denied": stdlib.ExitDenied, "Interrupted": stdlib.ExitInterrupted,
}

// TimedOut returns true if a run was ended by its limit of time. A call of the script that did not
// succeed in time is an error like others.
func TimedOut(err error) bool {
	stop, stopped := errors.AsType[*vm.Stop](err)
	return stopped && stop.Kind == vm.Timeout
}

// ExitCode returns the exit code of a run's error, one of the Exit constants of package stdlib or
// the status of a call of exit. It is 0 for nil.
func ExitCode(err error) int {
	var exiting interface{ ExitCode() int }
	var coded declare.Coder
	switch {
	case err == nil:
		return stdlib.ExitSuccess
	case TimedOut(err):
		return stdlib.ExitTimeout
	case errors.As(err, &exiting):
		return exiting.ExitCode()
	case errors.As(err, &coded) && exitCodes[coded.ErrorCode()] != 0:
		return exitCodes[coded.ErrorCode()]
	case errors.Is(err, context.Canceled):
		return stdlib.ExitInterrupted
	}
	return stdlib.ExitScriptError
}

// Outcome returns the word with which the audit log says how a run ended: success, partial, failed,
// denied, interrupted or timeout.
func Outcome(err error) string {
	if TimedOut(err) {
		return "timeout"
	}
	switch ExitCode(err) {
	case stdlib.ExitSuccess:
		return "success"
	case stdlib.ExitPartial:
		return "partial"
	case stdlib.ExitDenied:
		return "denied"
	case stdlib.ExitInterrupted:
		return "interrupted"
	}
	return "failed"
}
