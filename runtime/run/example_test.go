package run_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/runtime/run"
)

// cancelWaiting is a runbook. It cancels the workflows of a name that no executor has begun.
const cancelWaiting = `
local params = args.declare{workflow = {type = "string", required = true, doc = "the name"}}
local waiting = dbos.list_workflows{name = params.workflow, status = "ENQUEUED"}
for _, wf in ipairs(waiting) do
  dbos.cancel_workflow(wf.id)
  emit{id = wf.id, status = dbos.retrieve_workflow(wf.id):get_status().status}
end
`

// shop makes a system database with three workflows that wait.
func shop() (database client.ClientConfig, remove func()) {
	folder, err := os.MkdirTemp("", "example")
	must(err)
	database.DatabaseURL = "sqlite:" + filepath.Join(folder, "dbos.sqlite")
	create := database
	create.Create, create.Logger = true, slog.New(slog.DiscardHandler)
	c, err := client.NewClient(context.Background(), create)
	must(err)
	defer c.Shutdown(5 * time.Second)
	for _, id := range []string{"order-1", "order-2", "refund-1"} {
		name := map[string]string{"o": "process_order", "r": "refund"}[id[:1]]
		_, err := c.Enqueue("orders", name, nil, client.WithEnqueueWorkflowID(id))
		must(err)
	}
	return database, func() { os.RemoveAll(folder) }
}

// A runbook is run with parameters, on a database, and writes what it emits to standard output.
func ExampleDo() {
	database, remove := shop()
	defer remove()

	config := run.Config{
		Script:    "cancel_waiting.lua",
		Arguments: []string{"--workflow", "process_order"},
		Database:  database,
		Streams:   run.Streams{Stdout: os.Stdout},
	}
	err := run.Do(context.Background(), config, func(r *run.Run) error {
		return r.Execute(run.Text("cancel_waiting.lua", cancelWaiting))
	})
	fmt.Println("exit code", run.ExitCode(err))
	// Output:
	// {"id":"order-1","status":"CANCELLED"}
	// {"id":"order-2","status":"CANCELLED"}
	// exit code 0
}

// A dry run changes nothing, and ends with a plan.
func ExampleRun_Guard() {
	database, remove := shop()
	defer remove()

	config := run.Config{
		Script:    "cancel_waiting.lua",
		Arguments: []string{"--workflow", "process_order"},
		Database:  database,
		Safety:    run.Safety{DryRun: true},
	}
	must(run.Do(context.Background(), config, func(r *run.Run) error {
		err := r.Execute(run.Text("cancel_waiting.lua", cancelWaiting))
		for _, line := range r.Guard().Plan().Lines {
			fmt.Println(line.Operation, line.State, line.Count, line.Effect)
		}
		return err
	}))
	// Output: cancel_workflow ENQUEUED 2 changes
}

// MaxChanges ends a run before it changes more than it should. The error names the limit.
func ExampleSafety() {
	database, remove := shop()
	defer remove()

	one := int64(1)
	config := run.Config{Database: database, Safety: run.Safety{MaxChanges: &one}}
	err := run.Do(context.Background(), config, func(r *run.Run) error {
		return r.Execute(run.Text("both.lua", `dbos.cancel_workflows{"order-1", "order-2"}`))
	})
	var coded interface{ ErrorCode() string }
	fmt.Println(errors.As(err, &coded) && coded.ErrorCode() == "Denied", run.ExitCode(err))
	// Output: true 5
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
