package goclient

import (
	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// aggregate counts all workflows by state and name, with the longest wait of each group. The list
// before it opens the connection, which is not measured.
func aggregate(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ListWorkflows(client.WithLimit(1)); err != nil {
		return task.Finding{}, err
	}
	var groups []client.WorkflowAggregate
	seconds, err := task.Timed(func() (err error) {
		groups, err = c.GetWorkflowAggregates(client.WorkflowAggregatesInput{GroupBy: []string{"status", "name"}, Select: []string{"count", "max_queue_wait_ms"}})
		return err
	})
	return counted(t, t.Count*min(len(groups), 1), seconds, err)
}
