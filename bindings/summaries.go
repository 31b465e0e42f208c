package bindings

import "sync"

// Summaries returns the columns of a table, for records that have too many fields.
var Summaries = sync.OnceValue(func() map[string][]string {
	return map[string][]string{
		"workflow": {"id", "status", "name", "queue_name", "created_at", "error", "attempts"},
		"change":   {"id", "outcome", "status", "forked_id", "reason"},
		"step":     {"step_id", "step_name", "error", "child_workflow_id", "started_at", "completed_at"},
		"schedule": {"schedule_name", "status", "schedule", "cron_timezone", "workflow_name", "queue_name", "last_fired_at"},
		"executor": {"executor_id", "application_version", "application_name", "verdict", "open", "seen_at", "reason"},
		"orphan":   {"id", "name", "queue_name", "executor_id", "application_version", "verdict", "seen_at"},
		"queue":    {"name", "application_name", "concurrency", "worker_concurrency", "partition_queue", "polling_interval"},
		"version":  {"version_name", "version_timestamp", "created_at", "application_name"},
	}
})

// Fields returns all fields of records. A single record shows the ones that are not nil.
var Fields = sync.OnceValue(func() map[string][]string {
	fields := map[string][]string{}
	for _, class := range classes() {
		for _, f := range class.Fields {
			if class.Record {
				fields[class.Name] = append(fields[class.Name], f.Name)
			}
		}
	}
	return fields
})
