package raw

import (
	"context"

	"github.com/dbos-script/dbos-script/bench/task"
)

// undone is true for an event that has changed since the first step that runs again, $1.
const undone = `EXISTS (SELECT 1 FROM {workflow_events_history} u WHERE u.workflow_uuid = e.workflow_uuid AND u.key = e.key AND u.function_id >= $1)`

// The statements of a rewind by hand.
const (
	rewindEvents  = `DELETE FROM {workflow_events} AS e WHERE e.workflow_uuid {ids} AND ` + undone
	restoreEvents = `INSERT INTO {workflow_events} (workflow_uuid, key, value, serialization)
		SELECT e.workflow_uuid, e.key, e.value, e.serialization FROM {workflow_events_history} AS e
		WHERE e.workflow_uuid {ids} AND e.function_id < $1 AND ` + undone + `
		AND NOT EXISTS (SELECT 1 FROM {workflow_events_history} l WHERE l.workflow_uuid = e.workflow_uuid AND l.key = e.key
			AND l.function_id > e.function_id AND l.function_id < $1)`
	rewindHistory  = `DELETE FROM {workflow_events_history} WHERE workflow_uuid {ids} AND function_id >= $1`
	rewindSteps    = `DELETE FROM {operation_outputs} WHERE workflow_uuid {ids} AND function_id >= $1`
	rewindStreams  = `DELETE FROM {streams} WHERE workflow_uuid {ids} AND function_id >= $1 AND value = '"__DBOS_STREAM_CLOSED__"'`
	rewindMessages = `DELETE FROM {notifications} WHERE destination_uuid {ids}
		AND (consumed = FALSE OR $1 = 0 OR consumed_by_function_id >= $1)`
	rewindResults = `DELETE FROM {workflow_output} WHERE workflow_uuid {ids}`
	rewindRows    = `UPDATE {workflow_status} SET status = 'ENQUEUED', queue_name = $1, queue_partition_key = NULL, recovery_attempts = 0,
		updated_at = $2, workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL,
		output = NULL, error = NULL, owner_xid = NULL
		WHERE workflow_uuid {ids} AND status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`
)

func (p program) rewind(ctx context.Context) (task.Finding, error) {
	return p.set(ctx, func(ids []string) []statement {
		set := [][]string{ids}
		var list []statement
		for _, text := range []string{rewindEvents, restoreEvents, rewindHistory, rewindSteps, rewindStreams, rewindMessages} {
			list = append(list, statement{text, []any{int64(forkStep)}, set})
		}
		return append(list, statement{rewindResults, nil, set}, statement{rewindRows, []any{p.task.Prefix, now()}, set})
	})
}
