package goclient

import (
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// bulk resumes the task's workflows in a bulk run, which selects them by a filter and is recorded.
func bulk(c client.Client, t task.Task) (task.Finding, error) {
	resume := func(input client.BulkInput, count int) error {
		input.Verb, input.BatchSize = "resume", t.Page
		run, err := client.StartBulk(c, input)
		if err == nil && (run.ID == "" || run.Changed != int64(count)) {
			err = fmt.Errorf("%v, and not a recorded run of %d", run, count)
		}
		return err
	}
	if err := resume(client.BulkInput{IDs: t.Spare()}, task.Few); err != nil {
		return task.Finding{}, err
	}
	seconds, err := task.Timed(func() error {
		return resume(client.BulkInput{Filter: &client.ListWorkflowsOptions{WorkflowIDPrefix: []string{t.Prefix + "-"}}}, t.Count)
	})
	return task.Finding{Seconds: seconds, Items: t.Count}, err
}
