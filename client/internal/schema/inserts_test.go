package schema_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// An insertion is the columns that an SDK names when it writes a row, and those it names as what
// a row may collide on.
type insertion struct {
	table, columns, conflict string
}

// stated are the inserts of the SDKs that have SQLite: Go 1.2, which gives every column that has
// a default elsewhere, and Python 2.30, which leaves them to the database. The tables come in an
// order that foreign keys allow.
var stated = map[string][]insertion{
	"go": {
		{"workflow_status", `workflow_uuid, status, name, queue_name, authenticated_user, assumed_role, authenticated_roles, executor_id,
			application_version, application_id, created_at, recovery_attempts, updated_at, workflow_timeout_ms, workflow_deadline_epoch_ms,
			inputs, deduplication_id, priority, queue_partition_key, owner_xid, parent_workflow_id, class_name, config_name, serialization,
			delay_until_epoch_ms, attributes, schedule_name, debounce_deadline_epoch_ms, is_debounced, application_name`, "workflow_uuid"},
		{"operation_outputs", `workflow_uuid, function_id, output, error, function_name, started_at_epoch_ms, completed_at_epoch_ms,
			serialization, application_name`, "workflow_uuid, function_id"},
		{"operation_outputs", "workflow_uuid, function_id, function_name, child_workflow_id, started_at_epoch_ms, application_name", "workflow_uuid, function_id"},
		{"operation_outputs", "workflow_uuid, function_id, function_name", ""},
		{"notifications", "destination_uuid, topic, message, serialization, message_uuid, created_at_epoch_ms", "message_uuid"},
		{"workflow_events", "workflow_uuid, key, value, serialization", "workflow_uuid, key"},
		{"workflow_events_history", "workflow_uuid, function_id, key, value, serialization", "workflow_uuid, function_id, key"},
		{"streams", `workflow_uuid, key, value, "offset", function_id, serialization`, ""},
		{"queues", `queue_id, name, concurrency, worker_concurrency, rate_limit_max, rate_limit_period_sec, priority_enabled, partition_queue,
			polling_interval_sec, created_at, updated_at, application_name`, "name"},
		{"workflow_schedules", `schedule_id, schedule_name, workflow_name, workflow_class_name, schedule, context, status, automatic_backfill,
			cron_timezone, queue_name, application_name`, "schedule_name"},
		{"application_versions", "version_id, version_name, version_timestamp, created_at, application_name", ""},
	},
	"python": {
		{"workflow_status", `workflow_uuid, status, name, class_name, config_name, output, error, executor_id, application_version, application_id,
			authenticated_user, authenticated_roles, assumed_role, queue_name, recovery_attempts, workflow_timeout_ms, workflow_deadline_epoch_ms,
			deduplication_id, priority, inputs, serialization, queue_partition_key, parent_workflow_id, owner_xid, delay_until_epoch_ms,
			attributes, schedule_name, debounce_deadline_epoch_ms, is_debounced, application_name`, "workflow_uuid"},
		{"workflow_status", `workflow_uuid, status, name, class_name, config_name, application_version, application_id, authenticated_user,
			authenticated_roles, serialization, queue_name, queue_partition_key, inputs, assumed_role, forked_from, attributes,
			application_name, workflow_timeout_ms`, ""},
		{"operation_outputs", `workflow_uuid, function_id, function_name, started_at_epoch_ms, completed_at_epoch_ms, output, error,
			serialization, application_name`, "workflow_uuid, function_id"},
		{"operation_outputs", `workflow_uuid, function_id, function_name, child_workflow_id, started_at_epoch_ms, completed_at_epoch_ms,
			application_name`, ""},
		{"notifications", "destination_uuid, topic, message, message_uuid, serialization", "message_uuid"},
		{"notifications", "destination_uuid, topic, message", ""},
		{"workflow_events", "workflow_uuid, key, value, serialization", "workflow_uuid, key"},
		{"workflow_events_history", "workflow_uuid, function_id, key, value, serialization", "workflow_uuid, key, function_id"},
		{"streams", `workflow_uuid, function_id, key, value, serialization, "offset"`, ""},
		{"queues", `name, concurrency, worker_concurrency, rate_limit_max, rate_limit_period_sec, priority_enabled, partition_queue,
			polling_interval_sec, updated_at, application_name`, "name"},
		{"workflow_schedules", `schedule_id, schedule_name, workflow_name, workflow_class_name, schedule, status, context, last_fired_at,
			automatic_backfill, cron_timezone, queue_name, application_name`, "schedule_name"},
		{"application_versions", "version_id, version_name, application_name", ""},
	},
}

