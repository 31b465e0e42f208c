package clienttest_test

import (
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// No workflow of a paused queue starts. After it is resumed, all start in their order.
func TestNoWorkflowOfAPausedQueueStarts(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, input := range []client.QueueInput{{Name: "plain"}, {Name: "parts", PartitionQueue: true},
			{Name: "both", QueueLimits: client.QueueLimits{Concurrency: new(1), RateLimit: &client.RateLimit{Limit: 100, Period: time.Second}}}} {
			if _, err := c.RegisterQueue(input); err != nil {
				t.Fatal(err)
			}
		}
		var ran []string
		w := launched(t, b, map[string]worker.Workflow{"wf": func(r *worker.Run) (any, error) {
			ran = append(ran, r.WorkflowID())
			return nil, nil
		}})
		var ids []string
		for _, name := range []string{"plain", "parts", "both"} {
			options := client.EnqueueOptions{WorkflowID: name}
			if name == "parts" {
				options.QueuePartitionKey = "p"
			}
			if _, err := c.Enqueue(name, "wf", 1, client.WithEnqueueOptions(options)); err != nil {
				t.Fatal(err)
			}
			if _, err := c.PauseQueue(name); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, name)
		}
		for range 3 {
			mustDrain(t, w)
			b.Clock.Advance(time.Minute)
		}
		if len(ran) > 0 {
			t.Errorf("while the queues are paused, %v run", ran)
		}
		for _, name := range ids {
			if _, err := c.ResumeQueue(name); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			mustDrain(t, w)
			b.Clock.Advance(time.Minute)
		}
		if len(ran) != 3 {
			t.Errorf("once they are resumed, %v run", ran)
		}
	})
}
