package plans

import (
	"maps"
	"reflect"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// filtering returns lists and walks by each filter. The values are the ones in the fleet if how
// many rows have them matters, and otherwise the values of operations.Filters.
func filtering(at time.Time) []operation {
	last := at.Add(-2 * time.Hour)
	type filter struct {
		name   string
		option client.ListWorkflowsOption
		named  bool // few rows match
		free   bool // it is read as the planner likes, whatever index has the column
	}
	filters := []filter{
		{name: "a completion", option: client.WithCompletedAfter(last), named: true},
		{name: "a dequeue", option: client.WithDequeuedAfter(last), named: true},
		{name: "a common prefix", option: client.WithWorkflowIDPrefix("a"), free: true},
		{name: "queues", option: client.WithQueuesOnly()},
		{name: "a name", option: client.WithName("send_mail")},
		{name: "names", option: client.WithName("send_mail", "take_payment")},
		{name: "an unknown name", option: client.WithName("none")},
		{name: "a user", option: client.WithUser("ann")},
		{name: "an executor", option: client.WithExecutorIDs([]string{"executor-1"})},
		{name: "a version", option: client.WithAppVersion("v1")},
		{name: "an unknown version", option: client.WithAppVersion("none")},
		{name: "a queue", option: client.WithQueueName("orders")},
		{name: "a hold", option: client.WithHeld(true), named: true, free: true},
		{name: "no hold", option: client.WithHeld(false), free: true},
		{name: "a debouncer", option: client.WithIsDebounced(true)},
		{name: "no debouncer", option: client.WithIsDebounced(false)},
		{name: "forks of it", option: client.WithWasForkedFrom(true)},
		{name: "no forks of it", option: client.WithWasForkedFrom(false)},
		{name: "a deduplication id", option: client.WithFilterDeduplicationID("key")},
		{name: "attributes", option: client.WithAttributes(map[string]any{"tenant": "acme"})},
		{name: "a schedule", option: client.WithScheduleName("nightly")},
		{name: "schedules", option: client.WithScheduleName("nightly", "weekly")},
		{name: "no parent", option: client.WithHasParent(false)},
		{name: "no original", option: client.WithFilterIsFork(false)},
		{name: "an application", option: client.WithApplicationName("shop")},
		{name: "a deep offset", option: client.WithOffset(5000)},
	}
	tried := listedFields()
	for _, f := range filters {
		maps.Copy(tried, fieldsOf(f.option))
	}
	for _, f := range operations.Filters() {
		if f.Selects() && !tried[f.Field] {
			tried[f.Field] = true
			filters = append(filters, filter{name: f.Field, option: f.Option})
		}
	}
	var all []operation
	for _, f := range filters {
		for _, o := range []operation{
			list("by "+f.name, f.option, client.WithLimit(100)),
			list("by "+f.name+", the newest", f.option, client.WithLimit(100), client.WithSortDesc()),
			list("by "+f.name+", one", f.option, client.WithLimit(1)),
			walk("by "+f.name, f.option),
		} {
			o.named, o.free, o.sized = f.named, f.free, o.sized || f.name == "a common prefix"
			all = append(all, o)
		}
	}
	return all
}

// listedFields returns the fields of the filters in listing.
func listedFields() map[string]bool {
	return map[string]bool{"WorkflowIDs": true, "WorkflowIDPrefix": true, "Status": true, "StartTime": true, "EndTime": true,
		"CreatedAfter": true, "CreatedBefore": true, "QueuesOnly": true, "ForkedFrom": true, "ParentWorkflowID": true,
		"CompletedAfter": true, "CompletedBefore": true, "DequeuedAfter": true, "DequeuedBefore": true}
}

// fieldsOf returns the fields of ListWorkflowsOptions that an option sets.
func fieldsOf(option client.ListWorkflowsOption) map[string]bool {
	var o client.ListWorkflowsOptions
	option(&o)
	fields, value := map[string]bool{}, reflect.ValueOf(o)
	for _, field := range reflect.VisibleFields(value.Type()) {
		if field.IsExported() && !value.FieldByIndex(field.Index).IsZero() {
			fields[field.Name] = true
		}
	}
	return fields
}
