package operations

import (
	"encoding/json"
	"errors"
	"reflect"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// A Filter is a list by one option, and the workflows of FilterRows and "bare" that it selects. An
// option that is added to ListWorkflowsOptions gets one here. Lists, walks, counts, batches, dry
// runs, query plans, Lua functions and the official clients are tried with all of them.
type Filter struct {
	// Field is the field of ListWorkflowsOptions.
	Field  string
	Option client.ListWorkflowsOption
	// Want are the ids, oldest first, with blanks between them.
	Want string
	// Ours is true if no client of an SDK has the filter.
	Ours bool
}

// Lua returns the option as scripts write it: a name, and a value as JSON. The name is "" if
// scripts do not have the option.
func (f Filter) Lua() (name string, value any) {
	var o client.ListWorkflowsOptions
	f.Option(&o)
	field, _ := reflect.TypeOf(o).FieldByName(f.Field)
	if name = field.Tag.Get("json"); name == "-" {
		return "", nil
	}
	return name, reflect.ValueOf(o).FieldByIndex(field.Index).Interface()
}

// Selects returns false if the option only chooses a page, an order, or the columns.
func (f Filter) Selects() bool {
	switch f.Field {
	case "Limit", "Offset", "SortDesc", "LoadInput", "LoadOutput", "LoadProgress", "PageSize", "Lazy":
		return false
	}
	return true
}

// Script returns the filters that scripts have, as JSON.
func Script(filters []Filter) (string, error) {
	type one struct {
		Field   string         `json:"field"`
		Options map[string]any `json:"options"`
		Want    string         `json:"want"`
		Selects bool           `json:"selects"`
	}
	var list []one
	for _, f := range filters {
		if name, value := f.Lua(); name != "" {
			list = append(list, one{f.Field, map[string]any{name: value}, f.Want, f.Selects()})
		}
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// FilterRows are two workflows that differ in every column, "hit" and "miss". Tests insert "bare"
// after them, two hours after the first, in which every column is NULL that can be.
func FilterRows() []client.WorkflowStatus {
	at := func(seconds int) time.Time { return time.Date(2026, 2, 1, 0, 0, seconds, 0, time.UTC) }
	shift := func(seconds int) time.Time { return at(seconds).Add(time.Hour) }
	return []client.WorkflowStatus{
		{
			ID: "hit", Status: "ERROR", Name: "name", AuthenticatedUser: "user", AssumedRole: "role", AuthenticatedRoles: []string{"a", "b"},
			Output: "out", Error: errors.New("failed"), ExecutorID: "ex", CreatedAt: at(1), UpdatedAt: at(2), ApplicationVersion: "v1",
			ApplicationID: "app", Attempts: 3, QueueName: "q", Timeout: time.Minute, Deadline: at(3), StartedAt: at(4), DeduplicationID: "d",
			Input: []any{"x", nil}, Priority: 5, QueuePartitionKey: "part", ForkedFrom: "from", WasForkedFrom: true, ParentWorkflowID: "parent",
			CompletedAt: at(5), ClassName: "Class", ConfigName: "config", DelayUntil: at(6), Attributes: map[string]any{"k": "v"},
			ScheduleName: "schedule", DebounceDeadline: at(7), IsDebounced: true, ApplicationName: "owner",
		},
		{
			ID: "miss", Status: "PENDING", Name: "Name", AuthenticatedUser: "User", ExecutorID: "EX", CreatedAt: shift(1), UpdatedAt: shift(2),
			ApplicationVersion: "V1", QueueName: "Q", StartedAt: shift(4), DeduplicationID: "D", ForkedFrom: "From", CompletedAt: shift(5),
			Attributes: map[string]any{"k": "w", "deep": map[string]any{"a": 1}}, ScheduleName: "Schedule", ApplicationName: "Owner",
			ParentWorkflowID: "Parent",
		},
	}
}

// Filters returns the filters, at least one for each option.
func Filters() []Filter {
	at := func(seconds int) time.Time { return time.Date(2026, 2, 1, 0, 0, seconds, 999_999, time.UTC) }
	hour := at(1).Add(time.Hour)
	return []Filter{
		{Field: "WorkflowIDs", Option: client.WithWorkflowIDs([]string{"hit"}), Want: "hit"},
		{Field: "WorkflowIDs", Option: client.WithWorkflowIDs([]string{"hit", "miss", "other"}), Want: "hit miss"},
		{Field: "WorkflowIDPrefix", Option: client.WithWorkflowIDPrefix("hi", "ba"), Want: "hit bare"},
		{Field: "WorkflowIDPrefix", Option: client.WithWorkflowIDPrefix("H"), Want: ""},
		{Field: "Status", Option: client.WithStatus([]client.WorkflowStatusType{"ERROR"}), Want: "hit"},
		{Field: "Status", Option: client.WithStatus([]client.WorkflowStatusType{"ERROR", "PENDING"}), Want: "hit miss"},
		{Field: "Name", Option: client.WithName("name"), Want: "hit"},
		{Field: "Name", Option: client.WithName("name", "Name"), Want: "hit miss"},
		{Field: "StartTime", Option: client.WithStartTime(at(1)), Want: "hit miss bare"},
		{Field: "StartTime", Option: client.WithStartTime(hour), Want: "miss bare"},
		{Field: "EndTime", Option: client.WithEndTime(at(1)), Want: "hit"},
		{Field: "CreatedAfter", Option: client.WithFilterCreatedAfter(at(1)), Want: "hit miss bare"},
		{Field: "CreatedBefore", Option: client.WithFilterCreatedBefore(at(1)), Want: "hit"},
		{Field: "AppVersion", Option: client.WithAppVersion("v1"), Want: "hit"},
		{Field: "User", Option: client.WithUser("user"), Want: "hit"},
		{Field: "QueueName", Option: client.WithQueueName("q"), Want: "hit"},
		{Field: "QueuePartitionKey", Option: client.WithFilterQueuePartitionKey("part"), Want: "hit", Ours: true},
		{Field: "QueuesOnly", Option: client.WithQueuesOnly(), Want: "miss"},
		{Field: "ExecutorIDs", Option: client.WithExecutorIDs([]string{"ex"}), Want: "hit"},
		{Field: "ForkedFrom", Option: client.WithForkedFrom("from"), Want: "hit"},
		{Field: "IsFork", Option: client.WithFilterIsFork(true), Want: "hit miss"},
		{Field: "IsFork", Option: client.WithFilterIsFork(false), Want: "bare"},
		{Field: "WasForkedFrom", Option: client.WithWasForkedFrom(true), Want: "hit"},
		{Field: "WasForkedFrom", Option: client.WithWasForkedFrom(false), Want: "miss bare"},
		{Field: "ParentWorkflowID", Option: client.WithParentWorkflowID("parent"), Want: "hit"},
		{Field: "HasParent", Option: client.WithHasParent(true), Want: "hit miss"},
		{Field: "HasParent", Option: client.WithHasParent(false), Want: "bare"},
		{Field: "DeduplicationID", Option: client.WithFilterDeduplicationID("d"), Want: "hit"},
		{Field: "CompletedAfter", Option: client.WithCompletedAfter(at(5)), Want: "hit miss"},
		{Field: "CompletedAfter", Option: client.WithCompletedAfter(at(6)), Want: "miss"},
		{Field: "CompletedBefore", Option: client.WithCompletedBefore(at(5)), Want: "hit"},
		{Field: "DequeuedAfter", Option: client.WithDequeuedAfter(at(5)), Want: "miss"},
		{Field: "DequeuedBefore", Option: client.WithDequeuedBefore(at(4)), Want: "hit"},
		{Field: "Attributes", Option: client.WithAttributes(map[string]any{"k": "v"}), Want: "hit"},
		{Field: "Attributes", Option: client.WithAttributes(map[string]any{"k": "w", "deep": map[string]any{"a": 1}}), Want: "miss"},
		{Field: "Attributes", Option: client.WithAttributes(map[string]any{}), Want: "hit miss"},
		{Field: "ScheduleName", Option: client.WithScheduleName("schedule"), Want: "hit"},
		{Field: "ApplicationName", Option: client.WithApplicationName("owner"), Want: "hit"},
		{Field: "IsDebounced", Option: client.WithIsDebounced(true), Want: "hit"},
		{Field: "IsDebounced", Option: client.WithIsDebounced(false), Want: "miss bare"},
		{Field: "Held", Option: client.WithHeld(true), Want: "", Ours: true},
		{Field: "Held", Option: client.WithHeld(false), Want: "hit miss bare", Ours: true},
		{Field: "Limit", Option: client.WithLimit(2), Want: "hit miss"},
		{Field: "Limit", Option: client.WithLimit(0), Want: ""},
		{Field: "Offset", Option: client.WithOffset(1), Want: "miss bare"},
		{Field: "Offset", Option: client.WithOffset(9), Want: ""},
		{Field: "SortDesc", Option: client.WithSortDesc(), Want: "bare miss hit"},
		{Field: "LoadInput", Option: client.WithLoadInput(true), Want: "hit miss bare"},
		{Field: "LoadOutput", Option: client.WithLoadOutput(true), Want: "hit miss bare"},
		{Field: "LoadProgress", Option: client.WithLoadProgress(true), Want: "hit miss bare", Ours: true},
		{Field: "PageSize", Option: client.WithPageSize(1), Want: "hit miss bare"},
		{Field: "Lazy", Option: client.WithLazyValues(), Want: "hit miss bare"},
	}
}

// Refused returns options with values that are InvalidOption, wherever lists are selected.
func Refused() []Filter {
	return []Filter{
		{Field: "Limit", Option: client.WithLimit(-1)},
		{Field: "Offset", Option: client.WithOffset(-1)},
	}
}
