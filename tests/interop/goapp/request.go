package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// A request is one thing to do. Key names a schedule; Args depend on Do.
type request struct {
	ID   int               `json:"id"`
	Do   string            `json:"do"`
	Key  string            `json:"key"`
	Args []json.RawMessage `json:"args"`
}

func (r request) do(app dbos.Context) (any, error) {
	switch r.Do {
	case "start":
		return r.start(app)
	case "schedule":
		return nil, r.schedule(app)
	case "schedules":
		return schedules(app)
	case "backfill":
		return r.backfill(app)
	}
	return nil, fmt.Errorf("no request %q", r.Do)
}

// start runs echo with the first argument, and returns what it returns.
func (r request) start(app dbos.Context) (any, error) {
	var input map[string]any
	if err := r.read(&input); err != nil {
		return nil, err
	}
	handle, err := dbos.RunWorkflow(app, echo, input)
	if err != nil {
		return nil, err
	}
	return handle.GetResult()
}

// schedule makes a schedule of tick: a cron text and a context.
func (r request) schedule(app dbos.Context) error {
	var cron string
	var told any
	if err := r.read(&cron, &told); err != nil {
		return err
	}
	return dbos.CreateSchedule(app, dbos.ScheduleSpec{ScheduleName: r.Key, Schedule: cron, Workflow: tick, Context: told})
}

// schedules returns the schedules by name: the state and the context as the SDK reads them.
func schedules(app dbos.Context) (any, error) {
	list, err := dbos.ListSchedules(app)
	found := map[string]any{}
	for _, s := range list {
		found[s.ScheduleName] = map[string]any{"status": s.Status, "context": s.Context}
	}
	return found, err
}

// backfill starts the runs between two times, and returns the ids.
func (r request) backfill(app dbos.Context) (any, error) {
	var from, to time.Time
	if err := r.read(&from, &to); err != nil {
		return nil, err
	}
	return dbos.BackfillSchedule(app, r.Key, from, to)
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
