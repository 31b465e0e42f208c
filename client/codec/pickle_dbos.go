package codec

import (
	"fmt"
	"strings"
)

// A dbosException is an exception of the Python SDK itself. A pickle of it has the arguments of its
// class alone, from which Python makes the text again.
type dbosException struct {
	code  int64
	words string   // with a %s for each argument that is in the text
	names []string // of the arguments
}

// dbosExceptionOf returns the exception of a class of the SDK.
func dbosExceptionOf(class *pyClass) (dbosException, bool) {
	if class.module != "dbos._error" {
		return dbosException{}, false
	}
	known, found := map[string]dbosException{
		"DBOSConflictingWorkflowError":                   {9, "workflow %s exists and is another one: %s", []string{"workflow_id", "detail"}},
		"DBOSRecoveryError":                              {2, "workflow %s cannot be recovered: %s", []string{"workflow_id", "detail"}},
		"DBOSInitializationError":                        {3, "DBOS cannot start: %s", []string{"detail"}},
		"DBOSWorkflowFunctionNotFoundError":              {4, "workflow %s cannot be executed: %s", []string{"workflow_id", "detail"}},
		"DBOSNonExistentWorkflowError":                   {5, "there is no %s workflow %s", []string{"destination", "destination_id"}},
		"MaxRecoveryAttemptsExceededError":               {6, "workflow %s has been recovered too often: the maximum is %s", []string{"workflow_id", "max_retries"}},
		"DBOSMaxStepRetriesExceeded":                     {7, "step %s has exceeded its maximum of %s retries", []string{"step_name", "max_retries", "errors"}},
		"DBOSNotAuthorizedError":                         {8, "%s", []string{"msg"}},
		"DBOSUnexpectedStepError":                        {11, "workflow %s: step %s is %s, but %s is recorded", []string{"workflow_id", "step_id", "expected_name", "recorded_name"}},
		"DBOSQueueDeduplicatedError":                     {12, "workflow %s is not enqueued: on queue %s another one holds the deduplication id %s", []string{"workflow_id", "queue_name", "deduplication_id"}},
		"DBOSAwaitedWorkflowCancelledError":              {13, "the awaited workflow %s was cancelled", []string{"workflow_id"}},
		"DBOSPatchNondeterminismError":                   {15, "workflow %s: patch %s is not deterministic: %s", []string{"workflow_id", "patch_name", "details"}},
		"DBOSStreamTimeoutError":                         {16, "workflow %s: no value came on stream %s in %s seconds", []string{"workflow_id", "key", "timeout_seconds"}},
		"DBOSStreamNondeterminismError":                  {17, "workflow %s: another read of stream %s is in progress", []string{"workflow_id", "key"}},
		"DBOSStepTimeoutError":                           {18, "step %s was cancelled after its timeout of %s seconds", []string{"step_name", "timeout_seconds"}},
		"DBOSQueryTimeoutError":                          {26, "a query was cancelled after %s seconds", []string{"timeout_seconds"}},
		"DBOSWorkflowIDInUseError":                       {27, "workflow id %s is in use, in state %s, by workflow %s", []string{"workflow_id", "workflow_status", "workflow_name"}},
		"DBOSStepNondeterminismError":                    {28, "workflow %s: step %s was recorded twice with different results", []string{"workflow_id", "step_id"}},
		"DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded": {14, "the awaited workflow %s was recovered too often", []string{"workflow_id"}},
	}[class.name]
	return known, found
}

// read sets the message, the code and the arguments of an exception of the SDK. It returns false if
// the arguments are others than the class has.
func (d dbosException) read(e *RemoteError, c converter, args []any) bool {
	shown := strings.Count(d.words, "%s")
	if len(args) < shown || len(args) > len(d.names) {
		return false
	}
	texts, data := make([]any, shown), map[string]any{}
	for i, arg := range args {
		if i < shown {
			texts[i] = c.shown(arg)
		}
		if value, err := c.value(arg); err == nil {
			data[d.names[i]] = value
		}
	}
	e.Message, e.Code, e.Data = fmt.Sprintf(d.words, texts...), d.code, data
	return true
}
