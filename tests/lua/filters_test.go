package lua

import (
	"testing"

	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// Scripts have each filter of a list in each function that takes them.
func TestEveryFilter(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.SeedFilters()
		filters, err := operations.Script(operations.Filters())
		if err != nil {
			t.Fatal(err)
		}
		refused, err := operations.Script(operations.Refused())
		if err != nil {
			t.Fatal(err)
		}
		runScript(t, b, "testdata/filters.lua", filters, refused)
	})
}

// markFilters marks the options that TestEveryFilter passes to the functions.
func (c *coverage) markFilters() {
	for _, filter := range operations.Filters() {
		name, _ := filter.Lua()
		mark(c.keys, "list_workflows", name)
		mark(c.keys, "workflows", name)
		mark(c.keys, "orphans", name)
		if filter.Selects() {
			mark(c.keys, "get_workflow_aggregates", name)
			mark(c.keys, "count", name)
		}
	}
}