// Both SDKs find in our tables the columns they write, the defaults they rely on and the keys
// they name in upserts.
func TestSQLiteTakesTheInsertsOfEachSDK(t *testing.T) {
	t.Parallel()
	for sdk, inserts := range stated {
		t.Run(sdk, func(t *testing.T) {
			t.Parallel()
			db := created(t, 107)
			before := time.Now().UnixMilli()
			for row, in := range inserts {
				in.twice(t, db, row)
			}
			after := time.Now().UnixMilli()
			for table, columns := range map[string][]string{
				"workflow_status": {"created_at", "updated_at"}, "notifications": {"created_at_epoch_ms"},
				"application_versions": {"version_timestamp", "created_at"}, "queues": {"created_at", "updated_at"},
			} {
				for _, column := range columns {
					wrong := fmt.Sprintf("SELECT %s FROM %s WHERE typeof(%s) <> 'integer' OR %s NOT BETWEEN ? AND ?", column, table, column, column)
					if got := rows(t, db, " ", wrong, before, after); len(got) > 0 {
						t.Errorf("%s.%s: %v, not an integer between %d and %d", table, column, got, before, after)
					}
				}
			}
			if got := rows(t, db, " ", "SELECT count(*) FROM notifications WHERE length(message_uuid) < 7"); !slices.Equal(got, []string{"0"}) {
				t.Errorf("%v messages have no id of their own", got)
			}
		})
	}
}

// twice inserts a row, and again where the SDK's statement says what it then collides on.
func (in insertion) twice(t *testing.T, db *sql.DB, row int) {
	t.Helper()
	columns := strings.Split(strings.Join(strings.Fields(in.columns), " "), ", ")
	values := make([]any, len(columns))
	for i, column := range columns {
		values[i] = in.sample(column, row)
	}
	statement := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", in.table, in.columns, strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", "))
	mustExecSQLite(t, db, statement, values...)
	if in.conflict != "" {
		mustExecSQLite(t, db, statement+fmt.Sprintf(" ON CONFLICT (%s) DO UPDATE SET %s = excluded.%s", in.conflict, columns[0], columns[0]), values...)
	}
}

// sample is a value of the kind that the SDKs give a column; what is not named here they leave
// NULL.
func (in insertion) sample(column string, row int) any {
	switch column {
	case "workflow_uuid", "destination_uuid":
		if in.table != "workflow_status" {
			row = 0
		}
		return fmt.Sprint("number ", row)
	case "queue_id", "schedule_id", "version_id", "schedule_name", "version_name", "message_uuid":
		return fmt.Sprint("number ", row)
	case "authenticated_roles":
		return []byte("null")
	case "created_at", "updated_at", "created_at_epoch_ms", "version_timestamp":
		return time.Now().UnixMilli()
	case "function_id", "recovery_attempts", "priority", `"offset"`:
		return row
	case "is_debounced", "priority_enabled", "partition_queue", "automatic_backfill":
		return false
	case "polling_interval_sec":
		return 1.0
	case "status", "name", "function_name", "message", "key", "value", "topic", "workflow_name", "schedule", "context":
		return "text"
	}
	return nil
}
