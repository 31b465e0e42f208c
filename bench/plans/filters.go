package plans

import (
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// filtering returns lists and walks by each filter that listing leaves out. Where no index has the
// column, the planner is free: it may read the whole table, in several processes.
func filtering(at time.Time) []operation {
	last := at.Add(-2 * time.Hour)
	filters := []struct {
		name   string
		free   bool // no index leads to the rows
		named  bool // few rows match
		filter client.ListWorkflowsOption
	}{
		{"a completion", false, true, client.WithCompletedAfter(last)},
		{"a dequeue", false, true, client.WithDequeuedAfter(last)},
		{"a common prefix", true, false, client.WithWorkflowIDPrefix("a")},
		{"queues", false, false, client.WithQueuesOnly()},
		{"a name", true, false, client.WithName("send_mail")},
		{"names", true, false, client.WithName("send_mail", "take_payment")},
		{"an unknown name", true, false, client.WithName("none")},
		{"a user", true, false, client.WithUser("ann")},
		{"an executor", true, false, client.WithExecutorIDs([]string{"executor-1"})},
		{"a version", true, false, client.WithAppVersion("v1")},
		{"an unknown version", true, false, client.WithAppVersion("none")},
		{"a queue", true, false, client.WithQueueName("orders")},
		{"a hold", true, true, client.WithHeld(true)},
		{"no hold", true, false, client.WithHeld(false)},
		{"a debouncer", true, false, client.WithIsDebounced(true)},
		{"no debouncer", true, false, client.WithIsDebounced(false)},
		{"forks of it", true, false, client.WithWasForkedFrom(true)},
		{"no forks of it", true, false, client.WithWasForkedFrom(false)},
		{"a deduplication id", false, false, client.WithFilterDeduplicationID("key")},
		{"attributes", false, false, client.WithAttributes(map[string]any{"tenant": "acme"})},
		{"a schedule", false, false, client.WithScheduleName("nightly")},
		{"schedules", false, false, client.WithScheduleName("nightly", "weekly")},
		{"no parent", false, false, client.WithHasParent(false)},
		{"no original", false, false, client.WithFilterIsFork(false)},
		{"an application", true, false, client.WithApplicationName("shop")},
		{"a deep offset", false, false, client.WithOffset(5000)},
	}
	var all []operation
	for _, f := range filters {
		for _, o := range []operation{
			list("by "+f.name, f.filter, client.WithLimit(100)),
			list("by "+f.name+", the newest", f.filter, client.WithLimit(100), client.WithSortDesc()),
			walk("by "+f.name, f.filter),
		} {
			o.free, o.named, o.sized = f.free, f.named, f.name == "a common prefix"
			all = append(all, o)
		}
	}
	return all
}
