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

// keepingFormer sets a gate that asks for the workflows as they were before each change.
func keepingFormer(former *[]client.Former) func(*client.ClientConfig) {
	return func(config *client.ClientConfig) {
		config.Gate = func(_ context.Context, made *client.Change, apply func() error) error {
			made.Keep = true
			err := apply()
			*former = made.Former
			return err
		}
	}
}

// Workflows of one call that are alike, and others among them, are kept as they were, whichever of
// them comes first.
func TestFormerValuesOfMixedWorkflows(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		var former []client.Former
		c := b.NewClient(keepingFormer(&former))
		insert := inserter(b)
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

// inserter returns a function that inserts a workflow, and returns it as a gate gets it.
func inserter(b clienttest.Backend) func(id, status, queue, version, key string, priority int, delay int64) client.Former {
	return func(id, status, queue, version, key string, priority int, delay int64) client.Former {
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, queue_name, application_version, deduplication_id, priority, delay_until_epoch_ms, created_at, updated_at)
			VALUES (:id, :status, :queue, :version, :key, :priority, :delay, 1, 1)`, map[string]any{"id": id, "status": status, "queue": orNull(queue),
			"version": orNull(version), "key": orNull(key), "priority": int64(priority), "delay": delay})
		return client.Former{ID: id, Status: client.WorkflowStatusType(status), Queue: queue, Version: version, Priority: int64(priority),
			Deduplicated: key != "", Delayed: status == "DELAYED"}
	}
}

// A single workflow is kept as it was, and one that does not change is in the report with its
// state.
func TestFormerValuesOfASingleWorkflow(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		var former []client.Former
		c := b.NewClient(keepingFormer(&former))
		insert := inserter(b)
		all := func(call func([]string) (*client.Report, error)) func(string) error {
			return func(id string) error {
				report, err := call([]string{id})
				if err == nil && (len(report.Results) != 1 || report.Results[0].ID != id) {
					t.Errorf("%v", report)
				}
				return err
			}
		}
		for op, change := range map[string]func(string) error{
			"cancel": c.CancelWorkflow, "resume": func(id string) error { _, err := c.ResumeWorkflow(id); return err },
			"cancel all": all(func(ids []string) (*client.Report, error) { return c.CancelAll(ids) }),
			"resume all": all(func(ids []string) (*client.Report, error) { return c.ResumeAll(ids) }),
		} {
			for _, was := range []client.Former{
				insert(op+"a", "ENQUEUED", "orders", "v1", "", 3, 0), insert(op+"b", "PENDING", "", "", "", 0, 0),
				insert(op+"c", "DELAYED", "orders", "v1", op, 3, 9_000_000_000_000),
			} {
				if err := change(was.ID); err != nil || !slices.Equal(former, []client.Former{was}) {
					t.Errorf("%s of %+v: %+v, %v", op, was, former, err)
				}
			}
			ended := insert(op+"ended", "SUCCESS", "orders", "v1", "", 3, 0)
			if err := change(ended.ID); err != nil || former == nil || len(former) != 0 {
				t.Errorf("%s of an ended workflow: %+v, %v", op, former, err)
			}
		}
		report, err := c.ResumeAll([]string{"cancelended"})
		if want := (client.ChangeResult{ID: "cancelended", Outcome: client.OutcomeUnchanged, Status: client.WorkflowStatusSuccess, Reason: "it has ended in SUCCESS"}); err != nil || report.Results[0] != want {
			t.Errorf("%+v, %v", report, err)
		}
		if report, err := c.CancelAll([]string{"missing"}); err != nil || report.Count(client.OutcomeUnknown) != 1 || len(former) != 0 {
			t.Errorf("%+v, %v", report, err)
		}
		if err := c.CancelWorkflow("missing"); client.CodeOf(err) != client.NonExistentWorkflow {
			t.Error(err)
		}
	})
}

// Workflows of which no sampled one changes are kept as they were.
func TestFormerValuesBetweenTheSamples(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		var former []client.Former
		c := b.NewClient(keepingFormer(&former))
		const count = 80
		ids, want, insert := make([]string, count), []client.Former{}, inserter(b)
		for i := range ids {
			status := "PENDING"
			if i%5 == 0 || i%5 == 2 { // 32 are sampled, at the distance 2.5
				status = "SUCCESS"
			}
			was := insert(fmt.Sprint("w", i), status, "orders", "v1", "", 3, 0)
			if ids[i] = was.ID; status == "PENDING" {
				want = append(want, was)
			}
		}
		report, err := c.CancelAll(ids)
		if err != nil || report.Count(client.OutcomeChanged) != len(want) || !slices.Equal(former, want) {
			t.Errorf("%v, %v\ngot  %+v\nwant %+v", report, err, former, want)
		}
	})
}
