package clienttest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// withRuns makes the tables for durable runs.
func withRuns(c *client.ClientConfig) { c.CreateRuns = true }

// addRuns makes the tables for durable runs, for all who use the back end from now on.
func addRuns(b clienttest.Backend) {
	b.NewClient(withRuns)
	b.Alter() // reads the tables again
}

func runTableNames(t *testing.T, c client.Client) (names []string) {
	t.Helper()
	info, err := c.Info()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range info.RunTables {
		names = append(names, table.Name)
		if table.Version != 3 || table.Count != 0 {
			t.Errorf("%s has %d rows at version %d", table.Name, table.Count, table.Version)
		}
	}
	return names
}

// Nothing but CreateRuns makes the tables, which lie beside those of DBOS and change none of them.
func TestRunTablesAreMadeOnRequestAlone(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		if names := runTableNames(t, b.NewClient()); len(names) > 0 {
			t.Errorf("nobody asked for %v", names)
		}
		before := b.Database.Shape().Columns("workflow_status")
		names := runTableNames(t, b.NewClient(withRuns))
		kinds := []string{"executors", "sources", "policies", "bulks", "bulk_pages"}
		if len(names) != len(kinds) {
			t.Fatalf("the tables are %v", names)
		}
		for i, kind := range kinds {
			prefix := "dbos_script_"
			if b.Name != "SQLite" && b.Name != "SQLite107" {
				prefix = b.Config().DatabaseSchema + "_script."
			}
			if names[i] != prefix+kind {
				t.Errorf("table %d is %s, want %s%s", i, names[i], prefix, kind)
			}
		}
		again := b.NewClient(withRuns)
		if info, err := again.Info(); err != nil || info.CreatedRuns {
			t.Errorf("made a second time: %v, %v", info.CreatedRuns, err)
		}
		database, err := simulator.OpenDatabase(t.Context(), b.Config())
		if err != nil {
			t.Fatal(err)
		}
		defer database.Close()
		if after := database.Shape().Columns("workflow_status"); !slices.Equal(before, after) {
			t.Errorf("workflow_status has %v", after)
		}
		if !database.Has("dbos_script_executors", "beat") {
			t.Error("an executor has no beat")
		}
	})
}

func TestRunTablesAreNotMadeReadOnly(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		config := b.Config()
		config.CreateRuns, config.ReadOnly = true, true
		if _, err := client.NewClient(t.Context(), config); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Errorf("a read-only client made tables: %v", err)
		}
	})
}
