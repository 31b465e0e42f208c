package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// schedule makes a schedule of tick: a cron text and a context.
func (d *driver) schedule(r request, with options) (any, error) {
	var cron string
	var told any
	if err := r.read(&cron, &told); err != nil {
		return nil, err
	}
	return nil, dbos.CreateSchedule(d.app, dbos.ScheduleSpec{
		ScheduleName: r.Key, Schedule: cron, Workflow: tick, Context: told, QueueName: with.QueueName,
	})
}

// schedules returns the schedules by name: the state and the context as the SDK reads them.
func (d *driver) schedules(request, options) (any, error) {
	list, err := dbos.ListSchedules(d.client)
	found := map[string]any{}
	for _, s := range list {
		found[s.ScheduleName] = map[string]any{"status": s.Status, "context": s.Context}
	}
	return found, err
}

func (d *driver) pause(r request, _ options) (any, error) {
	return nil, dbos.PauseSchedule(d.client, r.Key)
}

func (d *driver) trigger(r request, _ options) (any, error) {
	handle, err := dbos.TriggerSchedule[any](d.client, r.Key)
	if err != nil {
		return nil, err
	}
	return started(handle.GetWorkflowID()), nil
}

// backfill starts the runs between two times, and returns the ids.
func (d *driver) backfill(r request, _ options) (any, error) {
	var from, to time.Time
	if err := r.read(&from, &to); err != nil {
		return nil, err
	}
	return dbos.BackfillSchedule(d.app, r.Key, from, to)
}

func (r request) read(targets ...any) error {
	if len(r.Args) != len(targets) {
		return fmt.Errorf("%s takes %d arguments, not %d", r.Do, len(targets), len(r.Args))
	}
	for i, target := range targets {
		if err := json.Unmarshal(r.Args[i], target); err != nil {
			return err
		}
	}
	return nil
}
