package goclient

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// backfill measures a backfill of a schedule with a tick every minute. The schedule has an owner,
// because the application that made the tables would take up one without an owner.
func backfill(c client.Client, t task.Task) (task.Finding, error) {
	err := c.CreateSchedule(client.ClientScheduleInput{ScheduleName: t.Prefix, WorkflowName: workflow, Schedule: "* * * * *",
		QueueName: t.Prefix, ApplicationName: t.Prefix, SDK: client.SDKGo})
	if err != nil {
		return task.Finding{}, err
	}
	var ids []string
	seconds, err := task.Timed(func() (err error) {
		ids, err = c.BackfillSchedule(t.Prefix, t.From, t.To)
		return err
	})
	if err == nil && len(ids) != t.Count {
		err = fmt.Errorf("%d ticks instead of %d", len(ids), t.Count)
	}
	return task.Finding{Seconds: seconds, Items: len(ids)}, err
}

// delay is the delay of a debounce. It is longer than any measurement, so that no workflow starts.
const delay = time.Hour

// debounce measures calls that replace the input of one workflow that waits.
func debounce(c client.Client, t task.Task) (task.Finding, error) {
	return debounced(c, t, func(int) string { return "key" })
}

// debounceKeys measures calls with a key of their own, each of which makes a workflow.
func debounceKeys(c client.Client, t task.Task) (task.Finding, error) {
	return debounced(c, t, task.Key)
}

// debounced measures calls of Debounce after a first one that is not measured. If all have one key,
// the first one makes the workflow.
func debounced(c client.Client, t task.Task, key func(int) string) (task.Finding, error) {
	d := client.NewDebouncerClient[any, any](workflow, c, client.WithDebouncerQueueName(t.Prefix))
	if _, err := d.Debounce(key(t.Count), delay, input(0)); err != nil {
		return task.Finding{}, err
	}
	return t.Loop(func(i int) error {
		_, err := d.Debounce(key(i), delay, input(i))
		return err
	})
}
