package clienttest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/simulator"
)

func TestABulkCallReportsWhatItDidToEach(t *testing.T) {
	t.Parallel()
	named := []string{"nope", "SUCCESS", "ERROR", "CANCELLED", "PENDING", "DELAYED", "PENDING"}
	tests := map[string]struct {
		do      func(client.Client) (*client.Report, error)
		changed []string
		becomes string
		text    string
	}{
		"cancel": {
			func(c client.Client) (*client.Report, error) { return c.CancelAll(named) },
			[]string{"PENDING", "DELAYED"}, "CANCELLED",
			`cancel_workflows: 2 of 6 changed; 1 unchanged (SUCCESS); 1 unchanged (ERROR); 1 unchanged (CANCELLED); 1 unknown ("nope")`,
		},
		"resume": {
			func(c client.Client) (*client.Report, error) { return c.ResumeAll(named) },
			[]string{"CANCELLED", "PENDING", "DELAYED"}, "ENQUEUED",
			`resume_workflows: 3 of 6 changed; 1 unchanged (SUCCESS); 1 unchanged (ERROR); 1 unknown ("nope")`,
		},
		"delay": {
			func(c client.Client) (*client.Report, error) {
				return c.DelayAll(named, client.WithDelayDuration(time.Hour))
			},
			[]string{"DELAYED"}, "DELAYED",
			`set_workflow_delay: 1 of 6 changed; 1 unchanged (SUCCESS, not DELAYED); 1 unchanged (ERROR, not DELAYED); 1 unchanged (CANCELLED, not DELAYED); 1 unchanged (PENDING, not DELAYED); 1 unknown ("nope")`,
		},
		"delete": {
			func(c client.Client) (*client.Report, error) { return c.DeleteAll(named) },
			[]string{"SUCCESS", "ERROR", "CANCELLED", "PENDING", "DELAYED"}, "",
			`delete_workflows: 5 of 6 changed; 1 unknown ("nope")`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
				inEveryState(t, b)
				for _, dry := range []bool{true, false} {
					report, err := test.do(b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry }))
					if err != nil {
						t.Fatalf("dry run %v: %v", dry, err)
					}
					if report.String() != test.text || !slices.Equal(report.IDs(client.OutcomeChanged), test.changed) {
						t.Errorf("dry run %v: %s, want %s", dry, report, test.text)
					}
					for _, r := range report.Results {
						is := r.Outcome == client.OutcomeChanged
						if is && string(r.Status) != test.becomes || is != (r.Reason == "") {
							t.Errorf("dry run %v: %+v", dry, r)
						}
					}
				}
			})
		})
	}
}

// A report of forks names each original with its fork, in the order of the inputs.
func TestForkAllReportsEachFork(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry })
			report, err := c.ForkAll([]client.ForkWorkflowInput{
				{OriginalWorkflowID: "SUCCESS", ForkedWorkflowID: "first"}, {OriginalWorkflowID: "ERROR", ForkedWorkflowID: "second"},
			})
			if err != nil {
				t.Fatalf("dry run %v: %v", dry, err)
			}
			for i, want := range [][2]string{{"SUCCESS", "first"}, {"ERROR", "second"}} {
				if r := report.Results[i]; r.ID != want[0] || r.ForkedID != want[1] || r.Outcome != client.OutcomeChanged {
					t.Errorf("dry run %v: %+v, want %s forked as %s", dry, r, want[0], want[1])
				}
			}
		}
		if row := b.Workflow("second"); row["forked_from"] != "ERROR" {
			t.Errorf("the fork is %v", row)
		}
	})
}

// A child that is started after the descendants were counted is not deleted unseen.
func TestADeletionThatHasGrownFails(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		family := func(id, parent string) simulator.Row {
			return simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: id, Status: "SUCCESS", ParentWorkflowID: parent, CreatedAt: b.Clock.Now()}}
		}
		seed(t, b, family("root", ""), family("child", "root"))
		var asked []string
		grow := true
		c := b.NewClient(func(c *client.ClientConfig) {
			c.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				asked = change.IDs
				if grow {
					seed(t, b, family("late", "child"))
				}
				return apply()
			}
		})
		report, err := c.DeleteAll([]string{"root"}, client.WithDeleteChildren(true))
		if client.CodeOf(err) != client.Conflict || len(b.Rows("workflow_status", "", nil)) != 3 {
			t.Fatalf("%v, %v, after %v were asked for", report, err, asked)
		}
		grow = false
		report, err = c.DeleteAll([]string{"root"}, client.WithDeleteChildren(true))
		if err != nil || !slices.Equal(report.IDs(client.OutcomeChanged), asked) || len(asked) != 3 {
			t.Errorf("%v, %v, after %v were asked for", report, err, asked)
		}
	})
}

// Of two mistakes in one call a dry run reports the one that the call itself reports.
func TestADryRunReportsTheSameMistake(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry })
			_, err := c.ForkWorkflows([]client.ForkWorkflowInput{
				{OriginalWorkflowID: "SUCCESS", ForkedWorkflowID: "ERROR"}, {OriginalWorkflowID: "nope"},
			})
			if client.CodeOf(err) != client.NonExistentWorkflow {
				t.Errorf("dry run %v: %v", dry, err)
			}
		}
	})
}

// An enqueue of an id that exists changes nothing, and its gate is told so.
func TestAnEnqueueOfAnExistingIDIsNoChange(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		var counted []int64
		c := b.NewClient(func(c *client.ClientConfig) {
			c.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				err := apply()
				counted = append(counted, change.Changed)
				return err
			}
		})
		for range 2 {
			if _, err := c.Enqueue(queue, "wf", 1, client.WithEnqueueWorkflowID("one")); err != nil {
				t.Fatal(err)
			}
		}
		many := client.EnqueueManyOptions{WorkflowIDs: []string{"one", "two"}}
		if _, err := c.EnqueueMany(queue, "wf", []any{1, 2}, client.WithEnqueueManyOptions(many)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(counted, []int64{1, 0, 1}) {
			t.Errorf("counted %v", counted)
		}
	})
}
