package raw

import (
	"context"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

// forked is the table of the originals and their forks.
const forked = `{fork original id}`

// The statements of a fork. The row comes first, because the others refer to it.
const (
	forkBegin = `INSERT INTO {workflow_status} (workflow_uuid, status, name, class_name, config_name, authenticated_user, assumed_role,
		authenticated_roles, application_id, inputs, serialization, application_version, queue_name, created_at, updated_at, forked_from,
		attributes, application_name)
		SELECT fork.id, 'ENQUEUED', ws.name, ws.class_name, ws.config_name, ws.authenticated_user, ws.assumed_role,
		ws.authenticated_roles, ws.application_id, `
	forkRest = `, ws.serialization, ws.application_version, $1, $2, $2, ws.workflow_uuid,
		ws.attributes, ws.application_name
		FROM ` + forked + ` JOIN {workflow_status} ws ON ws.workflow_uuid = fork.original`
	forkRows = forkBegin + `ws.inputs` + forkRest
	// forkRowsBoth is for payloads in tables of their own; the input stands in both places then.
	forkRowsBoth = forkBegin + `COALESCE(ws.inputs, i.inputs)` + forkRest + ` LEFT JOIN {workflow_input} i ON i.workflow_uuid = fork.original`
	forkInputs   = `INSERT INTO {workflow_input} (workflow_uuid, inputs)
		SELECT fork.id, i.inputs FROM ` + forked + ` JOIN {workflow_input} i ON i.workflow_uuid = fork.original`
	forkMark  = `UPDATE {workflow_status} SET was_forked_from = TRUE WHERE workflow_uuid {ids}`
	forkSteps = `INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output, error, child_workflow_id,
		started_at_epoch_ms, completed_at_epoch_ms, serialization, application_name)
		SELECT fork.id, s.function_id, s.function_name, s.output, s.error, s.child_workflow_id, s.started_at_epoch_ms, s.completed_at_epoch_ms,
		s.serialization, s.application_name
		FROM ` + forked + ` JOIN {operation_outputs} s ON s.workflow_uuid = fork.original AND s.function_id < $1`
	forkHistory = `INSERT INTO {workflow_events_history} (workflow_uuid, function_id, key, value, serialization)
		SELECT fork.id, h.function_id, h.key, h.value, h.serialization
		FROM ` + forked + ` JOIN {workflow_events_history} h ON h.workflow_uuid = fork.original AND h.function_id < $1`
	forkEvents = `INSERT INTO {workflow_events} (workflow_uuid, key, value, serialization)
		SELECT fork.id, h.key, h.value, h.serialization
		FROM ` + forked + ` JOIN {workflow_events_history} h ON h.workflow_uuid = fork.original AND h.function_id = (SELECT MAX(l.function_id)
		FROM {workflow_events_history} l WHERE l.workflow_uuid = h.workflow_uuid AND l.key = h.key AND l.function_id < $1)`
	forkStreams = `INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id, serialization)
		SELECT fork.id, s.key, s.value, s."offset", s.function_id, s.serialization
		FROM ` + forked + ` JOIN {streams} s ON s.workflow_uuid = fork.original AND s.function_id < $1`
)

func (p program) fork(ctx context.Context) (task.Finding, error) {
	return p.set(ctx, func(originals []string) []statement {
		ids := make([]string, len(originals))
		for i := range ids {
			ids[i] = uuid.NewString()
		}
		set := [][]string{originals, ids}
		list := []statement{{forkRows, []any{p.task.Prefix, now()}, set}, {forkMark, nil, [][]string{originals}}}
		if p.split() {
			list[0].sql = forkRowsBoth
			list = append(list, statement{forkInputs, nil, set})
		}
		for _, copied := range []string{forkSteps, forkHistory, forkEvents, forkStreams} {
			list = append(list, statement{copied, []any{int64(forkStep)}, set})
		}
		return list
	})
}
