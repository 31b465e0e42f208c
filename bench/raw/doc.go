// Package raw does the benchmark's tasks with the database's own driver and the least SQL and
// round trips, like a program written for one task. The clients are compared with it, so nothing
// in it may be slower than necessary.
package raw

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
)

// columns are the columns of a listed workflow, without payloads. qualified is the same list for
// joined tables.
const columns = `workflow_uuid, status, name, authenticated_user, assumed_role, authenticated_roles, executor_id, created_at, updated_at,
	application_version, application_id, recovery_attempts, queue_name, workflow_timeout_ms, workflow_deadline_epoch_ms, started_at_epoch_ms,
	deduplication_id, priority, queue_partition_key, forked_from, was_forked_from, parent_workflow_id, completed_at, class_name, config_name,
	serialization, delay_until_epoch_ms, attributes, schedule_name, debounce_deadline_epoch_ms, is_debounced, application_name`

const qualified = `ws.workflow_uuid, ws.status, ws.name, ws.authenticated_user, ws.assumed_role, ws.authenticated_roles, ws.executor_id, ws.created_at, ws.updated_at,
	ws.application_version, ws.application_id, ws.recovery_attempts, ws.queue_name, ws.workflow_timeout_ms, ws.workflow_deadline_epoch_ms, ws.started_at_epoch_ms,
	ws.deduplication_id, ws.priority, ws.queue_partition_key, ws.forked_from, ws.was_forked_from, ws.parent_workflow_id, ws.completed_at, ws.class_name, ws.config_name,
	ws.serialization, ws.delay_until_epoch_ms, ws.attributes, ws.schedule_name, ws.debounce_deadline_epoch_ms, ws.is_debounced, ws.application_name`

// A record receives the columns of one row.
type record struct {
	id                                                               string
	status, name, user, role, roles, executor, version, application  *string
	queue, dedup, partition, forkedFrom, parent, class, config       *string
	serialization, attributes, schedule, owner, inputs, output, fail *string
	created, updated                                                 int64
	attempts, timeout, deadline, started, completed, delay, debounce *int64
	priority                                                         int32
	wasForked, debounced                                             bool
}

func (r *record) targets(payloads bool) []any {
	targets := []any{&r.id, &r.status, &r.name, &r.user, &r.role, &r.roles, &r.executor, &r.created, &r.updated,
		&r.version, &r.application, &r.attempts, &r.queue, &r.timeout, &r.deadline, &r.started,
		&r.dedup, &r.priority, &r.partition, &r.forkedFrom, &r.wasForked, &r.parent, &r.completed, &r.class, &r.config,
		&r.serialization, &r.delay, &r.attributes, &r.schedule, &r.debounce, &r.debounced, &r.owner}
	if payloads {
		targets = append(targets, &r.inputs, &r.output, &r.fail)
	}
	return targets
}

// read looks at a row as a walk does.
func (r *record) read(t task.Task) error {
	if !t.Decode {
		return nil
	}
	var value any
	return json.Unmarshal([]byte(*r.inputs), &value)
}

// input returns the input of every enqueued workflow, in the portable format.
func input(i int) string {
	return fmt.Sprintf(`{"positionalArgs":[{"order":%d,"customer":"ann@example.org","items":[1,2,3]}],"namedArgs":{}}`, i)
}

const (
	workflow = "process_order"
	codec    = "portable_json"
	forkStep = 5
)

func now() int64 { return time.Now().UnixMilli() }

// Run does a task and returns its finding.
func Run(ctx context.Context, t task.Task) (task.Finding, error) {
	if isSQLite(t.URL) {
		return runSQLite(ctx, t)
	}
	return runPostgres(ctx, t)
}

// Knows returns true if there is such a scenario for a database. On Postgres, psql does the cold
// start.
func Knows(url, name string) bool {
	if isSQLite(url) || name == "cold" {
		_, found := sqliteScenarios()[name]
		return found
	}
	_, found := postgresScenarios()[name]
	return found
}
