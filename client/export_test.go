package client

import (
	"maps"
	"slices"
	"strings"
)

// PlannedOperations returns the operations that a dry run knows.
func PlannedOperations() []string { return slices.Sorted(maps.Keys(effects)) }

// Matches returns true if a dry run would list a planned row by the options.
func Matches(o ListWorkflowsOptions, w WorkflowStatus) bool { return o.matches(w, "") }

// FilterOptions returns the options of the table of filters, as scripts call them, and the others,
// which are written out beside it.
func FilterOptions() (table, written []string) {
	for _, filter := range listFilters() {
		table = append(table, strings.Split(filter.option, ", ")...)
	}
	return table, []string{"workflow_id_prefix", "status", "start_time", "end_time", "created_after", "created_before", "queues_only", "held", "attributes"}
}
