package raw

import (
	"context"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/bench/task"
)

// The statements of a fork; $1 are the originals, $2 the forks.
const (
	forkRows = `INSERT INTO dbos.workflow_status (workflow_uuid, status, name, class_name, config_name, authenticated_user, assumed_role,
		authenticated_roles, application_id, inputs, serialization, application_version, queue_name, created_at, updated_at, forked_from,
		attributes, application_name)
		SELECT fork.id, 'ENQUEUED', ws.name, ws.class_name, ws.config_name, ws.authenticated_user, ws.assumed_role,
		ws.authenticated_roles, ws.application_id, ws.inputs, ws.serialization, ws.application_version, $3, $4, $4, ws.workflow_uuid,
		ws.attributes, ws.application_name
		FROM unnest($1::text[], $2::text[]) AS fork(original, id) JOIN dbos.workflow_status ws ON ws.workflow_uuid = fork.original`
	forkInputs = `INSERT INTO dbos.workflow_input (workflow_uuid, inputs)
		SELECT fork.id, i.inputs FROM unnest($1::text[], $2::text[]) AS fork(original, id) JOIN dbos.workflow_input i ON i.workflow_uuid = fork.original`
	forkMark  = `UPDATE dbos.workflow_status SET was_forked_from = TRUE WHERE workflow_uuid = ANY($1)`
	forkSteps = `INSERT INTO dbos.operation_outputs (workflow_uuid, function_id, function_name, output, error, child_workflow_id,
		started_at_epoch_ms, completed_at_epoch_ms, serialization, application_name)
		SELECT fork.id, s.function_id, s.function_name, s.output, s.error, s.child_workflow_id, s.started_at_epoch_ms, s.completed_at_epoch_ms,
		s.serialization, s.application_name
		FROM unnest($1::text[], $2::text[]) AS fork(original, id) JOIN dbos.operation_outputs s ON s.workflow_uuid = fork.original AND s.function_id < $3`
	forkHistory = `INSERT INTO dbos.workflow_events_history (workflow_uuid, function_id, key, value, serialization)
		SELECT fork.id, h.function_id, h.key, h.value, h.serialization
		FROM unnest($1::text[], $2::text[]) AS fork(original, id) JOIN dbos.workflow_events_history h ON h.workflow_uuid = fork.original AND h.function_id < $3`
	forkEvents = `INSERT INTO dbos.workflow_events (workflow_uuid, key, value, serialization)
		SELECT DISTINCT ON (fork.id, h.key) fork.id, h.key, h.value, h.serialization
		FROM unnest($1::text[], $2::text[]) AS fork(original, id) JOIN dbos.workflow_events_history h ON h.workflow_uuid = fork.original AND h.function_id < $3
		ORDER BY fork.id, h.key, h.function_id DESC`
	forkStreams = `INSERT INTO dbos.streams (workflow_uuid, key, value, "offset", function_id, serialization)
		SELECT fork.id, s.key, s.value, s."offset", s.function_id, s.serialization
		FROM unnest($1::text[], $2::text[]) AS fork(original, id) JOIN dbos.streams s ON s.workflow_uuid = fork.original AND s.function_id < $3`
)

func (p *postgres) forks(originals []string, queue string) []statement {
	ids := make([]string, len(originals))
	for i := range ids {
		ids[i] = uuid.NewString()
	}
	list := []statement{{forkMark, []any{originals}}}
	if p.split {
		list = append(list, statement{forkInputs, []any{originals, ids}})
	}
	for _, copied := range []string{forkSteps, forkHistory, forkEvents, forkStreams} {
		list = append(list, statement{copied, []any{originals, ids, forkStep}})
	}
	// The row comes first, because the others refer to it.
	return append([]statement{{forkRows, []any{originals, ids, queue, now()}}}, list...)
}

func (p *postgres) fork(ctx context.Context, t task.Task) (task.Finding, error) {
	if _, err := p.send(ctx, p.forks(t.Spare(), t.Prefix)...); err != nil {
		return task.Finding{}, err
	}
	originals := t.IDs(t.Count)
	return finding(func() (int, error) {
		_, err := p.send(ctx, p.forks(originals, t.Prefix)...)
		return t.Count, err
	})
}
