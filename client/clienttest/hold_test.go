package clienttest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A hold and a release leave the rows as they were, in whatever state; a dry run reports the same.
func TestAReleasedWorkflowIsAsItWas(t *testing.T) {
	t.Parallel()
	waits := []string{"ENQUEUED", "DELAYED"}
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		inEveryState(t, b)
		b.Exec("UPDATE {workflow_status} SET delay_until_epoch_ms = NULL WHERE workflow_uuid = 'ENQUEUED'", nil)
		if b.Database.Has("workflow_status", "is_debounced") {
			b.Exec("UPDATE {workflow_status} SET is_debounced = FALSE", nil)
		}
		ids := []string{"missing"}
		before := map[string]clienttest.Record{}
		for _, state := range client.WorkflowStatuses {
			ids = append(ids, string(state))
			before[string(state)] = b.Workflow(string(state))
		}
		for _, dry := range []bool{true, false, false} { // the second hold changes nothing
			report, err := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry }).HoldAll(append(ids, "ENQUEUED"))
			must(t, err)
			for i, r := range report.Results {
				want := client.ChangeResult{ID: ids[i], Outcome: client.OutcomeChanged, Status: client.WorkflowStatusDelayed}
				switch {
				case i == 0:
					want.Outcome, want.Status, want.Reason = client.OutcomeUnknown, "", "there is no such workflow"
				case !slices.Contains(waits, ids[i]):
					want.Outcome, want.Status = client.OutcomeUnchanged, client.WorkflowStatusType(ids[i])
					want.Reason = "it is " + ids[i] + ", and only ENQUEUED and DELAYED workflows wait"
				}
				if r != want {
					t.Errorf("dry run %v: %+v, want %+v", dry, r, want)
				}
			}
		}
		c := b.NewClient()
		held, err := c.ListWorkflows(client.WithHeld(true))
		must(t, err)
		for _, wf := range held {
			if string(wf.HeldFrom) != wf.ID || wf.Status != client.WorkflowStatusDelayed || wf.DelayUntil.Year() > 3000 {
				t.Errorf("held, %s is %s from %s until %v", wf.ID, wf.Status, wf.HeldFrom, wf.DelayUntil)
			}
		}
		if len(held) != 2 {
			t.Errorf("%d workflows are held, want 2", len(held))
		}
		b.Clock.Advance(time.Second)
		for _, dry := range []bool{true, false} {
			report, err := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry }).ReleaseAll(ids)
			must(t, err)
			for i, r := range report.Results {
				if waited := slices.Contains(waits, ids[i]); waited != (r.Outcome == client.OutcomeChanged) || waited && string(r.Status) != ids[i] {
					t.Errorf("dry run %v: released, %+v", dry, r)
				}
			}
		}
		for id, row := range before {
			want := clienttest.Record{}
			if slices.Contains(waits, id) {
				want = clienttest.Record{"updated_at": b.Millis()}
			}
			assertRecord(t, id, changed(row, b.Workflow(id)), want)
		}
	})
}

// Held workflows are not taken, also after a year; released ones run by priority and age, as raw
// SQL orders them.
func TestHeldWorkflowsRunOnceReleasedInTheirOrder(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		var ran []string
		w := launched(t, b, map[string]worker.Workflow{"name": func(r *worker.Run) (any, error) {
			ran = append(ran, r.WorkflowID())
			return nil, nil
		}})
		for i := range 12 {
			enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID(fmt.Sprint("w", i*7%12)), client.WithEnqueuePriority(uint(i%3)))
			b.Clock.Advance(time.Millisecond)
		}
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("late"), client.WithEnqueueDelay(2*365*24*time.Hour))
		var want []string
		for i := range 12 {
			next := b.Rows("workflow_status", `workflow_uuid = (SELECT w.workflow_uuid FROM {workflow_status} AS w WHERE w.status = 'ENQUEUED'
				ORDER BY w.priority, w.created_at LIMIT 1 OFFSET `+fmt.Sprint(i)+`)`, nil)
			want = append(want, fmt.Sprint(next[0]["workflow_uuid"]))
		}
		_, err := c.HoldAll(append(slices.Clone(want), "late"))
		must(t, err)
		b.Clock.Advance(365 * 24 * time.Hour)
		if mustDrain(t, w); len(ran) > 0 {
			t.Errorf("held, %v run", ran)
		}
		_, err = c.ReleaseAll(append(slices.Clone(want), "late"))
		must(t, err)
		if mustDrain(t, w); !slices.Equal(ran, want) {
			t.Errorf("released, they run as %v, want %v", ran, want)
		}
		b.Clock.Advance(366 * 24 * time.Hour)
		if mustDrain(t, w); ran[len(ran)-1] != "late" {
			t.Errorf("after its delay, %v have run", ran)
		}
	})
}

