package bindings

// guesses returns, for names that people try in dbos, what an error suggests: the name of a
// function of dbos, or a few words if no single function is the right one.
func guesses() map[string]string {
	const one = "retrieve_workflow"
	return map[string]string{
		"get_workflow": one, "workflow": one, "get": one, "find_workflow": one, "show": one, "describe": one, "get_status": one, "status": one,
		"list": "list_workflows", "ls": "list_workflows", "lst": "list_workflows", "query": "list_workflows", "find": "list_workflows",
		"search": "list_workflows", "select": "list_workflows",
		"each": "workflows", "iter": "workflows", "all": "workflows",
		"cancel": "cancel_workflow", "kill": "cancel_workflow", "stop": "cancel_workflow", "terminate": "cancel_workflow",
		"resume": "resume_workflow", "delete": "delete_workflows", "remove": "delete_workflows", "fork": "fork_workflow",
		"retry": "rerun_workflows", "pause": "pause_queue", "move": "move_queue moves to another queue, and move_version to another version",
		"start": "enqueue", "start_workflow": "enqueue", "run": "enqueue", "run_workflow": "enqueue", "submit": "enqueue",
		"steps": "get_workflow_steps", "get_steps": "get_workflow_steps", "list_steps": "get_workflow_steps",
		"schedules": "list_schedules", "queue": queues, "queues": queues,
		"count_workflows": "count", "list_failures": "failures", "errors": "failures",
		"failed_step": "get_workflow_steps returns the steps, with the error of each",
		"now":         "time.now", "log": "log.info writes to the log",
	}
}

const queues = "list_queues returns the registered queues, list_workflows{queue_name = …} what is in one, and `dbos-script db info` all queues"
