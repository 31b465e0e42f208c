package clienttest_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// orphaned leaves the payload of a workflow that is gone, as an application does that deletes it in
// a schema in which no foreign key takes the payload along.
func orphaned(b clienttest.Backend, id string) {
	args := map[string]any{"id": id}
	for _, table := range []string{"workflow_input", "workflow_output", "operation_outputs"} {
		b.Exec("DELETE FROM {"+table+"} WHERE workflow_uuid = :id", args)
	}
	b.Exec(`INSERT INTO {workflow_input} (workflow_uuid, inputs) VALUES (:id, '["of the old one"]')`, args)
	b.Exec(`INSERT INTO {workflow_output} (workflow_uuid, output) VALUES (:id, '"of the old one"')`, args)
	b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output) VALUES (:id, 0, 'step', '"of the old one"')`, args)
}

// A workflow takes nothing over from one of the same id that is gone: neither its input, nor its
// steps, nor its result. A dry run of the call says what the call then does.
func TestAnIDThatIsUsedAgainTakesNothingOver(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient().WithSDK(client.SDKGo)
		enqueue(t, c, "wf", 1, client.WithEnqueueWorkflowID("original"))
		defined := client.ClientScheduleInput{ScheduleName: "hourly", WorkflowName: "wf", Schedule: "@hourly", SDK: client.SDKGo}
		if err := c.CreateSchedule(defined); err != nil {
			t.Fatal(err)
		}
		start := time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)
		tick := "sched-hourly-2026-01-01T01:00:00Z"
		for _, test := range []struct {
			name, id string
			call     func(client.Client) error
		}{
			{"enqueue", "a", func(c client.Client) error {
				_, err := c.Enqueue(queue, "wf", 2, client.WithEnqueueWorkflowID("a"))
				return err
			}},
			{"enqueue that rejects an id in use", "b", func(c client.Client) error {
				_, err := c.Enqueue(queue, "wf", 2, client.WithEnqueueWorkflowID("b"), client.WithEnqueueWorkflowIDReusePolicy(client.WorkflowIDReusePolicyReject))
				return err
			}},
			{"enqueue of many", "c", func(c client.Client) error {
				_, err := c.EnqueueMany(queue, "wf", []any{2, 2}, client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: []string{"c", "d"}}))
				return err
			}},
			{"fork", "e", func(c client.Client) error {
				_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "original", ForkedWorkflowID: "e"})
				return err
			}},
			{"debounce", "f", func(c client.Client) error {
				_, err := client.NewDebouncerClient[int, any]("wf", c).Debounce("k", time.Second, 2, client.WithWorkflowID("f"))
				return err
			}},
			{"backfill", tick, func(c client.Client) error {
				_, err := c.BackfillSchedule("hourly", start, start.Add(time.Hour))
				return err
			}},
		} {
			name := test.name
			orphaned(b, test.id)
			dry := b.NewClient(func(config *client.ClientConfig) { config.DryRun = true }).WithSDK(client.SDKGo)
			if err := test.call(dry); err != nil {
				t.Errorf("%s: the dry run says %v", name, err)
			}
			if err := test.call(c); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			found, err := c.ListWorkflows(client.WithWorkflowIDs([]string{test.id}), client.WithLoadInput(true), client.WithLoadOutput(true))
			if err != nil || len(found) != 1 {
				t.Fatalf("%s: %v, %v", name, found, err)
			}
			if input := b.Rows("workflow_input", "workflow_uuid = :id", map[string]any{"id": test.id}); len(input) != 1 || input[0]["inputs"] != b.Workflow(test.id)["inputs"] {
				t.Errorf("%s: the input is %v, and in the table of inputs %v", name, found[0].Input, input)
			}
			if found[0].Output != nil {
				t.Errorf("%s: the result is %v", name, found[0].Output)
			}
			if steps, err := c.GetWorkflowSteps(test.id); err != nil || len(steps) != 0 {
				t.Errorf("%s: the steps are %v, %v", name, steps, err)
			}
		}
	})
}
