package main

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/dbos-inc/dbos-transact-golang/dbos"
)

// filter holds the filters of a list; the names are the ones of dbos.list_workflows in Lua.
type filter struct {
	WorkflowIDs      []string                  `json:"workflow_ids"`
	WorkflowIDPrefix []string                  `json:"workflow_id_prefix"`
	Status           []dbos.WorkflowStatusType `json:"status"`
	Name             []string                  `json:"name"`
	StartTime        *time.Time                `json:"start_time"`
	EndTime          *time.Time                `json:"end_time"`
	AppVersion       []string                  `json:"app_version"`
	User             []string                  `json:"user"`
	QueueName        []string                  `json:"queue_name"`
	QueuesOnly       bool                      `json:"queues_only"`
	ExecutorIDs      []string                  `json:"executor_ids"`
	ForkedFrom       []string                  `json:"forked_from"`
	WasForkedFrom    *bool                     `json:"was_forked_from"`
	ParentWorkflowID []string                  `json:"parent_workflow_id"`
	HasParent        *bool                     `json:"has_parent"`
	DeduplicationID  []string                  `json:"deduplication_id"`
	CompletedAfter   *time.Time                `json:"completed_after"`
	CompletedBefore  *time.Time                `json:"completed_before"`
	DequeuedAfter    *time.Time                `json:"dequeued_after"`
	DequeuedBefore   *time.Time                `json:"dequeued_before"`
	Attributes       map[string]any            `json:"attributes"`
	ScheduleName     []string                  `json:"schedule_name"`
	IsDebounced      *bool                     `json:"is_debounced"`
	IsFork           *bool                     `json:"is_fork"`
	ApplicationName  []string                  `json:"application_name"`
	Limit            *int                      `json:"limit"`
	Offset           *int                      `json:"offset"`
	SortDesc         bool                      `json:"sort_desc"`
}

func (f filter) options() []dbos.ListWorkflowsOption {
	chosen := []dbos.ListWorkflowsOption{dbos.WithFilterLoadInput(true), dbos.WithFilterLoadOutput(true)}
	for _, list := range []struct {
		values []string
		option func(...string) dbos.ListWorkflowsOption
	}{
		{f.WorkflowIDs, dbos.WithFilterWorkflowIDs}, {f.WorkflowIDPrefix, dbos.WithFilterWorkflowIDPrefix}, {f.Name, dbos.WithFilterName},
		{f.AppVersion, dbos.WithFilterAppVersion}, {f.User, dbos.WithFilterUser}, {f.QueueName, dbos.WithFilterQueueName},
		{f.ExecutorIDs, dbos.WithFilterExecutorIDs}, {f.ForkedFrom, dbos.WithFilterForkedFrom}, {f.ScheduleName, dbos.WithFilterScheduleName},
		{f.ParentWorkflowID, dbos.WithFilterParentWorkflowID}, {f.DeduplicationID, dbos.WithFilterDeduplicationID},
		{f.ApplicationName, dbos.WithFilterApplicationName},
	} {
		if list.values != nil {
			chosen = append(chosen, list.option(list.values...))
		}
	}
	chosen = append(chosen, one(f.StartTime, dbos.WithFilterCreatedAfter)...)
	chosen = append(chosen, one(f.EndTime, dbos.WithFilterCreatedBefore)...)
	chosen = append(chosen, one(f.CompletedAfter, dbos.WithFilterCompletedAfter)...)
	chosen = append(chosen, one(f.CompletedBefore, dbos.WithFilterCompletedBefore)...)
	chosen = append(chosen, one(f.DequeuedAfter, dbos.WithFilterDequeuedAfter)...)
	chosen = append(chosen, one(f.DequeuedBefore, dbos.WithFilterDequeuedBefore)...)
	chosen = append(chosen, one(f.WasForkedFrom, dbos.WithFilterWasForkedFrom)...)
	chosen = append(chosen, one(f.HasParent, dbos.WithFilterHasParent)...)
	chosen = append(chosen, one(f.IsDebounced, dbos.WithFilterIsDebounced)...)
	chosen = append(chosen, one(f.Limit, dbos.WithFilterLimit)...)
	chosen = append(chosen, one(f.Offset, dbos.WithFilterOffset)...)
	if f.Status != nil {
		chosen = append(chosen, dbos.WithFilterStatus(f.Status...))
	}
	if f.Attributes != nil {
		chosen = append(chosen, dbos.WithFilterAttributes(f.Attributes))
	}
	if f.QueuesOnly {
		chosen = append(chosen, dbos.WithFilterQueuesOnly())
	}
	if f.SortDesc {
		chosen = append(chosen, dbos.WithFilterSortDesc())
	}
	return chosen
}

// one returns the option for a value, if there is one.
func one[T any](value *T, option func(T) dbos.ListWorkflowsOption) []dbos.ListWorkflowsOption {
	if value == nil {
		return nil
	}
	return []dbos.ListWorkflowsOption{option(*value)}
}

// list returns the workflows that match a filter, with the names of their fields in Lua, and times
// in milliseconds.
func (d *driver) list(r request, _ options) (any, error) {
	var f filter
	decoder := json.NewDecoder(bytes.NewReader(r.Options))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, err
	}
	chosen := f.options()
	if f.IsFork != nil {
		option, err := isFork(*f.IsFork)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, option)
	}
	workflows, err := dbos.ListWorkflows(d.client, chosen...)
	found := []any{}
	for _, wf := range workflows {
		found = append(found, map[string]any{
			"id": wf.ID, "status": wf.Status, "name": wf.Name, "class_name": wf.ClassName, "authenticated_user": wf.AuthenticatedUser,
			"executor_id": wf.ExecutorID, "application_version": wf.ApplicationVersion, "attempts": wf.Attempts, "queue_name": wf.QueueName,
			"deduplication_id": wf.DeduplicationID, "priority": wf.Priority, "forked_from": wf.ForkedFrom, "was_forked_from": wf.WasForkedFrom,
			"parent_workflow_id": wf.ParentWorkflowID, "schedule_name": wf.ScheduleName, "application_name": wf.ApplicationName,
			"created_at": millis(wf.CreatedAt), "updated_at": millis(wf.UpdatedAt), "started_at": millis(wf.StartedAt),
			"completed_at": millis(wf.CompletedAt), "delay_until": millis(wf.DelayUntil), "deadline": millis(wf.Deadline),
			"serialization": wf.Serialization, "input": wf.Input, "output": wf.Output, "error": message(wf.Error),
		})
	}
	return found, err
}

func millis(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
