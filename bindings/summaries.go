package bindings

// Summaries name what a table shows of records that have too many fields for one.
func Summaries() map[string][]string {
	return map[string][]string{
		"workflow": {"id", "status", "name", "queue_name", "created_at", "attempts", "error"},
		"step":     {"step_id", "step_name", "error", "child_workflow_id", "started_at", "completed_at"},
		"schedule": {"schedule_name", "status", "schedule", "cron_timezone", "workflow_name", "queue_name", "last_fired_at"},
		"version":  {"version_name", "version_timestamp", "created_at", "application_name"},
	}
}
