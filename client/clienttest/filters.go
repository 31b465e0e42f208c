package clienttest

import (
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// SeedFilters inserts the rows among which the filters of operations.Filters select.
func (b Backend) SeedFilters() {
	b.t.Helper()
	var rows []simulator.Row
	for _, status := range operations.FilterRows() {
		rows = append(rows, simulator.Row{WorkflowStatus: status})
	}
	if err := b.Database.Seed(b.t.Context(), slices.Values(rows)); err != nil {
		b.t.Fatal(err)
	}
	at := operations.FilterRows()[0].CreatedAt.Add(2 * time.Hour).UnixMilli()
	b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, recovery_attempts, created_at, updated_at) VALUES ('bare', NULL, NULL, NULL, :at, :at)",
		map[string]any{"at": at})
}
