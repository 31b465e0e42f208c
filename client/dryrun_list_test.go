package client_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// dryClient is a client of a dry run whose warnings are errors.
func dryClient(b clienttest.Backend) client.Client {
	return b.NewClient(func(config *client.ClientConfig) { config.DryRun, config.Strict, config.SDK = true, true, client.SDKGo })
}

// registered makes a database that knows a queue and a workflow, so that others are unknown.
func registered(t *testing.T, b clienttest.Backend) {
	t.Helper()
	c := b.NewClient()
	_, err := c.RegisterQueue(client.QueueInput{Name: "known"})
	mustDo(t, err)
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at, completed_at)
		VALUES ('w', 'SUCCESS', 'wf', 'known', 1, 1, 1), ('other', 'ERROR', 'wf', 'known', 2, 2, 2)`, nil)
	b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name) VALUES ('w', 0, 'a'), ('w', 1, 'b'), ('w', 2, 'c')`, nil)
}

// A queue that a dry run would have registered is known to its later calls, and one that it would
// have deleted is not.
func TestADryRunKnowsTheQueuesThatItPlanned(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		registered(t, b)
		c := dryClient(b)
		_, err := c.Enqueue("fresh", "wf", 1)
		fails(t, err, client.InvalidOption, `this database has seen no queue "fresh"`)
		one := 1
		_, err = c.RegisterQueue(client.QueueInput{Name: "fresh", QueueLimits: client.QueueLimits{Concurrency: &one}})
		mustDo(t, err)
		handle, err := c.Enqueue("fresh", "wf", 1, client.WithEnqueueWorkflowID("on-fresh"), client.WithEnqueuePriority(7))
		mustDo(t, err)
		status, err := handle.GetStatus()
		if mustDo(t, err); status.QueueName != "fresh" || status.Priority != 7 || status.CreatedAt.IsZero() {
			t.Errorf("the workflow is %+v", status)
		}
		_, err = c.ResumeWorkflow("w", client.WithResumeQueue("fresh"))
		mustDo(t, err)
		_, err = c.DeleteQueue("known")
		mustDo(t, err)
		_, err = c.RegisterQueue(client.QueueInput{Name: "parted", PartitionQueue: true})
		mustDo(t, err)
		_, err = c.Enqueue("parted", "wf", 1)
		fails(t, err, client.InvalidOption, "is partitioned, and a workflow without a queue_partition_key")
		names, err := c.QueueNames()
		if mustDo(t, err); fmt.Sprint(names) != "[fresh parted]" {
			t.Errorf("the queues are %v", names)
		}
	})
}

// A fork that a dry run would have made is listed with its original's name and its steps, gets
// messages, and can be cancelled.
func TestADryRunKnowsTheForksThatItPlanned(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		registered(t, b)
		c := dryClient(b)
		_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "w", ForkedWorkflowID: "f", StartStep: 2, Timeout: time.Minute})
		mustDo(t, err)
		yes := true
		rows, err := c.ListWorkflows(client.WithFilterIsFork(yes), client.WithStatus([]client.WorkflowStatusType{"ENQUEUED"}))
		if mustDo(t, err); len(rows) != 1 || rows[0].ID != "f" || rows[0].Name != "wf" || rows[0].Timeout != time.Minute || rows[0].QueueName != client.InternalQueueName {
			t.Errorf("listed are %+v", rows)
		}
		steps, err := c.ListWorkflowSteps("f")
		if mustDo(t, err); len(steps) != 2 || steps[1].StepName != "b" {
			t.Errorf("the fork's steps are %+v", steps)
		}
		mustDo(t, client.Send(c, "w", 1, "", client.WithSendToForks()))
		mustDo(t, c.CancelWorkflow("f"))
		rows, err = c.ListWorkflows(client.WithForkedFrom("w"))
		if mustDo(t, err); len(rows) != 1 || rows[0].Status != client.WorkflowStatusCancelled || rows[0].QueueName != "" {
			t.Errorf("after the cancel: %+v", rows)
		}
		mustDo(t, c.DeleteWorkflows([]string{"f"}))
		if rows, err = c.ListWorkflows(client.WithForkedFrom("w")); err != nil || len(rows) != 0 {
			t.Errorf("after the deletion: %+v, %v", rows, err)
		}
	})
}

// A message to the forks of a workflow reaches those that the dry run would have made.
func TestADryRunSendsToPlannedForks(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	registered(t, b)
	var reached []string
	c := b.NewClient(func(config *client.ClientConfig) {
		config.DryRun, config.Gate = true, func(_ context.Context, change *client.Change, apply func() error) error {
			reached = change.IDs
			return apply()
		}
	})
	for _, fork := range [][2]string{{"w", "f"}, {"f", "g"}} {
		_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: fork[0], ForkedWorkflowID: fork[1]})
		mustDo(t, err)
	}
	mustDo(t, client.Send(c, "w", 1, "", client.WithSendToForks()))
	if fmt.Sprint(reached) != "[w f g]" {
		t.Errorf("the message reaches %v", reached)
	}
}