// A debouncer would end a hold, so its workflow is left alone, and another delay does not end one.
func TestWhatWouldEndAHold(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("plain"))
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("bounced"), client.WithEnqueueDelay(time.Hour))
		_, err := c.HoldAll([]string{"plain"})
		must(t, err)
		_, err = c.DelayAll([]string{"plain"}, client.WithDelayDuration(time.Minute))
		must(t, err)
		if wf, err := c.Handle("plain").GetStatus(); err != nil || wf.HeldFrom != client.WorkflowStatusDelayed || !wf.DelayUntil.Equal(b.Clock.Now().Add(time.Minute)) {
			t.Errorf("delayed, the held one is %+v, %v", wf, err)
		}
		if !b.Database.Has("workflow_status", "is_debounced") {
			return
		}
		b.Exec("UPDATE {workflow_status} SET is_debounced = TRUE WHERE workflow_uuid = 'bounced'", nil)
		for _, dry := range []bool{true, false} {
			report, err := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry }).HoldAll([]string{"bounced"})
			if must(t, err); report.Results[0].Outcome != client.OutcomeUnchanged {
				t.Errorf("dry run %v: %+v", dry, report.Results[0])
			}
		}
	})
}

// A dry run reads its holds, releases and moves, of rows of the database and of its own.
func TestADryRunReadsWhatItHasHeldAndMoved(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		enqueue(t, b.NewClient(), "name", nil, client.WithEnqueueWorkflowID("stored"))
		c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = true })
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("planned"))
		ids := []string{"stored", "planned"}
		_, err := c.HoldAll(ids)
		must(t, err)
		expectHeld := func(want int) {
			t.Helper()
			if list, err := c.ListWorkflows(client.WithHeld(true)); err != nil || len(list) != want {
				t.Errorf("the dry run finds %d held ones, want %d: %v", len(list), want, err)
			}
		}
		expectHeld(2)
		_, err = c.MoveQueueAll(ids, "other")
		must(t, err)
		_, err = c.MoveVersionAll(ids, "v9")
		must(t, err)
		report, err := c.ReleaseAll(ids)
		if must(t, err); report.Count(client.OutcomeChanged) != 2 {
			t.Errorf("released: %v", report)
		}
		expectHeld(0)
		for _, id := range ids {
			if wf, err := c.Handle(id).GetStatus(); err != nil || wf.Status != client.WorkflowStatusEnqueued || wf.QueueName != "other" || wf.ApplicationVersion != "v9" {
				t.Errorf("%s is %s on %s with %s: %v", id, wf.Status, wf.QueueName, wf.ApplicationVersion, err)
			}
		}
	})
}

// Workflows move in one step or not at all: to a queue that is known, with a partition key if it is
// partitioned, and with deduplication ids that are free there.
func TestAMoveThatWouldStrandWorkflowsIsRefused(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for _, input := range []client.QueueInput{{Name: "known"}, {Name: "parts", PartitionQueue: true}} {
			_, err := c.RegisterQueue(input)
			must(t, err)
		}
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("plain"))
		enqueue(t, c, "name", nil, client.WithEnqueueWorkflowID("dedup"), client.WithEnqueueDeduplicationID("d"))
		_, err := c.Enqueue("known", "name", nil, client.WithEnqueueWorkflowID("holder"), client.WithEnqueueDeduplicationID("d"))
		must(t, err)
		b.Exec("INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at) VALUES ('1', 'v1', 1, 1)", nil)
		before := b.Rows("workflow_status", "TRUE", nil)
		ids := []string{"plain", "dedup"}
		for _, dry := range []bool{true, false} {
			c := b.NewClient(func(c *client.ClientConfig) { c.DryRun = dry })
			for _, refused := range []struct {
				call func() (*client.Report, error)
				code client.ErrorCode
			}{
				{func() (*client.Report, error) { return c.MoveQueueAll(ids, "knwon") }, client.InvalidOption},
				{func() (*client.Report, error) { return c.MoveQueueAll(ids, "parts") }, client.InvalidOption},
				{func() (*client.Report, error) { return c.MoveQueueAll(ids, "") }, client.InvalidOption},
				{func() (*client.Report, error) { return c.MoveQueueAll(ids, "known") }, client.QueueDeduplicated},
				{func() (*client.Report, error) { return c.MoveVersionAll(ids, "v2") }, client.InvalidOption},
				{func() (*client.Report, error) { return c.MoveVersionAll(ids, "") }, client.InvalidOption},
			} {
				if report, err := refused.call(); client.CodeOf(err) != refused.code {
					t.Errorf("dry run %v: %v, %v", dry, report, err)
				}
			}
		}
		after := b.Rows("workflow_status", "TRUE", nil)
		for i := range before {
			assertRecord(t, fmt.Sprint(before[i]["workflow_uuid"]), changed(before[i], after[i]), clienttest.Record{})
		}
		report, err := c.MoveQueueAll([]string{"plain", "missing"}, "known")
		if must(t, err); report.String() != `move_queue: 1 of 2 changed; 1 unknown ("missing")` || b.Workflow("plain")["queue_name"] != "known" {
			t.Errorf("%s", report)
		}
		_, err = c.MoveVersionAll([]string{"plain"}, "v1")
		if must(t, err); b.Workflow("plain")["application_version"] != "v1" {
			t.Error("its version is another one")
		}
	})
}
