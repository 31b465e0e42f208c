package client_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// partTables are the tables whose rows belong to workflows, with the column of the owner.
var partTables = map[string]string{
	"workflow_input": "workflow_uuid", "workflow_output": "workflow_uuid", "operation_outputs": "workflow_uuid", "workflow_events": "workflow_uuid",
	"workflow_events_history": "workflow_uuid", "streams": "workflow_uuid", "notifications": "destination_uuid",
}

// pruneAll prunes everything, and dies before SQLite deletes the row numbered BULK_DIES_AT.
func pruneAll() error {
	row, err := strconv.ParseInt(os.Getenv("BULK_DIES_AT"), 10, 64)
	if err != nil {
		return err
	}
	dieAtRow(row)
	c, err := client.NewClient(context.Background(), client.ClientConfig{DatabaseURL: os.Getenv("BULK_URL")})
	if err != nil {
		return err
	}
	_, err = c.PruneWorkflows(client.PruneInput{OlderThan: time.Now(), BatchSize: 3})
	return err
}

// If a prune is killed at any row, each workflow has all of its rows or none.
func TestAPruneOfAKilledProcessLeavesWholeWorkflows(t *testing.T) {
	t.Parallel()
	for _, row := range []int{1, 2, 3, 5, 7, 9, 12, 15, 18, 21, 24, 27, 30, 33, 47, 48, 49, 70, 85} {
		t.Run(strconv.Itoa(row), func(t *testing.T) {
			t.Parallel()
			config := client.ClientConfig{DatabaseURL: "sqlite:" + filepath.Join(t.TempDir(), "system.db"), Create: true}
			open(t, config)
			d, err := simulator.OpenDatabase(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			finishedWorkflows(t, d, 12)
			if err := child(t, "prune", append(bulkEnvironment(config, 0), "BULK_DIES_AT="+strconv.Itoa(row))...).Run(); err == nil {
				t.Fatal("the process has not died")
			}
			ids := ownersIn(t, d, "workflow_status", "workflow_uuid")
			if len(ids)%3 != 0 || len(ids) == 12 && row > 70 {
				t.Errorf("%d workflows are left", len(ids))
			}
			for table, column := range partTables {
				if got := ownersIn(t, d, table, column); fmt.Sprint(got) != fmt.Sprint(ids) {
					t.Errorf("%s has rows of %v, and the workflows are %v", table, got, ids)
				}
			}
		})
	}
}

// finishedWorkflows inserts workflows with a row in each table.
func finishedWorkflows(t *testing.T, d *simulator.Database, count int) {
	t.Helper()
	for i := range count {
		args := map[string]any{"id": fmt.Sprintf("w%02d", i)}
		for _, statement := range []string{
			"{workflow_status} (workflow_uuid, status, completed_at) VALUES (:id, 'SUCCESS', 1)",
			"{workflow_input} (workflow_uuid, inputs) VALUES (:id, '[1]')", "{workflow_output} (workflow_uuid, output) VALUES (:id, '1')",
			"{operation_outputs} (workflow_uuid, function_id, function_name) VALUES (:id, 0, 'step')",
			"{workflow_events} (workflow_uuid, key, value) VALUES (:id, 'k', '1')", "{workflow_events_history} (workflow_uuid, function_id, key, value) VALUES (:id, 0, 'k', '1')",
			"{streams} (workflow_uuid, key, value, \"offset\") VALUES (:id, 'k', '1', 0)", "{notifications} (destination_uuid, message, message_uuid) VALUES (:id, '1', :id)",
		} {
			if _, err := d.Exec(t.Context(), "INSERT INTO "+statement, args); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// ownersIn returns the set of the ids in a column of a table.
func ownersIn(t *testing.T, d *simulator.Database, table, column string) map[any]bool {
	t.Helper()
	rows, err := d.Records(t.Context(), table, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[any]bool{}
	for _, row := range rows {
		ids[row[column]] = true
	}
	return ids
}
