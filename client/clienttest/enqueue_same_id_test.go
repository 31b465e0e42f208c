package clienttest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// inEveryState seeds a workflow of each state, with the state as its id and a column for
// everything that can be set or cleared.
func inEveryState(t *testing.T, b clienttest.Backend) {
	t.Helper()
	for _, state := range client.WorkflowStatuses {
		row := fullRow()
		row.ID, row.Status, row.Name, row.QueueName, row.DeduplicationID = string(state), state, "name", queue, "dedup-"+string(state)
		row.ClassName, row.ConfigName = "", ""
		seed(t, b, row)
	}
}

func TestEnqueueOfAnExistingIDReturnsItsHandle(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		inEveryState(t, b)
		for _, state := range client.WorkflowStatuses {
			before := b.Workflow(string(state))
			b.Clock.Advance(time.Second)
			handle, err := c.Enqueue(queue, "name", "another input", client.WithEnqueueWorkflowID(string(state)),
				client.WithEnqueuePriority(9), client.WithEnqueueDelay(time.Hour), client.WithEnqueueTimeout(time.Hour))
			if err != nil || handle.GetWorkflowID() != string(state) {
				t.Fatalf("%s: %v, %v", state, handle, err)
			}
			assertRecord(t, string(state), changed(before, b.Workflow(string(state))), clienttest.Record{"updated_at": b.Millis()})
		}
	})
}

// An id that another workflow has is refused, and not even the other one's updated_at moves.
func TestEnqueueOfAnIDOfAnotherWorkflowIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueue(t, c, "name", 1, client.WithEnqueueWorkflowID("id"), client.WithEnqueueClassName("Class"), client.WithEnqueueConfigName("config"))
		before := b.Workflow("id")
		b.Clock.Advance(time.Second)
		mine := client.EnqueueOptions{WorkflowID: "id", ClassName: "Class", ConfigName: "config"}
		classless, configless := mine, mine
		classless.ClassName, configless.ConfigName = "", ""
		for what, call := range map[string]func() error{
			"name": enqueueing(c, queue, "other", mine), "queue": enqueueing(c, "other", "name", mine),
			"class": enqueueing(c, queue, "name", classless), "instance": enqueueing(c, queue, "name", configless),
			"one of many": func() error {
				_, err := c.EnqueueMany(queue, "name", []any{1, 2}, client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: []string{"new", "id"}}))
				return err
			},
		} {
			err := call()
			var refused *client.Error
			if !errors.As(err, &refused) || refused.Code != client.UnexpectedWorkflow || refused.WorkflowID != "id" {
				t.Errorf("another %s gave %v", what, err)
			}
			if err != nil && !strings.Contains(err.Error(), `"name"`) {
				t.Errorf("the error does not say which workflow is there: %v", err)
			}
		}
		assertRecord(t, "after the refusals", b.Workflow("id"), before)
		if row := b.Workflow("new"); row != nil {
			t.Error("one of a refused list was enqueued")
		}
	})
}

func enqueueing(c client.Client, queueName, name string, options client.EnqueueOptions) func() error {
	return func() error {
		_, err := c.Enqueue(queueName, name, nil, client.WithEnqueueOptions(options))
		return err
	}
}

// A row that has lost its queue matches any, and an empty class is no class.
func TestEnqueueComparesNameAndQueueOfAnExistingID(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		id := enqueue(t, c, "name", 1)
		if err := c.CancelWorkflow(id); err != nil {
			t.Fatal(err)
		}
		b.Exec("UPDATE {workflow_status} SET class_name = '', config_name = ''", nil)
		if err := enqueueing(c, "any queue", "name", client.EnqueueOptions{WorkflowID: id})(); err != nil {
			t.Error(err)
		}
		assertColumns(t, b.Workflow(id), clienttest.Record{"status": "CANCELLED", "queue_name": nil})
	})
}

func TestEnqueueOfAFinishedIDReturnsItsResult(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		w := launched(t, b, map[string]worker.Workflow{"echo": func(r *worker.Run) (any, error) { return r.Input(), nil }})
		enqueue(t, c, "echo", "first", client.WithEnqueueWorkflowID("id"))
		mustDrain(t, w)
		handle, err := client.Enqueue[string, string](c, queue, "echo", "second", client.WithEnqueueWorkflowID("id"))
		if err != nil {
			t.Fatal(err)
		}
		mustDrain(t, w)
		if result, err := handle.GetResult(); result != "first" || err != nil {
			t.Errorf("result %q, %v", result, err)
		}
	})
}
