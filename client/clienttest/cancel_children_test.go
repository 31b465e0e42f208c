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

// family inserts a parent that has ended with descendants in several states, and a stranger.
func family(t *testing.T, b clienttest.Backend) {
	t.Helper()
	for _, member := range []struct {
		id, parent string
		status     client.WorkflowStatusType
	}{
		{"parent", "", "SUCCESS"}, {"child", "parent", "PENDING"}, {"done", "parent", "SUCCESS"}, {"failed", "parent", "ERROR"},
		{"grandchild", "done", "ENQUEUED"}, {"delayed", "grandchild", "DELAYED"}, {"stranger", "", "PENDING"},
	} {
		seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: member.id, Status: member.status, ParentWorkflowID: member.parent, QueueName: queue}})
	}
}

func statuses(b clienttest.Backend) map[string]any {
	found := map[string]any{}
	for _, row := range b.Rows("workflow_status", "", nil) {
		found[row["workflow_uuid"].(string)] = row["status"]
	}
	return found
}

func TestCancellingChildrenReachesAllDescendants(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		family(t, b)
		ids := []string{"parent", "none"}
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(config *client.ClientConfig) { config.DryRun = dry })
			report, err := c.CancelAll(ids, client.WithCancelChildren())
			if err != nil {
				t.Fatal(err)
			}
			if changed := report.IDs(client.OutcomeChanged); !slices.Equal(changed, []string{"child", "delayed", "grandchild"}) {
				t.Errorf("dry run %v: %q were cancelled", dry, changed)
			}
			if unchanged := report.IDs(client.OutcomeUnchanged); !slices.Equal(unchanged, []string{"parent", "done", "failed"}) {
				t.Errorf("dry run %v: %q were not", dry, unchanged)
			}
			if unknown := report.IDs(client.OutcomeUnknown); !slices.Equal(unknown, []string{"none"}) {
				t.Errorf("dry run %v: %q are unknown", dry, unknown)
			}
		}
		assertRecord(t, "states", statuses(b), map[string]any{"parent": "SUCCESS", "child": "CANCELLED", "done": "SUCCESS", "failed": "ERROR",
			"grandchild": "CANCELLED", "delayed": "CANCELLED", "stranger": "PENDING"})
	})
}

// Without the option, children go on.
func TestCancellingLeavesChildrenAlone(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		family(t, b)
		if _, err := b.NewClient().CancelAll([]string{"grandchild"}); err != nil {
			t.Fatal(err)
		}
		assertColumns(t, b.Workflow("delayed"), clienttest.Record{"status": "DELAYED"})
		assertColumns(t, b.Workflow("grandchild"), clienttest.Record{"status": "CANCELLED"})
	})
}

// The gate is asked about the cancelled workflows. One that starts meanwhile ends the call.
func TestAChildThatStartsWhileTheGateAsksEndsTheCall(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		family(t, b)
		late := func(id string, status client.WorkflowStatusType) {
			seed(t, b, simulator.Row{WorkflowStatus: client.WorkflowStatus{ID: id, Status: status, ParentWorkflowID: "child", QueueName: queue}})
		}
		meanwhile := func() { late("late", "ENQUEUED") }
		var asked []string
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				asked = change.IDs
				meanwhile()
				return apply()
			}
		})
		before := statuses(b)
		if _, err := c.CancelAll([]string{"parent"}, client.WithCancelChildren()); client.CodeOf(err) != client.Conflict {
			t.Errorf("error %v", err)
		}
		if !slices.Equal(asked, []string{"parent", "child", "delayed", "done", "failed", "grandchild"}) {
			t.Errorf("the gate was asked about %q", asked)
		}
		before["late"] = "ENQUEUED"
		assertRecord(t, "states", statuses(b), before)

		meanwhile = func() { late("ended", "SUCCESS") }
		if _, err := c.CancelAll([]string{"parent"}, client.WithCancelChildren()); err != nil {
			t.Errorf("a child that has ended already: %v", err)
		}
		assertColumns(t, b.Workflow("late"), clienttest.Record{"status": "CANCELLED"})
		assertColumns(t, b.Workflow("ended"), clienttest.Record{"status": "SUCCESS"})
	})
}

// Any number of descendants is cancelled by as many statements as one.
func TestCancellingManyChildren(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	rows := []simulator.Row{{WorkflowStatus: client.WorkflowStatus{ID: "root", Status: "PENDING"}}}
	for i := range 2000 {
		rows = append(rows, simulator.Row{WorkflowStatus: client.WorkflowStatus{Status: "PENDING", ID: "c" + time.Duration(i).String(), ParentWorkflowID: "root"}})
	}
	if err := b.Database.Seed(t.Context(), slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	report, err := b.NewClient().CancelAll([]string{"root"}, client.WithCancelChildren())
	if err != nil || report.Count(client.OutcomeChanged) != 2001 {
		t.Errorf("%v, %v", report, err)
	}
}
