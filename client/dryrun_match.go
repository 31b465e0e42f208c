package client

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/where"
)

// The conditions of a list, for rows that are in no database because a dry run has planned them.

// among returns true if the list is nil or has the value. Empty texts in a list are ignored, and a list
// of these alone selects everything, as in where.Filter.AnyOf.
func among[S ~string](list []S, value S) bool {
	return list == nil || slices.Contains(list, value) && value != "" ||
		len(list) > 0 && !slices.ContainsFunc(list, func(s S) bool { return s != "" })
}

func prefixed(list []string, value string) bool {
	kept := where.WithoutEmpty(list)
	return list == nil || len(list) > 0 && len(kept) == 0 ||
		slices.ContainsFunc(kept, func(prefix string) bool { return strings.HasPrefix(value, prefix) })
}

func flagged(wanted *bool, value bool) bool { return wanted == nil || *wanted == value }

// within returns true if a time is in bounds, of which a zero one is none. A row without the time is in
// no bounds.
func within(t, from, to time.Time) bool {
	if from.IsZero() && to.IsZero() {
		return true
	}
	return !t.IsZero() && !t.Before(from.Truncate(time.Millisecond)) && (to.IsZero() || !t.After(to))
}

// matches returns true if a row matches all conditions.
func (o ListWorkflowsOptions) matches(w WorkflowStatus, app string) bool {
	texts := []struct {
		list  []string
		value string
	}{
		{o.WorkflowIDs, w.ID}, {o.Name, w.Name}, {o.AppVersion, w.ApplicationVersion}, {o.User, w.AuthenticatedUser},
		{o.ExecutorIDs, w.ExecutorID}, {o.ForkedFrom, w.ForkedFrom}, {o.ParentWorkflowID, w.ParentWorkflowID},
		{o.ScheduleName, w.ScheduleName}, {o.ApplicationName, w.ApplicationName},
	}
	for _, text := range texts {
		if !among(text.list, text.value) {
			return false
		}
	}
	return prefixed(o.WorkflowIDPrefix, w.ID) && within(w.CreatedAt, o.createdFrom(), o.createdTo()) &&
		flagged(o.IsFork, w.ForkedFrom != "") && flagged(o.WasForkedFrom, w.WasForkedFrom) &&
		flagged(o.HasParent, w.ParentWorkflowID != "") && flagged(o.IsDebounced, w.IsDebounced) &&
		(o.Attributes == nil || contains(w.Attributes, normal(o.Attributes))) && o.matchesChanging(w) &&
		(o.ApplicationName != nil || o.WorkflowIDs != nil || ownRow(w, app))
}

// matchesChanging returns true if a row matches the conditions on what changes of a dry run may change.
func (o ListWorkflowsOptions) matchesChanging(w WorkflowStatus) bool {
	unfinished := []WorkflowStatusType{WorkflowStatusEnqueued, WorkflowStatusPending, WorkflowStatusDelayed}
	switch {
	case o.QueuesOnly && (w.QueueName == "" || o.Status == nil && !slices.Contains(unfinished, w.Status)):
		return false
	case !within(w.CompletedAt, o.CompletedAfter, o.CompletedBefore) || !within(w.StartedAt, o.DequeuedAfter, o.DequeuedBefore):
		return false
	}
	return among(o.Status, w.Status) && among(o.QueueName, w.QueueName) && among(o.DeduplicationID, w.DeduplicationID)
}

// stable returns the options without the conditions of matchesChanging.
func (o ListWorkflowsOptions) stable() ListWorkflowsOptions {
	o.Status, o.QueueName, o.DeduplicationID, o.QueuesOnly = nil, nil, nil, false
	o.CompletedAfter, o.CompletedBefore, o.DequeuedAfter, o.DequeuedBefore = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return o
}

// normal returns the attributes as they are read from a database.
func normal(attributes map[string]any) map[string]any {
	text, err := codec.EncodeJSON(attributes, "")
	if err != nil {
		return nil
	}
	read, _ := codec.Encoded{Text: text}.Decode().(map[string]any)
	return read
}

// contains returns true if a map has all members of another one, also of the maps in it.
func contains(have, want map[string]any) bool {
	for key, value := range want {
		found, has := have[key]
		inner, isMap := value.(map[string]any)
		held, heldIsMap := found.(map[string]any)
		switch {
		case !has || isMap != heldIsMap:
			return false
		case isMap && !contains(held, inner), !isMap && !reflect.DeepEqual(found, value):
			return false
		}
	}
	return true
}

// match returns true if a schedule matches the conditions on its definition.
func (o ListSchedulesOptions) match(s WorkflowSchedule, app string) bool {
	applications := both(o.ApplicationName, o.ApplicationNames)
	return among(o.WorkflowName, s.WorkflowName) && among(both(o.ScheduleName, o.ScheduleNames), s.ScheduleName) &&
		prefixed(o.ScheduleNamePrefix, s.ScheduleName) && among(applications, s.ApplicationName) &&
		(applications != nil || app == "" || s.ApplicationName == "" || s.ApplicationName == app)
}
