package main

import (
	"cmp"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

const workflow = "process_order"

// order is the input of every enqueued workflow.
type order struct {
	Order    int    `json:"order"`
	Customer string `json:"customer"`
	Items    []int  `json:"items"`
}

func input(i int) order { return order{i, "ann@example.org", []int{1, 2, 3}} }

func (p program) enqueueOne(i int) error {
	_, err := dbos.Enqueue[any](p.client, p.task.Prefix, cmp.Or(p.task.Name, workflow), input(i))
	return err
}

func (p program) enqueue() error {
	if err := p.enqueueOne(0); err != nil {
		return err
	}
	return p.task.loop(p.enqueueOne)
}

func (p program) enqueueFirst() error {
	return p.task.once(func() error { return p.enqueueOne(0) })
}

// enqueueMany goes one by one, because the client has no call for many.
func (p program) enqueueMany() error {
	if err := spread(warmUps, p.enqueueOne); err != nil {
		return err
	}
	return p.task.once(func() error { return spread(p.task.Count, p.enqueueOne) })
}

// set measures a call about all workflows of the task, after the same about its spare ones.
func (p program) set(call func(ids []string) error) error {
	if err := call(p.task.spare()); err != nil {
		return err
	}
	ids := p.task.ids()
	return p.task.once(func() error { return call(ids) })
}

// each measures a call about each workflow, after one about a spare one.
func (p program) each(call func(id string) error) error {
	if err := call(p.task.id(p.task.Count + 1)); err != nil {
		return err
	}
	ids := p.task.ids()
	return p.task.loop(func(i int) error { return call(ids[i]) })
}

func (p program) resume() error {
	return p.set(func(ids []string) error {
		_, err := dbos.ResumeWorkflows[any](p.client, ids)
		return err
	})
}

func (p program) resumeEach() error {
	return p.each(func(id string) error {
		_, err := dbos.ResumeWorkflow[any](p.client, id)
		return err
	})
}

func (p program) cancel() error {
	return p.set(func(ids []string) error { return dbos.CancelWorkflows(p.client, ids) })
}

func (p program) cancelEach() error {
	return p.each(func(id string) error { return dbos.CancelWorkflow(p.client, id) })
}

// forkStep is the first step that a fork runs again.
const forkStep = 5

func (p program) fork() error {
	return p.set(func(ids []string) error {
		specs := make([]dbos.ForkWorkflowSpec, len(ids))
		for i, id := range ids {
			specs[i] = dbos.ForkWorkflowSpec{OriginalWorkflowID: id, StartStep: forkStep}
		}
		_, err := dbos.ForkWorkflows[any](p.client, dbos.ForkWorkflowsInput{Workflows: specs, QueueName: p.task.Prefix})
		return err
	})
}

// rewind goes one by one, because the client has no call for many.
func (p program) rewind() error {
	return p.set(func(ids []string) error {
		return spread(len(ids), func(i int) error {
			_, err := dbos.RewindWorkflow[any](p.client, ids[i], dbos.WithRewindStartStep(forkStep), dbos.WithRewindQueue(p.task.Prefix))
			return err
		})
	})
}

func (p program) backfill() error {
	err := dbos.CreateSchedule(p.client, dbos.ScheduleSpec{ScheduleName: p.task.Prefix, WorkflowName: workflow, Schedule: "0 * * * * *", QueueName: p.task.Prefix})
	if err != nil {
		return err
	}
	return p.task.once(func() error {
		ids, err := dbos.BackfillSchedule(p.client, p.task.Prefix, p.task.From, p.task.To)
		return counted(p.task.Count, len(ids), err)
	})
}

// delay is longer than any measurement.
const delay = time.Hour

func (p program) debounce() error { return p.debounced(func(int) string { return "key" }) }

func (p program) debounceKeys() error { return p.debounced(key) }

func (p program) debounced(key func(int) string) error {
	d := dbos.NewDebouncerClient[any, order](workflow, p.client, dbos.WithDebouncerQueue(p.task.Prefix))
	if _, err := d.Debounce(key(p.task.Count), delay, input(0)); err != nil {
		return err
	}
	return p.task.loop(func(i int) error {
		_, err := d.Debounce(key(i), delay, input(i))
		return err
	})
}
