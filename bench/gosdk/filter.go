package main

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// filter holds the filters of the benchmark's lists, with their names in Lua.
type filter struct {
	Prefix         string         `json:"workflow_id_prefix"`
	Status         []string       `json:"status"`
	Name           string         `json:"name"`
	User           string         `json:"user"`
	Version        string         `json:"app_version"`
	Queue          string         `json:"queue_name"`
	QueuesOnly     bool           `json:"queues_only"`
	Executor       string         `json:"executor_ids"`
	Schedule       string         `json:"schedule_name"`
	Application    string         `json:"application_name"`
	Parent         string         `json:"parent_workflow_id"`
	HasParent      bool           `json:"has_parent"`
	Debounced      bool           `json:"is_debounced"`
	Forked         bool           `json:"was_forked_from"`
	Attributes     map[string]any `json:"attributes"`
	Start          time.Time      `json:"start_time"`
	End            time.Time      `json:"end_time"`
	CompletedAfter time.Time      `json:"completed_after"`
	DequeuedAfter  time.Time      `json:"dequeued_after"`
	Offset         int            `json:"offset"`
	SortDesc       bool           `json:"sort_desc"`
}

func filterOptions(text string) ([]dbos.ListWorkflowsOption, error) {
	var f filter
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, err
	}
	var chosen []dbos.ListWorkflowsOption
	add := func(given bool, option dbos.ListWorkflowsOption) {
		if given {
			chosen = append(chosen, option)
		}
	}
	states := make([]dbos.WorkflowStatusType, len(f.Status))
	for i, state := range f.Status {
		states[i] = dbos.WorkflowStatusType(state)
	}
	add(len(states) > 0, dbos.WithFilterStatus(states...))
	for _, one := range []struct {
		value  string
		option func(...string) dbos.ListWorkflowsOption
	}{
		{f.Prefix, dbos.WithFilterWorkflowIDPrefix}, {f.Name, dbos.WithFilterName}, {f.User, dbos.WithFilterUser},
		{f.Version, dbos.WithFilterAppVersion}, {f.Queue, dbos.WithFilterQueueName}, {f.Executor, dbos.WithFilterExecutorIDs},
		{f.Schedule, dbos.WithFilterScheduleName}, {f.Application, dbos.WithFilterApplicationName}, {f.Parent, dbos.WithFilterParentWorkflowID},
	} {
		add(one.value != "", one.option(one.value))
	}
	for _, one := range []struct {
		value  time.Time
		option func(time.Time) dbos.ListWorkflowsOption
	}{
		{f.Start, dbos.WithFilterCreatedAfter}, {f.End, dbos.WithFilterCreatedBefore},
		{f.CompletedAfter, dbos.WithFilterCompletedAfter}, {f.DequeuedAfter, dbos.WithFilterDequeuedAfter},
	} {
		add(!one.value.IsZero(), one.option(one.value))
	}
	add(f.QueuesOnly, dbos.WithFilterQueuesOnly())
	add(f.HasParent, dbos.WithFilterHasParent(true))
	add(f.Debounced, dbos.WithFilterIsDebounced(true))
	add(f.Forked, dbos.WithFilterWasForkedFrom(true))
	add(f.Attributes != nil, dbos.WithFilterAttributes(f.Attributes))
	add(f.Offset > 0, dbos.WithFilterOffset(f.Offset))
	add(f.SortDesc, dbos.WithFilterSortDesc())
	return chosen, nil
}
