package goclient

import (
	"cmp"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// workflow is the name of every workflow that is enqueued.
const workflow = "process_order"

func input(i int) any {
	return map[string]any{"order": i, "customer": "ann@example.org", "items": []any{1, 2, 3}}
}

func enqueue(c client.Client, t task.Task) (task.Finding, error) {
	one := func(i int) error {
		_, err := c.Enqueue(t.Prefix, workflow, input(i))
		return err
	}
	return t.Parallel(one)
}

func enqueueFirst(c client.Client, t task.Task) (task.Finding, error) {
	return all(t, func([]string) error {
		_, err := c.Enqueue(t.Prefix, cmp.Or(t.Name, workflow), input(0))
		return err
	})
}

func enqueueMany(c client.Client, t task.Task) (task.Finding, error) {
	inputs := make([]any, t.Count)
	for i := range inputs {
		inputs[i] = input(i)
	}
	if _, err := c.EnqueueMany(t.Prefix, workflow, inputs[:task.Few]); err != nil {
		return task.Finding{}, err
	}
	return all(t, func([]string) error {
		_, err := c.EnqueueMany(t.Prefix, workflow, inputs)
		return err
	})
}

// all measures one call for all of the task's workflows.
func all(t task.Task, do func(ids []string) error) (task.Finding, error) {
	ids := t.IDs(t.Count)
	seconds, err := task.Timed(func() error { return do(ids) })
	return task.Finding{Seconds: seconds, Items: t.Count}, err
}

// each measures one call for each of the task's workflows.
func each(t task.Task, do func(id string) error) (task.Finding, error) {
	ids := t.IDs(t.Count)
	return t.Loop(func(i int) error { return do(ids[i]) })
}

func resume(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ResumeWorkflows(t.Spare()); err != nil {
		return task.Finding{}, err
	}
	return all(t, func(ids []string) error {
		_, err := c.ResumeWorkflows(ids)
		return err
	})
}

func resumeEach(c client.Client, t task.Task) (task.Finding, error) {
	if _, err := c.ResumeWorkflows(t.Spare()[:1]); err != nil {
		return task.Finding{}, err
	}
	return each(t, func(id string) error {
		_, err := c.ResumeWorkflow(id)
		return err
	})
}

func cancel(c client.Client, t task.Task) (task.Finding, error) {
	if err := c.CancelWorkflows(t.Spare()); err != nil {
		return task.Finding{}, err
	}
	return all(t, func(ids []string) error { return c.CancelWorkflows(ids) })
}

func cancelEach(c client.Client, t task.Task) (task.Finding, error) {
	if err := c.CancelWorkflow(t.ID(t.Count + 1)); err != nil {
		return task.Finding{}, err
	}
	return each(t, c.CancelWorkflow)
}

// prune deletes what is old, after the look for it.
func prune(c client.Client, t task.Task) (task.Finding, error) {
	return all(t, func([]string) error {
		result, err := c.PruneWorkflows(client.PruneInput{OlderThan: time.Now().Add(-task.Old)})
		if err == nil && result.Deleted != int64(t.Count) {
			err = fmt.Errorf("%v, and not %d", result, t.Count)
		}
		return err
	})
}

// forkStep is the first step that a fork runs again.
const forkStep = 5

func rewind(c client.Client, t task.Task) (task.Finding, error) {
	rewindAll := func(ids []string) error {
		_, err := c.RewindAll(ids, client.WithRewindStartStep(forkStep), client.WithRewindQueue(t.Prefix))
		return err
	}
	if err := rewindAll(t.Spare()); err != nil {
		return task.Finding{}, err
	}
	return all(t, rewindAll)
}

func fork(c client.Client, t task.Task) (task.Finding, error) {
	forkAll := func(ids []string) error {
		forks := make([]client.ForkWorkflowInput, len(ids))
		for i, id := range ids {
			forks[i] = client.ForkWorkflowInput{OriginalWorkflowID: id, StartStep: forkStep, QueueName: t.Prefix}
		}
		_, err := c.ForkWorkflows(forks)
		return err
	}
	if err := forkAll(t.Spare()); err != nil {
		return task.Finding{}, err
	}
	return all(t, forkAll)
}
