package clienttest_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
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

// Workflows of one call that are alike, and others among them, are kept as they were, whichever of
// them comes first.
func TestFormerValuesOfMixedWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		var former []client.Former
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, made *client.Change, apply func() error) error {
				made.Keep = true
				err := apply()
				former = made.Former
				return err
			}
		})
		insert := func(id, status, queue, version, key string, priority int, delay int64) client.Former {
			b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, queue_name, application_version, deduplication_id, priority, delay_until_epoch_ms, created_at, updated_at)
				VALUES (:id, :status, :queue, :version, :key, :priority, :delay, 1, 1)`, map[string]any{"id": id, "status": status, "queue": orNull(queue),
				"version": orNull(version), "key": orNull(key), "priority": int64(priority), "delay": delay})
			return client.Former{ID: id, Status: client.WorkflowStatusType(status), Queue: queue, Version: version, Priority: int64(priority),
				Deduplicated: key != "", Delayed: status == "DELAYED"}
		}
		rows := func(prefix string) []client.Former {
			return []client.Former{
				insert(prefix+"a", "ENQUEUED", "orders", "v1", "", 3, 0), insert(prefix+"b", "ENQUEUED", "orders", "v1", "", 3, 0),
				insert(prefix+"c", "ENQUEUED", "orders", "v1", prefix, 3, 0), insert(prefix+"d", "DELAYED", "orders", "v1", "", 3, 9_000_000_000_000),
				insert(prefix+"e", "PENDING", "orders", "v1", "", 3, 0), insert(prefix+"f", "ENQUEUED", "slow", "v1", "", 3, 0),
				insert(prefix+"g", "ENQUEUED", "", "v1", "", 3, 0), insert(prefix+"h", "ENQUEUED", "orders", "v2", "", 3, 0),
				insert(prefix+"i", "ENQUEUED", "orders", "", "", 3, 0), insert(prefix+"j", "ENQUEUED", "orders", "v1", "", 4, 0),
				insert(prefix+"k", "ENQUEUED", "orders", "v1", "", 3, 5), insert(prefix+"l", "ENQUEUED", "orders", "v1", "", 3, 0),
			}
		}
		ended := insert("ended", "SUCCESS", "orders", "v1", "", 3, 0)
		for i, first := range []int{0, 2, 3, 6, 8, 11} {
			for op, change := range map[string]func([]string) (*client.Report, error){
				"cancel": func(ids []string) (*client.Report, error) { return c.CancelAll(ids) },
				"resume": func(ids []string) (*client.Report, error) { return c.ResumeAll(ids) },
			} {
				want := rows(fmt.Sprint(op, i))
				want = append(want[first:], want[:first]...)
				ids := []string{ended.ID}
				for _, f := range want {
					ids = append(ids, f.ID)
				}
				report, err := change(append(ids, ids[1], "missing"))
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(former, want) {
					t.Errorf("%s from %d\ngot  %+v\nwant %+v", op, first, former, want)
				}
				if changed := report.Count(client.OutcomeChanged); changed != len(want) || len(report.Results) != len(want)+2 || report.Count(client.OutcomeUnknown) != 1 {
					t.Errorf("%s from %d: %v", op, first, report)
				}
			}
		}
	})
}

// orNull returns a text as a parameter that is NULL for "".
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
