package goclient

import (
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// A change is a call about workflows that wait.
type change func(c client.Client, ids []string) (*client.Report, error)

func setPriority(c client.Client, ids []string) (*client.Report, error) {
	return c.SetPriorityAll(ids, 7)
}
func moveQueue(c client.Client, ids []string) (*client.Report, error) {
	return c.MoveQueueAll(ids, "orders")
}

// waiting is a change of the task's workflows by their ids.
func waiting(do change) scenario {
	return func(c client.Client, t task.Task) (task.Finding, error) {
		if _, err := do(c, t.Spare()); err != nil {
			return task.Finding{}, err
		}
		return all(t, func(ids []string) error { return changes(t.Count, c, ids, do) })
	}
}

// filtered is a change of the workflows on the task's queue, whose ids are read first.
func filtered(do change) scenario {
	return func(c client.Client, t task.Task) (task.Finding, error) {
		if _, err := do(c, []string{t.Prefix, t.Prefix + "-none"}); err != nil {
			return task.Finding{}, err
		}
		return all(t, func([]string) error {
			ids, err := c.ListWorkflowIDs(client.WithQueueName(t.Prefix), client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusEnqueued, client.WorkflowStatusDelayed}))
			if err != nil {
				return err
			}
			return changes(t.Count+task.Few, c, ids, do)
		})
	}
}

// changes returns an error if a change does not change so many workflows.
func changes(want int, c client.Client, ids []string, do change) error {
	report, err := do(c, ids)
	if err == nil && report.Count(client.OutcomeChanged) != want {
		err = fmt.Errorf("%v, and not %d", report, want)
	}
	return err
}
