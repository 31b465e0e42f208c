package clienttest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// charged inserts a workflow whose steps have the given numbers and names; the ones in failed have
// stored an error.
func charged(t *testing.T, b clienttest.Backend, id string, first int, names []string, failed ...string) {
	t.Helper()
	row := simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: id, Name: "w", Status: "ERROR"}}
	for i, name := range names {
		step := client.StepInfo{StepID: first + i, StepName: name, Output: i}
		if slices.Contains(failed, name) {
			step.Output, step.Error = nil, errors.New("declined")
		}
		row.Steps = append(row.Steps, step)
	}
	seed(t, b, row)
}

// numbered returns the names of so many steps.
func numbered(count int) (names []string) {
	for i := range count {
		names = append(names, fmt.Sprintf("step_%d", i))
	}
	return names
}

func TestAForkFindsItsFirstStep(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		charged(t, b, "from0", 0, []string{"reserve", "charge", "charge", "mail"}, "charge")
		charged(t, b, "from1", 1, []string{"reserve", "charge", "mail"}, "charge")
		charged(t, b, "outside", 0, []string{"reserve", "charge"})
		charged(t, b, "stepless", 0, nil)
		c := b.NewClient()
		for _, test := range []struct {
			original, from, name string
			taken                int
		}{
			{"from0", "failed", "", 2}, {"from0", "last", "", 3}, {"from0", "", "charge", 1}, {"from0", "", "reserve", 0},
			{"from1", "failed", "", 1}, {"from1", "last", "", 2}, {"from1", "", "charge", 1}, {"from1", "", "mail", 2},
			{"outside", "failed", "", 2}, {"outside", "last", "", 1}, {"stepless", "failed", "", 0}, {"stepless", "last", "", 0},
		} {
			id := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: test.original, StartFrom: test.from, StartStepName: test.name})
			if taken := len(b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id})); taken != test.taken {
				t.Errorf("%s from %s%s takes over %d steps, not %d", test.original, test.from, test.name, taken, test.taken)
			}
		}
		// The step after the last finished one is the step in which a workflow was.
		for original, last := range map[string]uint{"from0": 4, "from1": 4, "outside": 2, "stepless": 0} {
			id := fork(t, c, client.ForkWorkflowInput{OriginalWorkflowID: original, StartStep: last, StartStepExists: true})
			all := b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": original})
			if taken := b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id}); len(taken) != len(all) {
				t.Errorf("%s from %d takes over %d steps, not %d", original, last, len(taken), len(all))
			}
		}
	})
}

func TestAForkWithoutItsFirstStep(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		charged(t, b, "w", 0, []string{"reserve", "charge"})
		charged(t, b, "stepless", 0, nil)
		charged(t, b, "long", 0, numbered(12))
		before := len(b.Rows("workflow_status", "", nil))
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(config *client.ClientConfig) { config.DryRun = dry })
			for _, test := range []struct {
				input client.ForkWorkflowInput
				kind  client.ErrorCode
				text  string
			}{
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartStepName: "chrage"}, client.InvalidOption, `workflow "w" has no finished step "chrage" (did you mean "charge"?)`},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartStepName: "refund"}, client.InvalidOption, `(steps: "charge", "reserve")`},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartStep: 99, StartStepExists: true}, client.InvalidOption, `workflow "w" has no step 99: its steps are 0 reserve, 1 charge, and the last one is 1`},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartStep: 3, StartStepExists: true}, client.InvalidOption, "no step 3"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "stepless", StartStep: 1, StartStepExists: true}, client.InvalidOption, "none has finished"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "long", StartStep: 13, StartStepExists: true}, client.InvalidOption, "9 step_9, …, and the last one is 11"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "none", StartStep: 1, StartStepExists: true}, client.NonExistentWorkflow, `"none"`},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartFrom: "last", StartStepExists: true}, client.InvalidOption, "given twice"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartFrom: "first"}, client.InvalidOption, `"first"`},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartFrom: "last", StartStep: 1}, client.InvalidOption, "given twice"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", StartFrom: "last", StartStepName: "charge"}, client.InvalidOption, "given twice"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", Timeout: -1}, client.InvalidOption, "negative"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "w", ReplacementChildren: map[string]string{"a": ""}}, client.InvalidOption, "empty id"},
				{client.ForkWorkflowInput{OriginalWorkflowID: "none", StartStepName: "charge"}, client.NonExistentWorkflow, `"none"`},
			} {
				_, err := c.ForkWorkflows([]client.ForkWorkflowInput{{OriginalWorkflowID: "w"}, test.input})
				if client.CodeOf(err) != test.kind || !strings.Contains(err.Error(), test.text) {
					t.Errorf("dry run %v: %+v: %v", dry, test.input, err)
				}
			}
		}
		if after := len(b.Rows("workflow_status", "", nil)); after != before {
			t.Errorf("%d workflows were forked", after-before)
		}
	})
}

// A fork has a timeout only if it is given one, whatever the original had.
func TestTheTimeoutOfAFork(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "w", Status: "SUCCESS", Timeout: time.Hour}})
		handles, err := b.NewClient().ForkWorkflows([]client.ForkWorkflowInput{{OriginalWorkflowID: "w"}, {OriginalWorkflowID: "w", Timeout: 90 * time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []any{nil, "90000"} {
			assertColumns(t, b.Workflow(handles[i].GetWorkflowID()), clienttest.Record{"workflow_timeout_ms": want, "workflow_deadline_epoch_ms": nil})
		}
	})
}

// Each fork reads the results of its own replacements, and the original keeps its children.
func TestReplacedChildren(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		row := simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: "w", Status: "ERROR"}}
		for i, child := range []string{"c0", "", "c1", "c0", "c2"} {
			row.Steps = append(row.Steps, client.StepInfo{StepID: i, StepName: "s", ChildWorkflowID: child})
		}
		seed(t, b, row)
		replaced := map[string]string{"c0": "new0", "c2": "new2", "elsewhere": "x"}
		handles, err := b.NewClient().ForkWorkflows([]client.ForkWorkflowInput{
			{OriginalWorkflowID: "w", StartStep: 4, ReplacementChildren: replaced}, {OriginalWorkflowID: "w", StartStep: 5, ReplacementChildren: map[string]string{"c1": "c0"}},
			{OriginalWorkflowID: "w", StartStep: 5},
		})
		if err != nil {
			t.Fatal(err)
		}
		children := func(id string) (found []string) {
			for _, step := range b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": id}) {
				found = append(found, fmt.Sprint(step["child_workflow_id"]))
			}
			return found
		}
		equal(t, "first", children(handles[0].GetWorkflowID()), []string{"new0", "<nil>", "c1", "new0"})
		equal(t, "second", children(handles[1].GetWorkflowID()), []string{"c0", "<nil>", "c0", "c0", "c2"})
		equal(t, "third", children(handles[2].GetWorkflowID()), []string{"c0", "<nil>", "c1", "c0", "c2"})
		equal(t, "original", children("w"), []string{"c0", "<nil>", "c1", "c0", "c2"})
	})
}
