package goclient

import (
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/codec"
)

// selection returns the options of list and walk. Payloads stay encoded until they are read.
func selection(t task.Task) []client.ListWorkflowsOption {
	options := []client.ListWorkflowsOption{client.WithLimit(t.Count), client.WithLazyValues()}
	if t.Payloads {
		options = append(options, client.WithLoadInput(true), client.WithLoadOutput(true))
	}
	if t.Page > 0 {
		options = append(options, client.WithPageSize(t.Page))
	}
	return options
}

func list(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ListWorkflows(client.WithLimit(1)); err != nil {
		return task.Finding{}, err
	}
	var found []client.WorkflowStatus
	seconds, err := task.Timed(func() (err error) {
		found, err = c.ListWorkflows(selection(t)...)
		for _, workflow := range found {
			if err == nil && !read(t, workflow) {
				err = errors.New("a field is missing")
			}
		}
		return err
	})
	return counted(t, len(found), seconds, err)
}

func walk(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ListWorkflows(client.WithLimit(1)); err != nil {
		return task.Finding{}, err
	}
	rows := 0
	seconds, err := task.Timed(func() error {
		for workflow, err := range c.Workflows(selection(t)...) {
			if err != nil {
				return err
			}
			if read(t, workflow) {
				rows++
			}
		}
		return nil
	})
	return counted(t, rows, seconds, err)
}

// offset lists one page after the other, each behind an offset.
func offset(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ListWorkflows(client.WithLimit(1)); err != nil {
		return task.Finding{}, err
	}
	rows := 0
	seconds, err := task.Timed(func() error {
		for rows < t.Count {
			page, err := c.ListWorkflows(client.WithLimit(min(t.Page, t.Count-rows)), client.WithOffset(rows), client.WithLazyValues())
			if err != nil || len(page) == 0 {
				return err
			}
			for _, workflow := range page {
				if !read(t, workflow) {
					return errors.New("a field is missing")
				}
			}
			rows += len(page)
		}
		return nil
	})
	return counted(t, rows, seconds, err)
}

// read returns true if a workflow has an id, a status and a name, and an input if the task decodes
// inputs.
func read(t task.Task, workflow client.WorkflowStatus) bool {
	return workflow.ID != "" && workflow.Status != "" && workflow.Name != "" && (!t.Decode || decoded(workflow.Input))
}

func decoded(value any) bool {
	encoded, lazy := value.(codec.Encoded)
	return lazy && encoded.Decode() != nil
}

// cold lists a few rows. The harness measures the whole process.
func cold(c client.Client, t task.Task) (task.Finding, error) {
	found, err := c.ListWorkflows(selection(t)...)
	for _, workflow := range found {
		fmt.Println(workflow.ID, workflow.Status, workflow.Name)
	}
	return task.Finding{}, err
}

// counted returns an error instead of a finding about too few rows, which would look fast.
func counted(t task.Task, rows int, seconds float64, err error) (task.Finding, error) {
	if err == nil && rows != t.Count {
		err = fmt.Errorf("%d rows instead of %d", rows, t.Count)
	}
	return task.Finding{Seconds: seconds, Items: rows}, err
}
