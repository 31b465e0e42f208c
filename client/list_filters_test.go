package client_test

import (
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// A dry run compares planned rows by the same filters as the database compares its rows.
func TestADryRunSelectsAsTheDatabase(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b.SeedFilters()
		rows, err := b.NewClient().ListWorkflows()
		mustDo(t, err)
		for _, filter := range operations.Filters() {
			if !filter.Selects() {
				continue
			}
			var o client.ListWorkflowsOptions
			filter.Option(&o)
			matching := slices.DeleteFunc(slices.Clone(rows), func(w client.WorkflowStatus) bool { return !client.Matches(o, w) })
			if got := idsOf(matching); got != filter.Want {
				t.Errorf("by %s a dry run selects %q, want %q", filter.Field, got, filter.Want)
			}
		}
	})
}

func idsOf(rows []client.WorkflowStatus) (ids string) {
	for i, w := range rows {
		if i > 0 {
			ids += " "
		}
		ids += w.ID
	}
	return ids
}

// An option that selects workflows is in the table, or written out.
func TestEveryFilterHasACondition(t *testing.T) {
	t.Parallel()
	table, written := client.FilterOptions()
	for _, filter := range operations.Filters() {
		name, _ := filter.Lua()
		if filter.Selects() && !slices.Contains(table, name) && !slices.Contains(written, name) {
			t.Errorf("client/list_filters.go: no line for %s", name)
		}
	}
}
