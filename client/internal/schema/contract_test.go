package schema_test

import (
	"strconv"
	"strings"
	"testing"
)

// contractColumns is the published layout: column, type on Postgres, type on SQLite, whether NULL
// is allowed, and
// the default. A key column of SQLite that takes NULL is marked "loose". A line that ends in @N
// holds from version N
// on, and in all lists one that ends in @..N up to version N.
const contractColumns = `
dbos_migrations
	version BIGINT INTEGER no -
workflow_status
	workflow_uuid TEXT TEXT loose -
	status TEXT TEXT null -
	name TEXT TEXT null -
	authenticated_user TEXT TEXT null -
	assumed_role TEXT TEXT null -
	authenticated_roles TEXT TEXT null -
	request TEXT TEXT null -
	inputs TEXT TEXT null -
	output TEXT TEXT null -
	error TEXT TEXT null -
	executor_id TEXT TEXT null -
	created_at BIGINT INTEGER no now-ms
	updated_at BIGINT INTEGER no now-ms
	application_version TEXT TEXT null -
	application_id TEXT TEXT null -
	class_name VARCHAR(255) TEXT null -
	config_name VARCHAR(255) TEXT null -
	recovery_attempts BIGINT INTEGER null 0
	queue_name TEXT TEXT null -
	workflow_timeout_ms BIGINT INTEGER null -
	workflow_deadline_epoch_ms BIGINT INTEGER null -
	started_at_epoch_ms BIGINT INTEGER null -
	deduplication_id TEXT TEXT null -
	priority INT4 INTEGER no 0
	queue_partition_key TEXT TEXT null -
	forked_from TEXT TEXT null -
	owner_xid TEXT TEXT null -
	parent_workflow_id TEXT TEXT null -
	serialization TEXT TEXT null -
	delay_until_epoch_ms BIGINT INTEGER null -
	was_forked_from BOOLEAN BOOLEAN no false
	rate_limited BOOLEAN BOOLEAN no false
	completed_at BIGINT BIGINT null -
	attributes JSONB TEXT null - @40
	schedule_name TEXT TEXT null - @41
	debounce_deadline_epoch_ms BIGINT INTEGER null - @42
	is_debounced BOOLEAN BOOLEAN no false @42
	application_name TEXT TEXT null - @100
	creator_xid TEXT TEXT null - @123
workflow_input
	workflow_uuid TEXT TEXT no - @109
	inputs TEXT TEXT null - @109
	retention_timestamp BIGINT INTEGER no now-ms @109
workflow_output
	workflow_uuid TEXT TEXT no - @109
	output TEXT TEXT null - @109
	error TEXT TEXT null - @109
	retention_timestamp BIGINT INTEGER no now-ms @109
operation_outputs
	workflow_uuid TEXT TEXT no -
	function_id INT4 INTEGER no -
	function_name TEXT TEXT no ''
	output TEXT TEXT null -
	error TEXT TEXT null -
	child_workflow_id TEXT TEXT null -
	started_at_epoch_ms BIGINT INTEGER null -
	completed_at_epoch_ms BIGINT INTEGER null -
	serialization TEXT TEXT null -
	application_name TEXT TEXT null - @104
	retention_timestamp BIGINT INTEGER no now-ms @110
notifications
	destination_uuid TEXT TEXT no -
	topic TEXT TEXT null -
	message TEXT TEXT no -
	created_at_epoch_ms BIGINT INTEGER no now-ms
	message_uuid TEXT TEXT no uuid
	serialization TEXT TEXT null -
	consumed BOOLEAN BOOLEAN no false
	consumed_by_function_id INT4 INTEGER null - @121
workflow_events
	workflow_uuid TEXT TEXT no -
	key TEXT TEXT no -
	value TEXT TEXT no -
	serialization TEXT TEXT null -
workflow_events_history
	workflow_uuid TEXT TEXT no -
	function_id INT4 INTEGER no -
	key TEXT TEXT no -
	value TEXT TEXT no -
	serialization TEXT TEXT null -
streams
	workflow_uuid TEXT TEXT no -
	key TEXT TEXT no -
	value TEXT TEXT no -
	offset INT4 INTEGER no -
	function_id INT4 INTEGER no 0
	serialization TEXT TEXT null -
event_dispatch_kv
	service_name TEXT TEXT no -
	workflow_fn_name TEXT TEXT no -
	key TEXT TEXT no -
	value TEXT TEXT null -
	update_seq NUMERIC NUMERIC null -
	update_time NUMERIC NUMERIC null -
workflow_schedules
	schedule_id TEXT TEXT no -
	schedule_name TEXT TEXT no -
	workflow_name TEXT TEXT no -
	workflow_class_name TEXT TEXT null -
	schedule TEXT TEXT no -
	status TEXT TEXT no 'ACTIVE'
	context TEXT TEXT no -
	last_fired_at TEXT TEXT null -
	automatic_backfill BOOLEAN BOOLEAN no false
	cron_timezone TEXT TEXT null -
	queue_name TEXT TEXT null -
	application_name TEXT TEXT null - @102
application_versions
	version_id TEXT TEXT no -
	version_name TEXT TEXT no -
	version_timestamp BIGINT INTEGER no now-ms
	created_at BIGINT INTEGER no now-ms
	application_name TEXT TEXT null - @103
queues
	queue_id TEXT TEXT no uuid
	name TEXT TEXT no -
	concurrency INT4 INTEGER null -
	worker_concurrency INT4 INTEGER null -
	rate_limit_max INT4 INTEGER null -
	rate_limit_period_sec DOUBLE REAL null -
	priority_enabled BOOLEAN BOOLEAN no false
	partition_queue BOOLEAN BOOLEAN no false
	polling_interval_sec DOUBLE REAL no 1.0
	created_at BIGINT INTEGER no now-ms
	updated_at BIGINT INTEGER no now-ms
	application_name TEXT TEXT null - @101
	partition_concurrency INT4 INTEGER null - @108
	partition_worker_concurrency INT4 INTEGER null - @108
	partition_rate_limit_max INT4 INTEGER null - @108
	partition_rate_limit_period_sec DOUBLE REAL null - @108`

