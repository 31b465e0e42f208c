package audit

import "sync"

// inverses holds the operations that can be undone, each with the one that undoes it. Every change
// asks for one, so the map is made once.
var inverses = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"pause_queue": "resume_queue", "resume_queue": "pause_queue", "pause_schedule": "resume_schedule", "resume_schedule": "pause_schedule",
		"hold": "release", "release": "hold", "set_priority": "set_priority", "move_queue": "move_queue", "move_version": "move_version",
		"cancel_workflow": "resume_workflows", "cancel_workflows": "resume_workflows", "resume_workflow": "cancel_workflows", "resume_workflows": "cancel_workflows",
		"enqueue": "cancel_workflows", "enqueue_many": "cancel_workflows", "fork_workflow": "cancel_workflows", "fork_workflows": "cancel_workflows",
		"trigger_schedule": "cancel_workflows", "backfill_schedule": "cancel_workflows",
		"set_latest_application_version": "set_latest_application_version",
	}
})

// Inverse returns the operation that undoes an operation, or "" if nothing does.
func Inverse(operation string) string { return inverses()[operation] }
