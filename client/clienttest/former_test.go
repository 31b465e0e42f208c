package clienttest_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// Only a gate that asks for them gets the changed workflows as they were before.
func TestAGateGetsTheFormerValues(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		keep := true
		var change client.Change
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, made *client.Change, apply func() error) error {
				made.Keep = keep
				err := apply()
				change = *made
				return err
			}
		})
		enqueue := func(id string, opts ...client.EnqueueOption) {
			if _, err := c.Enqueue("orders", "pay", 1, append(opts, client.WithEnqueueWorkflowID(id))...); err != nil {
				t.Fatal(err)
			}
		}
		enqueue("a", client.WithEnqueuePriority(3), client.WithEnqueueApplicationVersion("v1"))
		enqueue("b", client.WithEnqueueDeduplicationID("key"))
		one := client.Former{ID: "a", Status: client.WorkflowStatusEnqueued, Queue: "orders", Version: "v1", Priority: 3}
		two := client.Former{ID: "b", Status: client.WorkflowStatusEnqueued, Queue: "orders", Deduplicated: true}
		held := client.Former{ID: "a", Status: client.WorkflowStatusDelayed, Queue: "orders", Version: "v1", Priority: 9, Held: true}
		for _, step := range []struct {
			op   string
			call func([]string) error
			to   string
			want []client.Former
		}{
			{"set priority", func(ids []string) error { _, err := c.SetPriorityAll(ids, 9); return err }, "9", []client.Former{one, two}},
			{"hold", func([]string) error { _, err := c.HoldAll([]string{"a"}); return err }, "", []client.Former{{ID: "a", Status: one.Status, Queue: "orders", Version: "v1", Priority: 9}}},
			{"release", func([]string) error { _, err := c.ReleaseAll([]string{"a", "b"}); return err }, "", []client.Former{held}},
			{"move queue", func([]string) error { _, err := c.MoveQueueAll([]string{"a", "b"}, "slow"); return err }, "slow", []client.Former{
				{ID: "a", Status: one.Status, Queue: "orders", Version: "v1", Priority: 9}, {ID: "b", Status: one.Status, Queue: "orders", Priority: 9, Deduplicated: true}}},
			{"move version", func([]string) error { _, err := c.MoveVersionAll([]string{"b", "a"}, "v2"); return err }, "v2", []client.Former{
				{ID: "b", Status: one.Status, Queue: "slow", Priority: 9, Deduplicated: true}, {ID: "a", Status: one.Status, Queue: "slow", Version: "v1", Priority: 9}}},
			{"cancel workflows", func(ids []string) error { return c.CancelWorkflows(ids) }, "", []client.Former{
				{ID: "a", Status: one.Status, Queue: "slow", Version: "v2", Priority: 9}, {ID: "b", Status: one.Status, Queue: "slow", Version: "v2", Priority: 9, Deduplicated: true}}},
		} {
			if err := step.call([]string{"a", "missing", "b"}); err != nil {
				t.Fatal(err)
			}
			if change.Op != step.op || change.To != step.to || !reflect.DeepEqual(change.Former, step.want) {
				t.Errorf("%s to %q\ngot  %+v\nwant %+v", change.Op, change.To, change.Former, step.want)
			}
		}
		keep = false
		if _, err := c.ResumeWorkflows([]string{"a"}); err != nil || change.Former != nil {
			t.Errorf("a gate that did not ask got %+v, %v", change.Former, err)
		}
	})
}
