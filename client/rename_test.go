package client_test

import (
	"fmt"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// ownedTables are the tables whose rows a rename moves.
var ownedTables = []string{"queues", "workflow_schedules", "application_versions", "workflow_status", "operation_outputs"}

// rowsOfApplications inserts a row of each table for "shop", for "mall" and for nobody, and five
// ended workflows for each.
func rowsOfApplications(b clienttest.Backend) {
	for i, owner := range []any{"shop", "mall", nil} {
		args := map[string]any{"id": fmt.Sprint(i), "owner": owner}
		b.Exec("INSERT INTO {queues} (queue_id, name, application_name) VALUES (:id, :id, :owner)", args)
		b.Exec(`INSERT INTO {workflow_schedules} (schedule_id, schedule_name, workflow_name, schedule, context, cron_timezone, application_name)
			VALUES (:id, :id, 'w', '* * * * * *', 'null', 'UTC', :owner)`, args)
		b.Exec(registerVersion, map[string]any{"name": "v" + fmt.Sprint(i), "owner": owner, "at": int64(1)})
		for n := range 6 {
			args["workflow"], args["status"] = fmt.Sprintf("%d-%d", i, n), "SUCCESS"
			if n == 0 {
				args["status"] = "ENQUEUED"
			}
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, name, status, application_name, created_at, updated_at)
				VALUES (:workflow, 'w', :status, :owner, 1, 1)`, map[string]any{"workflow": args["workflow"], "status": args["status"], "owner": owner})
			b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, application_name) VALUES (:workflow, 1, 's', :owner), (:workflow, 2, 's', :owner)`,
				map[string]any{"workflow": args["workflow"], "owner": owner})
		}
	}
}

// owned counts the rows of an application; of nobody, if it is "".
func owned(b clienttest.Backend, application string) (n int) {
	for _, table := range ownedTables {
		n += len(b.Rows(table, "COALESCE(application_name, '') = :owner", map[string]any{"owner": application}))
	}
	return n
}

// A rename moves the rows of one application, in batches of any size, and leaves the others alone.
func TestARenameMovesTheRowsOfAnApplication(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		rowsOfApplications(b)
		const each = 3 + 6 + 12
		want := client.ApplicationRowCounts{Queues: 1, Schedules: 1, Versions: 1, Workflows: 6, Steps: 12}
		dry, err := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true }).RenameApplication(client.RenameApplicationInput{OldName: "shop", NewName: "store"})
		if mustDo(t, err); dry != want || owned(b, "shop") != each {
			t.Errorf("a dry run counts %+v, and leaves %d rows", dry, owned(b, "shop"))
		}
		c := b.NewClient()
		moved, err := c.RenameApplication(client.RenameApplicationInput{OldName: "shop", NewName: "store", BatchSize: 2})
		if mustDo(t, err); moved != want {
			t.Errorf("moved are %+v, want %+v", moved, want)
		}
		if shop, store, mall, nobody := owned(b, "shop"), owned(b, "store"), owned(b, "mall"), owned(b, ""); shop != 0 || store != each || mall != each || nobody != each {
			t.Errorf("afterwards %d of shop, %d of store, %d of mall, %d of nobody", shop, store, mall, nobody)
		}
		again, err := c.RenameApplication(client.RenameApplicationInput{OldName: "shop", NewName: "store"})
		if mustDo(t, err); again != (client.ApplicationRowCounts{}) {
			t.Errorf("a repeated call moves %+v", again)
		}
		_, err = c.RenameApplication(client.RenameApplicationInput{OldName: "mal", NewName: "new"})
		fails(t, err, client.NonExistentApplication, `no row belongs to an application "mal" (did you mean "mall"?)`)

		_, err = c.RenameApplication(client.RenameApplicationInput{NewName: "store", AdoptUnclaimed: true, BatchSize: 1})
		if mustDo(t, err); owned(b, "") != 0 || owned(b, "store") != 2*each || owned(b, "mall") != each {
			t.Errorf("after the adoption %d of nobody, %d of store, %d of mall", owned(b, ""), owned(b, "store"), owned(b, "mall"))
		}
	})
}

func TestARenameRefuses(t *testing.T) {
	t.Parallel()
	c := clienttest.On(t, "SQLite").NewClient()
	for text, input := range map[string]client.RenameApplicationInput{
		"has no new name":             {OldName: "a"},
		"nothing is to move":          {NewName: "b"},
		`has the name "a" already`:    {OldName: "a", NewName: "a"},
		"the batch size -1 is negati": {OldName: "a", NewName: "b", BatchSize: -1},
	} {
		_, err := c.RenameApplication(input)
		fails(t, err, client.InvalidOption, text)
	}
}

// A workflow that a client enqueues after a rename belongs to the application under its new name.
func TestARenameIsNoticedAtOnce(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	rowsOfApplications(b)
	c := b.NewClient(ofGo)
	for _, owner := range []string{"shop", "store"} {
		handle, err := c.Enqueue("0", "w", 1)
		mustDo(t, err)
		holds(t, b.Workflow(handle.GetWorkflowID()), clienttest.Record{"application_name": owner})
		_, err = c.RenameApplication(client.RenameApplicationInput{OldName: "shop", NewName: "store"})
		mustDo(t, err)
	}
}