// contractKeys lists primary keys, unique columns and foreign keys; every one of the last cascades.
const contractKeys = `
dbos_migrations primary version
workflow_status primary workflow_uuid
operation_outputs primary workflow_uuid,function_id
operation_outputs workflow_uuid -> workflow_status.workflow_uuid cascade cascade @..111
workflow_input primary workflow_uuid @109
workflow_output primary workflow_uuid @109
notifications primary message_uuid
notifications destination_uuid -> workflow_status.workflow_uuid cascade cascade
workflow_events primary workflow_uuid,key
workflow_events workflow_uuid -> workflow_status.workflow_uuid cascade cascade
workflow_events_history primary workflow_uuid,function_id,key
workflow_events_history workflow_uuid -> workflow_status.workflow_uuid cascade cascade
streams primary workflow_uuid,key,offset
streams workflow_uuid -> workflow_status.workflow_uuid cascade cascade
event_dispatch_kv primary service_name,workflow_fn_name,key
workflow_schedules primary schedule_id
workflow_schedules unique schedule_name
application_versions primary version_id
application_versions unique version_name
queues primary queue_id
queues unique name`

// contractIndexes lists name, columns and predicate; the one with (gin) is on Postgres only.
// Columns that Postgres
// only includes stand at the end of the key.
const contractIndexes = `
workflow_status_created_at_index on workflow_status created_at
idx_workflow_status_attributes on workflow_status attributes (gin) where attributes is not null
idx_workflow_status_completed_at on workflow_status completed_at where completed_at is not null
idx_workflow_status_delayed on workflow_status delay_until_epoch_ms where status = 'delayed'
idx_workflow_status_failed on workflow_status status,created_at where status in 'error', 'cancelled', 'max_recovery_attempts_exceeded'
idx_workflow_status_forked_from on workflow_status forked_from where forked_from is not null
idx_workflow_status_in_flight on workflow_status queue_name,status,priority,created_at where status in 'enqueued', 'pending' @..114
idx_workflow_status_in_flight_v2 on workflow_status queue_name,status,priority,created_at,application_name where status in 'enqueued', 'pending' @115
idx_workflow_status_deadline on workflow_status workflow_deadline_epoch_ms where status in 'enqueued', 'pending', 'delayed' and workflow_deadline_epoch_ms is not null @122
idx_workflow_status_parent_workflow_id on workflow_status parent_workflow_id where parent_workflow_id is not null
idx_workflow_status_partition_dequeue_v2 on workflow_status queue_name,status,queue_partition_key,priority,created_at,workflow_uuid where status in 'enqueued', 'pending' and queue_partition_key is not null @..116
idx_workflow_status_partition_dequeue_v3 on workflow_status queue_name,status,queue_partition_key,priority,created_at,workflow_uuid,application_name where status in 'enqueued', 'pending' and queue_partition_key is not null @117
idx_workflow_status_pending on workflow_status created_at where status = 'pending'
idx_workflow_status_rate_limited on workflow_status queue_name,started_at_epoch_ms where rate_limited = true
idx_workflow_status_schedule_name on workflow_status schedule_name where schedule_name is not null
idx_workflow_status_started_at on workflow_status started_at_epoch_ms where started_at_epoch_ms is not null
uq_workflow_status_dedup_id unique on workflow_status queue_name,deduplication_id where deduplication_id is not null
idx_operation_outputs_completed_at_function_name on operation_outputs completed_at_epoch_ms,function_name @..118
idx_operation_outputs_completed_at_function_name_v2 on operation_outputs completed_at_epoch_ms,function_name,application_name @119
idx_operation_outputs_retention on operation_outputs retention_timestamp @111
idx_workflow_input_retention on workflow_input retention_timestamp @109
idx_workflow_output_retention on workflow_output retention_timestamp @109
idx_workflow_topic on notifications destination_uuid,topic
idx_notifications on notifications destination_uuid,topic @..113
idx_application_versions_timestamp on application_versions version_timestamp @124
idx_application_versions_owner_timestamp on application_versions application_name,version_timestamp @125
uq_application_versions_owner_version unique on application_versions application_name,version_name where application_name is not null
uq_application_versions_unclaimed_version unique on application_versions version_name where application_name is null`

