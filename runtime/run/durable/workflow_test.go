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

// A workflow that an application has enqueued is replayed with its input, also if this looks like a
// plan, and from a file. One that has not begun has nothing to replay.
func TestACalledWorkflowIsReplayed(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		config := calls(t, b, map[string]client.PortableWorkflowArgs{
			"plain": argsOf(map[string]any{"id": 7}), "like": {NamedArgs: map[string]any{"source": "here", "id": 8}},
			"denied": argsOf(map[string]any{"id": 9, "denied": true}),
		})
		for id, steps := range map[string]int{"plain": 2, "like": 2, "denied": 1} {
			found, err := durable.ReadRecorded(t.Context(), id, b.Config())
			if err != nil {
				t.Fatal(err)
			}
			var file strings.Builder
			if err := found.Write(&file); err != nil {
				t.Fatal(err)
			}
			kept, err := durable.DecodeRecorded([]byte(file.String()))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range []*durable.Recorded{found, kept} {
				if made, err := r.Replay(t.Context(), config, nil, nil); err != nil || made.Matched != steps || made.Next != nil {
					t.Errorf("%s: %+v, %v", id, made, err)
				}
			}
			changed := durable.BundleOf(run.Text("orders.lua", strings.Replace(workflowScript, "input.denied", "not input.denied", 1)))
			if _, err := found.Replay(t.Context(), config, &changed, nil); err == nil {
				t.Errorf("%s: a script that ends otherwise is not noticed", id)
			}
			other := durable.BundleOf(run.Text("orders.lua", strings.Replace(workflowScript, "input.id + 1", "input.id + 2", 1)))
			_, err = found.Replay(t.Context(), config, &other, nil)
			if differs, ok := errors.AsType[*durable.DifferentEndError](err); id != "denied" && (!ok || !strings.Contains(differs.Recorded, `"id":`)) || id == "denied" && err != nil {
				t.Errorf("%s: another result: %v", id, err)
			}
		}
		if _, err := b.NewClient().Enqueue("ops", "order", argsOf(nil), client.WithEnqueueWorkflowID("waiting")); err != nil {
			t.Fatal(err)
		}
		_, err := durable.ReadRecorded(t.Context(), "waiting", b.Config())
		refused, ok := errors.AsType[*durable.RunError](err)
		if !ok || !strings.Contains(refused.Error(), "waiting is no run of a script") || !strings.Contains(refused.ErrorHint(), "workflow.declare") {
			t.Errorf("%v", err)
		}
	})
}