// A workflow that a dry run rewinds waits on its queue, without the steps to run again.
func TestADryRunKnowsTheRewindsThatItPlanned(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		registered(t, b)
		c := dryClient(b)
		_, err := c.RewindWorkflow("w", client.WithRewindStartStep(1), client.WithRewindQueue("known"))
		mustDo(t, err)
		rows, err := c.ListWorkflows(client.WithStatus([]client.WorkflowStatusType{"ENQUEUED"}), client.WithQueueName("known"))
		if mustDo(t, err); len(rows) != 1 || rows[0].ID != "w" {
			t.Errorf("listed are %+v", rows)
		}
		if rows, err = c.ListWorkflows(client.WithStatus([]client.WorkflowStatusType{"SUCCESS"})); err != nil || len(rows) != 0 {
			t.Errorf("in SUCCESS are %+v, %v", rows, err)
		}
		steps, err := c.GetWorkflowSteps("w")
		if mustDo(t, err); len(steps) != 1 {
			t.Errorf("the steps are %+v", steps)
		}
		_, err = c.RewindWorkflow("w")
		fails(t, err, client.Conflict, `workflow "w" is ENQUEUED`)
	})
}

// Planned and stored rows come in the order of a list, a page at a time.
func TestADryRunListsInOrder(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	registered(t, b)
	c := dryClient(b)
	_, err := c.Enqueue("known", "wf", 1, client.WithEnqueueWorkflowID("last"))
	mustDo(t, err)
	mustDo(t, c.CancelWorkflow("other"))
	ids := func(opts ...client.ListWorkflowsOption) string {
		rows, err := c.ListWorkflows(opts...)
		mustDo(t, err)
		text := ""
		for _, w := range rows {
			text += w.ID + " "
		}
		return text
	}
	for want, opts := range map[string][]client.ListWorkflowsOption{
		"w other last ": nil, "last other w ": {client.WithSortDesc()}, "other last ": {client.WithOffset(1)}, "w other ": {client.WithLimit(2)},
		"last ": {client.WithSortDesc(), client.WithLimit(1)}, "": {client.WithLimit(0)},
	} {
		if got := ids(opts...); got != want {
			t.Errorf("listed are %q, want %q", got, want)
		}
	}
}

// A schedule that a dry run would have made is listed, by its own state and name.
func TestADryRunListsTheSchedulesThatItPlanned(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		mustDo(t, b.NewClient().CreateSchedule(client.ClientScheduleInput{ScheduleName: "stored", WorkflowName: "wf", Schedule: "@daily", SDK: client.SDKGo}))
		var log bytes.Buffer
		c := b.NewClient(func(config *client.ClientConfig) {
			config.DryRun, config.Logger = true, slog.New(slog.NewTextHandler(&log, nil))
		})
		mustDo(t, c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "made", WorkflowName: "wf", Schedule: "@hourly", SDK: client.SDKGo}))
		mustDo(t, c.PauseSchedule("made"))
		mustDo(t, c.PauseSchedule("stored"))
		for want, opts := range map[string][]client.ListSchedulesOption{
			"[made stored]": {client.WithScheduleStatuses(client.ScheduleStatusPaused)}, "[]": {client.WithScheduleStatuses(client.ScheduleStatusActive)},
			"[made]": {client.WithScheduleNamePrefixes("ma")},
		} {
			list, err := c.ListSchedules(opts...)
			mustDo(t, err)
			names := []string{}
			for _, s := range list {
				names = append(names, s.ScheduleName)
			}
			if fmt.Sprint(names) != want {
				t.Errorf("listed are %v, want %s", names, want)
			}
		}
		mustDo(t, c.DeleteSchedule("stored"))
		if list, err := c.ListSchedules(); err != nil || len(list) != 1 {
			t.Errorf("after a deletion: %v, %v", list, err)
		}
	})
}

// Lists read and compare the attributes that a dry run sets, and the original of its forks.
func TestADryRunListsWhatItChangedBesideStates(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		registered(t, b)
		c := dryClient(b)
		ids := func(opts ...client.ListWorkflowsOption) string {
			rows, err := c.ListWorkflows(opts...)
			mustDo(t, err)
			text := ""
			for _, w := range rows {
				text += w.ID + " "
			}
			return text
		}
		yes, no := true, false
		mustDo(t, c.SetWorkflowAttributes("w", map[string]any{"tier": 1, "old": true}))
		mustDo(t, c.SetWorkflowAttributes("w", map[string]any{"tier": 2}, client.WithMergeAttributes()))
		mustDo(t, c.SetWorkflowAttributes("other", map[string]any{"tier": 1}))
		mustDo(t, c.SetWorkflowAttributes("other", map[string]any{}))
		_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "other", ForkedWorkflowID: "f"})
		mustDo(t, err)
		mustDo(t, c.SetWorkflowAttributes("f", map[string]any{"tier": 2}))
		rows, err := c.ListWorkflows(client.WithWorkflowIDs([]string{"w", "other"}))
		if mustDo(t, err); len(rows) != 2 || fmt.Sprint(rows[0].Attributes) != "map[old:true tier:2]" || len(rows[1].Attributes) != 0 {
			t.Errorf("listed are %+v", rows)
		}
		for want, opts := range map[string]client.ListWorkflowsOption{
			"w f attributes": client.WithAttributes(map[string]any{"tier": 2}), "attributes": client.WithAttributes(map[string]any{"tier": 1}),
			"w f any-attributes": client.WithAttributes(map[string]any{}), "other forked": client.WithWasForkedFrom(yes), "w f forked": client.WithWasForkedFrom(no),
		} {
			if got := ids(opts); !strings.HasPrefix(want, got) || strings.Count(want, " ") != strings.Count(got, " ") {
				t.Errorf("listed are %q, want %q", got, want)
			}
		}
	})
}
