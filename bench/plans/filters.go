package plans

import "github.com/dbos-script/dbos-script/client"

// filtering returns lists and walks by each filter that listing leaves out. Where no index has the
// column, the planner is free: it may read the whole table, in several processes.
func filtering() []operation {
	filters := []struct {
		name   string
		free   bool
		filter client.ListWorkflowsOption
	}{
		{"a name", true, client.WithName("send_mail")},
		{"names", true, client.WithName("send_mail", "take_payment")},
		{"an unknown name", true, client.WithName("none")},
		{"a user", true, client.WithUser("ann")},
		{"an executor", true, client.WithExecutorIDs([]string{"executor-1"})},
		{"a version", true, client.WithAppVersion("v1")},
		{"an unknown version", true, client.WithAppVersion("none")},
		{"a queue", true, client.WithQueueName("orders")},
		{"a debouncer", true, client.WithIsDebounced(true)},
		{"no debouncer", true, client.WithIsDebounced(false)},
		{"forks of it", true, client.WithWasForkedFrom(true)},
		{"no forks of it", true, client.WithWasForkedFrom(false)},
		{"a deduplication id", false, client.WithFilterDeduplicationID("key")},
		{"attributes", false, client.WithAttributes(map[string]any{"tenant": "acme"})},
		{"a schedule", false, client.WithScheduleName("nightly")},
		{"schedules", false, client.WithScheduleName("nightly", "weekly")},
		{"no parent", false, client.WithHasParent(false)},
		{"no original", false, client.WithFilterIsFork(false)},
		{"an application", true, client.WithApplicationName("shop")},
		{"a deep offset", false, client.WithOffset(5000)},
	}
	var all []operation
	for _, f := range filters {
		for _, o := range []operation{
			list("by "+f.name, f.filter, client.WithLimit(100)),
			list("by "+f.name+", the newest", f.filter, client.WithLimit(100), client.WithSortDesc()),
			walk("by "+f.name, f.filter),
		} {
			o.free = f.free
			all = append(all, o)
		}
	}
	return all
}
