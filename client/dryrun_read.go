package client

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/poll"
)

// The reads of a dry run return a workflow in the state in which the planned changes leave it. They
// do not wait for a planned workflow, because it never runs.

func (d *dryRun) status(op, id string) (WorkflowStatus, error) {
	if s, _ := d.planned.get(Workflows, id); s.made {
		row := s.planned(id, ListWorkflowsOptions{})
		d.planned.amendMarks(&row)
		return row, nil
	}
	found, err := d.systemClient.status(op, id)
	if err == nil && !d.planned.amend(&found) {
		return WorkflowStatus{}, noSuchWorkflow(op, id)
	}
	return found, err
}

// outcome returns the state of a workflow that a wait does not wait for, because a change of it is
// planned. It returns false if the database is to be asked: also for a workflow that has ended and
// stays as it is.
func (o *overlay) outcome(id string) (*outcome, bool) {
	s, touched := o.get(Workflows, id)
	if !touched || final(s.status) && !s.moved {
		return nil, false
	}
	return &outcome{status: db.Text{String: s.status, Valid: true}}, true
}

func (d *dryRun) await(op, id string, o GetResultOptions) (*outcome, error) {
	if planned, ok := d.planned.outcome(id); ok {
		if planned.status.String != string(WorkflowStatusCancelled) {
			planned.status.String = "" // it has no result, whatever its state would be
		}
		return planned, nil
	}
	return d.systemClient.await(op, id, o)
}

func (d *dryRun) Wait(workflowIDs []string, opts ...WaitOption) ([]Outcome, error) {
	known := map[string]*Outcome{}
	for _, id := range workflowIDs {
		if planned, ok := d.planned.outcome(id); ok {
			o := &Outcome{WorkflowID: id, Status: WorkflowStatusType(planned.status.String), Finished: planned.final()}
			if o.Status == WorkflowStatusCancelled {
				o.Error = planned.failed("get result", id)
			}
			known[id] = o
		}
	}
	return d.wait(workflowIDs, known, apply(opts))
}

func (d *dryRun) GetEvent(targetWorkflowID, key string, timeout time.Duration) (any, error) {
	if _, planned := d.planned.outcome(targetWorkflowID); !planned {
		return d.systemClient.GetEvent(targetWorkflowID, key, timeout)
	}
	e, err := d.awaitEvent(targetWorkflowID, key, 0)
	if errors.Is(err, poll.ErrTimeout) {
		return nil, nil
	}
	return e.value.Decode(), failure(gettingEvent, err)
}

func (d *dryRun) follow(workflowID, key string, o ReadStreamOptions, deliver func(any) bool) (closed bool, err error) {
	if s, _ := d.planned.get(Workflows, workflowID); s.made && o.FromOffset >= 0 {
		return true, nil
	}
	if _, planned := d.planned.outcome(workflowID); planned {
		o.Snapshot = true
	}
	return d.systemClient.follow(workflowID, key, o, deliver)
}

// ListSchedules returns the schedules of the database and the planned ones, with planned changes.
func (d *dryRun) ListSchedules(opts ...ListSchedulesOption) ([]WorkflowSchedule, error) {
	o := apply(opts)
	status := o.Status
	o.Status = nil
	stored, err := d.systemClient.ListSchedules(WithListSchedulesOptions(o))
	if err != nil {
		return stored, err
	}
	list := []WorkflowSchedule{}
	for _, s := range append(stored, d.planned.plannedSchedules()...) {
		plannedState, touched := d.planned.get(Schedules, s.ScheduleName)
		if made := d.planned.schedule(s.ScheduleName); made != nil {
			s = *made
		}
		if touched {
			s.Status = ScheduleStatus(plannedState.status)
		}
		known := slices.ContainsFunc(list, func(l WorkflowSchedule) bool { return l.ScheduleName == s.ScheduleName })
		if !plannedState.gone && !known && selects(status, s.Status) && o.match(s, d.config.AppName) {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b WorkflowSchedule) int { return strings.Compare(a.ScheduleName, b.ScheduleName) })
	return list, nil
}

func (d *dryRun) GetSchedule(scheduleName string) (*WorkflowSchedule, error) {
	found, err := d.systemClient.GetSchedule(scheduleName)
	s, touched := d.planned.get(Schedules, scheduleName)
	if s.gone {
		return nil, err
	}
	if made := d.planned.schedule(scheduleName); made != nil {
		found = made
	}
	if !touched || found == nil {
		return found, err
	}
	amended := *found
	amended.Status = ScheduleStatus(s.status)
	return &amended, err
}

func (d *dryRun) retrieveSchedule(op, name string) (*WorkflowSchedule, error) {
	found, err := d.GetSchedule(name)
	return found, failure(op, err)
}

func (d *dryRun) scheduleNames(op string) ([]string, error) {
	names, err := d.systemClient.scheduleNames(op)
	return d.planned.scheduleNames(names), err
}

// scheduleNames returns the names that exist after the planned changes, in order.
func (o *overlay) scheduleNames(names []string) []string {
	o.lock()
	defer o.mutex.Unlock()
	for name := range o.schedules {
		names = append(names, name)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return o.things[thing{Schedules, name}].gone })
	slices.Sort(names)
	return slices.Compact(names)
}

func (d *dryRun) readRunSource(op, name string, shared bool, also db.Plan) (*runSource, error) {
	if made := d.planned.schedule(name); made != nil {
		return &runSource{schedule: *made}, nil
	}
	if s, _ := d.planned.get(Schedules, name); s.gone {
		return nil, d.noSuchSchedule(op, name)
	}
	return d.systemClient.readRunSource(op, name, shared, also)
}

func (d *dryRun) readRerun(op string, ids []string) (map[string]*rerunState, map[string]rerunFork, error) {
	states, forks, err := d.systemClient.readRerun(op, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, id := range ids {
		if s, touched := d.planned.get(Workflows, id); touched {
			switch {
			case s.gone:
				delete(states, id)
			case states[id] == nil:
				states[id] = &rerunState{status: s.status, queue: s.queue, lastStep: -1, failedStep: -1}
			default:
				states[id].status = s.status
			}
		}
		fork := rerunID(id)
		if s, touched := d.planned.get(Workflows, fork); touched {
			if forks[fork] = (rerunFork{s.status, s.from}); s.gone {
				delete(forks, fork)
			}
		}
	}
	return states, forks, nil
}
