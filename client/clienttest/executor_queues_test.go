package clienttest_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

func stateOf(b clienttest.Backend, id string) any { return b.Workflow(id)["status"] }

// An executor takes rows without an owner on a queue that it has added, waiting or delayed, and on
// no other queue.
func TestRowsOfAnAddedQueueAreTheExecutorsOwn(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, map[string]worker.Workflow{"work": func(r *worker.Run) (any, error) { return r.Input(), nil }},
			func(c *worker.ExecutorConfig) {
				c.ListenQueues = []string{}
			})
		if err := x.AddQueue(t.Context(), worker.Queue{Name: "ops", Concurrency: 4}); err != nil {
			t.Fatal(err)
		}
		c := b.NewClient()
		input := client.PortableWorkflowArgs{PositionalArgs: []any{"here"}}
		for id, enqueue := range map[string]func(string) error{
			"waiting": func(id string) error {
				_, err := c.Enqueue("ops", "work", input, client.WithEnqueueWorkflowID(id))
				return err
			},
			"delayed": func(id string) error {
				_, err := c.Enqueue("ops", "work", input, client.WithEnqueueWorkflowID(id), client.WithEnqueueDelay(time.Millisecond))
				return err
			},
			"elsewhere": func(id string) error {
				_, err := c.Enqueue(queue, "work", input, client.WithEnqueueWorkflowID(id))
				return err
			},
		} {
			if err := enqueue(id); err != nil {
				t.Fatal(err)
			}
		}
		b.Exec("UPDATE {workflow_status} SET application_name = NULL", nil) // as a client that names no application leaves it
		b.Clock.Advance(time.Minute)
		work(t, x)
		for id, want := range map[string]string{"waiting": "SUCCESS", "delayed": "SUCCESS", "elsewhere": "ENQUEUED"} {
			if got := stateOf(b, id); got != want {
				t.Errorf("%s is %s, want %s", id, got, want)
			}
		}
	})
}

// A queue on which others listen cannot be added, and the limits of a paused one stay.
func TestAQueueOfOthersIsNotAdded(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, nil)
		c := b.NewClient()
		for name, owner := range map[string]string{"theirs": "shop", "nobodys": ""} {
			owned := b.NewClient(func(c *client.ClientConfig) { c.AppName = owner })
			if _, err := owned.RegisterQueue(client.QueueInput{Name: name}); err != nil {
				t.Fatal(err)
			}
			if err := x.AddQueue(t.Context(), worker.Queue{Name: name}); err == nil {
				t.Errorf("the queue of %q was added", owner)
			}
		}
		for _, most := range []int{1, 2} {
			if err := x.AddQueue(t.Context(), worker.Queue{Name: "ops", Concurrency: most}); err != nil {
				t.Fatal(err)
			}
			if q, err := c.RetrieveQueue("ops"); err != nil || q.Concurrency == nil || *q.Concurrency != most || q.ApplicationName != "dbos-script" {
				t.Errorf("the queue is %+v, %v", q, err)
			}
		}
		if _, err := c.PauseQueue("ops"); err != nil {
			t.Fatal(err)
		}
		if err := x.AddQueue(t.Context(), worker.Queue{Name: "ops", Concurrency: 3}); err != nil {
			t.Fatal(err)
		}
		if q, err := c.RetrieveQueue("ops"); err != nil || !q.Paused {
			t.Errorf("the queue goes on: %+v, %v", q, err)
		}
	})
}

// A row without a version waits if its name is retired; a run that has begun goes on.
func TestARetiredNameTakesNothingNew(t *testing.T) {
	t.Parallel()
	onExecutors(t, func(t *testing.T, b clienttest.Backend) {
		x := executor(t, b, nil, func(c *worker.ExecutorConfig) { c.ApplicationName = "dbos-script" })
		x.Register("work", func(r *worker.Run) (any, error) { return nil, nil }, worker.ExecutorOptions{Version: "v1"})
		x.Retire("work")
		c := b.NewClient()
		for id, version := range map[string]string{"new": "", "begun": "v1"} {
			options := []client.EnqueueOption{client.WithEnqueueWorkflowID(id), client.WithEnqueueApplicationName("dbos-script")}
			if version != "" {
				options = append(options, client.WithEnqueueApplicationVersion(version))
			}
			if _, err := c.Enqueue(queue, "work", nil, options...); err != nil {
				t.Fatal(err)
			}
		}
		work(t, x)
		if new, begun := stateOf(b, "new"), stateOf(b, "begun"); new != "ENQUEUED" || begun != "SUCCESS" {
			t.Errorf("the new one is %s, and the one of the version %s", new, begun)
		}
		x.Register("work", func(r *worker.Run) (any, error) { return nil, nil }, worker.ExecutorOptions{Version: "v2"})
		work(t, x)
		if state := stateOf(b, "new"); state != "SUCCESS" {
			t.Errorf("after another version was registered it is %s", state)
		}
	})
}
