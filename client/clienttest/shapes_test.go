package clienttest_test

import (
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/simulator"
	"github.com/dbos-script/dbos-script/client/worker"
)

// split turns the database into one with the payload split of later schemas.
func split(b clienttest.Backend) {
	b.Alter(
		"CREATE TABLE {workflow_input} (workflow_uuid TEXT PRIMARY KEY, inputs TEXT, retention_timestamp BIGINT)",
		"CREATE TABLE {workflow_output} (workflow_uuid TEXT PRIMARY KEY, output TEXT, error TEXT, retention_timestamp BIGINT)",
		"ALTER TABLE {workflow_status} ADD COLUMN creator_xid TEXT",
		"ALTER TABLE {notifications} ADD COLUMN consumed_by_function_id INTEGER",
	)
}

// shrink takes away what came after the oldest schema that clients work with.
func shrink(b clienttest.Backend) {
	if b.Name == "SQLite" {
		b.Alter("DROP INDEX idx_workflow_status_schedule_name", "DROP INDEX uq_application_versions_owner_version",
			"DROP INDEX uq_application_versions_unclaimed_version")
	}
	drop := func(table string, columns ...string) {
		for _, column := range columns {
			b.Alter("ALTER TABLE {" + table + "} DROP COLUMN " + column)
		}
	}
	drop("workflow_status", "attributes", "schedule_name", "debounce_deadline_epoch_ms", "is_debounced", "application_name")
	for _, table := range []string{"operation_outputs", "application_versions", "queues", "workflow_schedules"} {
		drop(table, "application_name")
	}
}

// The same workflow runs the same on the oldest shape and on the newest.
func TestWorkerRunsOnEveryShape(t *testing.T) {
	t.Parallel()
	for name, reshape := range map[string]func(clienttest.Backend){"split": split, "old": shrink} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clienttest.BackendsAt(t, 107, func(t *testing.T, b clienttest.Backend) {
				reshape(b)
				c := b.NewClient()
				w := launched(t, b, map[string]worker.Workflow{"two": twoSteps, "fails": fails, "parent": func(r *worker.Run) (any, error) {
					id, err := r.StartChild("two", "of the child")
					if err != nil {
						return nil, err
					}
					return r.Result(id)
				}})
				enqueue(t, c, "parent", "in", client.WithEnqueueWorkflowID("p"))
				enqueue(t, c, "fails", "in", client.WithEnqueueWorkflowID("f"))
				if b.Database.Has("workflow_input", "inputs") {
					b.Exec("UPDATE {workflow_status} SET inputs = NULL", nil)
				}
				mustDrain(t, w)
				expectSteps(t, b, "p", "0 two child_workflow_id=p-0", "1 DBOS.getResult output=Im9mIHRoZSBjaGlsZCI= error= child_workflow_id=p-0")
				output, failure := payloads(t, b.Workflow("p")["serialization"])
				assertColumns(t, b.Workflow("p"), clienttest.Record{"status": "SUCCESS", "output": output})
				assertColumns(t, b.Workflow("f"), clienttest.Record{"status": "ERROR", "error": failure})
				if b.Database.Has("workflow_output", "output") {
					expectSplit(t, b.Database)
				}
			})
		})
	}
}

// payloads are the result and the error of the workflows above in the codec the client chose.
func payloads(t *testing.T, codecName any) (output, failure string) {
	t.Helper()
	output, err := codec.Encode(codecName.(string), "of the child")
	if err != nil {
		t.Fatal(err)
	}
	failure, err = codec.EncodeError(codecName.(string), &codec.RemoteError{Message: errNoMoney.Error()})
	if err != nil {
		t.Fatal(err)
	}
	return output, failure
}

func fails(*worker.Run) (any, error) { return nil, errNoMoney }

// expectSplit looks into both places of the payloads.
func expectSplit(t *testing.T, d *simulator.Database) {
	t.Helper()
	find := func(table, id string) clienttest.Record {
		rows, err := d.Records(t.Context(), table, "workflow_uuid = :id", map[string]any{"id": id})
		if err != nil || len(rows) != 1 {
			t.Fatalf("%d rows of %s in %s: %v", len(rows), id, table, err)
		}
		return rows[0]
	}
	output, failure := payloads(t, find("workflow_status", "p")["serialization"])
	assertColumns(t, find("workflow_output", "p"), clienttest.Record{"output": output, "error": ""})
	assertColumns(t, find("workflow_output", "f"), clienttest.Record{"error": failure})
	assertColumns(t, find("workflow_input", "p-0"), clienttest.Record{"inputs": "Im9mIHRoZSBjaGlsZCI="})
	child := find("workflow_status", "p-0")
	assertColumns(t, child, clienttest.Record{"inputs": "Im9mIHRoZSBjaGlsZCI=", "owner_xid": nil})
	if child["creator_xid"] == nil {
		t.Error("the child's row does not say who made it")
	}
}
