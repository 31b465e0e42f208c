package goclient

import (
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/bench/task"
	"github.com/dbos-script/dbos-script/client"
)

// backfill goes over a schedule with a tick every minute. The schedule has an owner, because the
// application that made the tables would load one that nobody owns.
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

// delay is longer than any measurement.
const delay = time.Hour

// debounce bounces one key again and again.
func debounce(c client.Client, t task.Task) (task.Finding, error) {
	return debounced(c, t, func(int) string { return "key" })
}

// debounceKeys begins a group for each of many keys.
func debounceKeys(c client.Client, t task.Task) (task.Finding, error) {
	return debounced(c, t, task.Key)
}

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