// backend picks a type column of contractColumns.
type backend int

const (
	onPostgres backend = iota
	onSQLite
)

// at returns the lines of a contract that hold at a version, without their mark.
func at(version int, contract string) []string {
	var kept []string
	for _, line := range lines(contract) {
		text, mark, marked := strings.Cut(line, " @")
		last, isLast := strings.CutPrefix(mark, "..")
		limit, _ := strconv.Atoi(last)
		if !marked || isLast && version <= limit || !isLast && version >= limit {
			kept = append(kept, text)
		}
	}
	return kept
}

// expectedColumns spells the contract as the catalog readers of the tests do: one line a column.
func expectedColumns(b backend, version int) []string {
	var expected []string
	var table string
	for _, line := range at(version, contractColumns) {
		fields := strings.Fields(line)
		switch len(fields) {
		case 1:
			table = fields[0]
		case 5:
			expected = append(expected, table+"."+fields[0]+" "+fields[1+int(b)]+" "+nullable(b, fields[3])+" "+fields[4])
		}
	}
	return expected
}

func nullable(b backend, word string) string {
	if word != "loose" {
		return word
	}
	if b == onSQLite {
		return "null"
	}
	return "no"
}

func lines(text string) []string {
	return strings.Split(strings.TrimSpace(text), "\n")
}

// predicate takes away what the two databases spell differently.
func predicate(sql string) string {
	replacer := strings.NewReplacer("= any (array[", "in ", "])", "", "::text", "", `"`, "", "(", "", ")", "")
	return strings.Join(strings.Fields(replacer.Replace(strings.ToLower(sql))), " ")
}

// sameLines compares two lists without regard to their order.
func sameLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, line := range without(got, want) {
		t.Errorf("%s: the database has %q, which the contract does not", what, line)
	}
	for _, line := range without(want, got) {
		t.Errorf("%s: the database lacks %q", what, line)
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d in the database, %d in the contract", what, len(got), len(want))
	}
}

func without(lines, others []string) []string {
	known := map[string]bool{}
	for _, line := range others {
		known[line] = true
	}
	var rest []string
	for _, line := range lines {
		if !known[line] {
			rest = append(rest, line)
		}
	}
	return rest
}
