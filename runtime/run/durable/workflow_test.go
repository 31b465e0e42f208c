package durable_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
	"github.com/dbos-script/dbos-script/stdlib"
	"github.com/dbos-script/dbos-script/stdlib/grants"
)

const workflowScript = `
	workflow.declare {name = "order", queue = "ops"}
	local input = workflow.input()
	local found = step("look", function() return {count = dbos.count{}, id = input.id} end)
	if input.secret then return {list = {"token: " .. env.get("RECORDED_TEST_TOKEN")}} end
	if input.denied then exit(3, "not today") end
	return {id = found.id, place = env.get("RECORDED_TEST_PLACE"), run = workflow.id(), big = input.id + 1}`

// calls executes the script as the workflow of each of the inputs, by their ids, and returns the
// configuration of its runs.
func calls(t *testing.T, b clienttest.Backend, inputs map[string]client.PortableWorkflowArgs) run.Config {
	t.Helper()
	c := b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })
	for id, input := range inputs {
		if _, err := c.Enqueue("ops", "order", input, client.WithEnqueueWorkflowID(id)); err != nil {
			t.Fatal(err)
		}
	}
	server, err := durable.OpenServer(t.Context(), durable.ServerConfig{Database: b.Config()})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	config := run.Config{Database: b.Config(), Grants: grants.Lists{Env: []string{"RECORDED_TEST_*"}}}
	config.Yes = true
	plan := stdlib.WorkflowPlan{Name: "order", Queue: "ops"}
	err = server.AddWorkflow(t.Context(), "test", durable.BundleOf(run.Text("orders.lua", workflowScript)), plan, func(ctx context.Context, l *durable.Life) error {
		config := config
		config.Environment.Clock = time.Now
		l.Apply(&config, journal.Limits{})
		return run.Do(ctx, config, l.Execute)
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if err := server.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(b.Rows("workflow_status", "status IN ('ENQUEUED', 'PENDING')", nil)) == 0 {
			return config
		}
	}
	t.Fatal("the workflows do not end")
	return config
}

func argsOf(input map[string]any) client.PortableWorkflowArgs {
	return client.PortableWorkflowArgs{PositionalArgs: []any{input}}
}

// A workflow whose output holds a secret ends with an error that names the secret, and the database
// does not have the output.
func TestNoSecretIsReturned(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		calls(t, b, map[string]client.PortableWorkflowArgs{"open": argsOf(map[string]any{"id": 7}), "leaks": argsOf(map[string]any{"id": 8, "secret": true})})
		for id, wanted := range map[string]string{"open": "SUCCESS", "leaks": "ERROR"} {
			if row := b.Workflow(id); fmt.Sprint(row["status"]) != wanted {
				t.Errorf("%s is %v", id, row)
			}
		}
		failed := fmt.Sprint(b.Rows("workflow_output", "workflow_uuid = 'leaks'", nil))
		if !strings.Contains(failed, "SecretInRecord") || !strings.Contains(failed, "the output of the workflow holds the secret "+secretVariable) {
			t.Errorf("it failed with %s", failed)
		}
		for _, leaked := range leaks(b, []string{"s3cr3t"}) {
			t.Error(leaked)
		}
	})
}

// A workflow that an application has enqueued cannot be replayed, also if its input looks like a
// plan and before it has begun.
func TestACalledWorkflowIsNotReplayed(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	calls(t, b, map[string]client.PortableWorkflowArgs{"plain": argsOf(map[string]any{"id": 7}), "like": {NamedArgs: map[string]any{"source": "here", "id": 8}}})
	if _, err := b.NewClient().Enqueue("ops", "order", argsOf(nil), client.WithEnqueueWorkflowID("waiting")); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"plain", "like", "waiting"} {
		_, err := durable.ReadRecorded(t.Context(), id, b.Config())
		refused, ok := errors.AsType[*durable.RunError](err)
		if !ok || !strings.Contains(refused.Error(), id+" is no run of a script") || !strings.Contains(refused.ErrorHint(), "workflow.declare") {
			t.Errorf("%s: %v", id, err)
		}
	}
}
