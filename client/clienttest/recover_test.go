package clienttest_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// The columns that recovery keeps and empties, on tables with and without ownership tokens.
func TestRecoverPutsWorkflowsBackOnTheirQueues(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		c := b.NewClient()
		ids := taken(t, b, c, "dead", 4, time.Hour)
		b.Exec(`UPDATE {workflow_status} SET owner_xid = 'token', recovery_attempts = 3, workflow_deadline_epoch_ms = 9000000000000,
			workflow_timeout_ms = 5000, priority = 4, queue_partition_key = 'p' WHERE {in workflow_uuid :ids}`, map[string]any{"ids": ids})
		set(b, ids[0], "deduplication_id = 'd'")
		set(b, ids[1], "queue_name = NULL, deduplication_id = 'd'")
		set(b, ids[2], "queue_name = '', owner_xid = NULL")
		set(b, ids[3], "executor_id = NULL")
		waiting := enqueue(t, c, "w", nil)
		b.Clock.Advance(time.Second)
		r, err := c.RecoverAll(append(slices.Clone(ids), waiting, "none", ids[0]))
		must(t, err)
		if r.Count(client.OutcomeChanged) != 4 || r.Count(client.OutcomeUnchanged) != 1 || r.Count(client.OutcomeUnknown) != 1 {
			t.Errorf("the report is %+v", r.Report)
		}
		tokens := b.Database.Has("workflow_status", "creator_xid")
		if want := map[bool]int{true: 3}[tokens]; r.Fenced != want || len(r.MayRunTwice) != 4-want || !slices.Contains(r.MayRunTwice, ids[2]) {
			t.Errorf("%d are fenced, %v may run twice, want %d of 4 fenced", r.Fenced, r.MayRunTwice, want)
		}
		for i, want := range []struct{ queue, dedup any }{{queue, "d"}, {client.InternalQueueName, nil}, {client.InternalQueueName, nil}, {queue, nil}} {
			row := b.Workflow(ids[i])
			if row["status"] != "ENQUEUED" || row["queue_name"] != want.queue || row["deduplication_id"] != want.dedup || row["started_at_epoch_ms"] != nil ||
				tokens && row["owner_xid"] != nil {
				t.Errorf("workflow %d is %v, want %+v", i, row, want)
			}
			if row["recovery_attempts"] != "3" || row["workflow_deadline_epoch_ms"] != "9000000000000" || row["workflow_timeout_ms"] != "5000" ||
				row["priority"] != "4" || row["queue_partition_key"] != "p" || row["application_version"] != "v1" {
				t.Errorf("workflow %d has lost something: %v", i, row)
			}
		}
		again, err := c.RecoverAll(ids)
		must(t, err)
		if again.Count(client.OutcomeUnchanged) != 4 || again.Results[0].Reason != "it is ENQUEUED, and only PENDING workflows have an executor" {
			t.Errorf("a second time, the report is %+v", again.Report)
		}
		empty, err := c.RecoverAll(nil)
		if err != nil || len(empty.Results) > 0 || empty.Fenced > 0 || empty.MayRunTwice != nil {
			t.Errorf("of nothing, the report is %+v, %v", empty, err)
		}
	})
}

// While the gate asks, a live executor takes a workflow: it keeps it.
func TestRecoverLeavesWhatAnExecutorHasTakenMeanwhile(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		var ids []string
		c := b.NewClient(func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				if change.Op == "recover" {
					set(b, ids[0], "executor_id = 'other'")
					set(b, ids[1], "started_at_epoch_ms = started_at_epoch_ms + 1000")
				}
				return apply()
			}
		})
		ids = taken(t, b, c, "local", 3, time.Hour)
		r, err := c.RecoverAll(ids)
		must(t, err)
		if got := r.IDs(client.OutcomeChanged); !slices.Equal(got, ids[2:]) {
			t.Errorf("%v changed of %v", got, ids)
		}
		if r.Results[0].Reason != "an executor has taken it since it was looked at" || b.Workflow(ids[0])["status"] != "PENDING" {
			t.Errorf("the report is %+v", r.Report)
		}
	})
}

// Another executor goes on after the last step, and each workflow ends once.
func TestAnotherExecutorFinishesWhatWasRecovered(t *testing.T) {
	t.Parallel()
	goApplications(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		first := launched(t, b, map[string]worker.Workflow{"w": twoSteps}, func(c *worker.Config) { c.ExecutorID, c.ApplicationVersion = "first", "v1" })
		ids := enqueueMany(t, c, "w", 3, client.EnqueueOptions{})
		steps(t, first, 4)
		pending := inState(b, "PENDING")
		if len(pending) == 0 {
			t.Fatal("the first executor has left nothing")
		}
		second := launched(t, b, map[string]worker.Workflow{"w": twoSteps}, func(c *worker.Config) { c.ExecutorID, c.ApplicationVersion = "second", "v1" })
		mustDrain(t, second)
		if left := inState(b, "PENDING"); !slices.Equal(left, pending) {
			t.Fatalf("before the recovery, PENDING are %v, then %v", pending, left)
		}
		r, err := c.RecoverAll(pending)
		must(t, err)
		mustDrain(t, second)
		if len(inState(b, "SUCCESS")) != len(ids) || r.Count(client.OutcomeChanged) != len(pending) {
			t.Errorf("%v of %v have ended, the report is %+v", inState(b, "SUCCESS"), ids, r.Report)
		}
		for _, id := range pending {
			if row := b.Workflow(id); row["executor_id"] != "second" || row["recovery_attempts"] != "2" {
				t.Errorf("%s is %v", id, row)
			}
		}
	})
}

func TestADryRunOfARecoveryShowsTheQueues(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		if b.Name == "Cockroach" { // a dry run asks for the identity of the cluster
			return
		}
		b = b.Of(client.SDKGo)
		ids := taken(t, b, b.NewClient(), "dead", 2, time.Hour)
		set(b, ids[1], "queue_name = NULL")
		c := b.NewClient(func(config *client.ClientConfig) { config.DryRun = true })
		r, err := c.RecoverAll(ids)
		must(t, err)
		found, err := c.ListWorkflows(client.WithWorkflowIDs(ids))
		must(t, err)
		queues := map[string]string{found[0].ID: found[0].QueueName, found[1].ID: found[1].QueueName}
		if r.Count(client.OutcomeChanged) != 2 || queues[ids[0]] != queue || queues[ids[1]] != client.InternalQueueName {
			t.Errorf("the report is %+v, the queues are %v", r.Report, queues)
		}
		if len(inState(b, "PENDING")) != 2 {
			t.Error("the dry run has changed something")
		}
	})
}
