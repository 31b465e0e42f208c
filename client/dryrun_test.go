package client_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// A move is one call of a random story.
type move struct {
	name string
	do   func(client.Client) error
}

// someMove is a call that may fail, or find nothing to do.
func someMove() *rapid.Generator[move] {
	return rapid.Custom(func(t *rapid.T) move {
		id := rapid.SampledFrom([]string{"w0", "w1", "w2", "w3", "w4", "new", "none"}).Draw(t, "id")
		ids := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"w0", "w1", "w2", "w3", "w4", "new", "none"}), 1, 4, rapid.ID[string]).Draw(t, "ids")
		key := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key")
		enqueued := func(name string, options ...client.EnqueueOption) move {
			return move{name, func(c client.Client) error { _, err := c.Enqueue("q", "wf", 1, options...); return err }}
		}
		return rapid.SampledFrom([]move{
			{"cancel " + id, func(c client.Client) error { return c.CancelWorkflow(id) }},
			{fmt.Sprint("cancel ", ids), func(c client.Client) error { return c.CancelWorkflows(ids) }},
			{"resume " + id, func(c client.Client) error { _, err := c.ResumeWorkflow(id); return err }},
			{fmt.Sprint("resume ", ids), func(c client.Client) error { _, err := c.ResumeWorkflows(ids); return err }},
			{"delay " + id, func(c client.Client) error { return c.SetWorkflowDelay(id, client.WithDelayDuration(time.Hour)) }},
			{fmt.Sprint("delete ", ids), func(c client.Client) error { return c.DeleteWorkflows(ids) }},
			{"send " + id, func(c client.Client) error { return c.Send(id, 1, "") }},
			{"fork " + id + " as " + key, func(c client.Client) error {
				_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: id, ForkedWorkflowID: "fork-" + key})
				return err
			}},
			enqueued("enqueue "+id, client.WithEnqueueWorkflowID(id)),
			enqueued("delayed "+id, client.WithEnqueueWorkflowID(id), client.WithEnqueueDelay(time.Hour)),
			enqueued("deduplicated "+key, client.WithEnqueueDeduplicationID(key)),
			enqueued("existing "+key, client.WithEnqueueDeduplicationID(key), client.WithEnqueueDeduplicationPolicy(client.DeduplicationPolicyReturnExisting)),
			{"create " + key, func(c client.Client) error {
				return c.CreateSchedule(client.ClientScheduleInput{ScheduleName: key, WorkflowName: "wf", Schedule: "@daily", SDK: client.SDKGo})
			}},
			{"apply " + key, func(c client.Client) error {
				return c.ApplySchedules([]client.ClientScheduleInput{{ScheduleName: key, WorkflowName: "wf", Schedule: "@hourly", SDK: client.SDKGo}})
			}},
			{"pause " + key, func(c client.Client) error { return c.PauseSchedule(key) }},
			{"unpause " + key, func(c client.Client) error { return c.ResumeSchedule(key) }},
			{"drop " + key, func(c client.Client) error { return c.DeleteSchedule(key) }},
			{"trigger " + key, func(c client.Client) error { _, err := c.TriggerSchedule(key); return err }},
			{"debounce " + key, func(c client.Client) error {
				_, err := c.Debounce("wf", key, time.Minute, 1, client.DebouncerOptions{QueueName: "later"})
				return err
			}},
		}).Draw(t, "move")
	})
}

// outcomes are what came of each move: its error's code, or how much it has changed. Two clients of one run take turns.
func outcomes(b clienttest.Backend, moves []move, dry bool) []string {
	var changed int64
	var shared client.SharedPlans
	var clients [2]client.Client
	for i := range clients {
		clients[i] = b.NewClient(func(config *client.ClientConfig) {
			config.DryRun, config.Plans = dry, &shared
			config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				err := apply()
				changed = change.Changed
				return err
			}
		})
		defer clients[i].Shutdown(time.Second)
	}
	list := make([]string, len(moves))
	for i, m := range moves {
		changed = 0
		err := m.do(clients[i%2])
		list[i] = fmt.Sprintf("%s: changed %d", m.name, changed)
		if err != nil {
			message, _, _ := strings.Cut(err.Error(), " (did you mean") // the names of a dry run's own schedules are not looked up
			list[i] = m.name + ": " + message
		}
	}
	return list
}

// Whatever is done one after the other, a dry run of it says what the real run then does: the same
// errors, the same counts.
func TestADryRunFindsWhatTheRealRunDoes(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	states := rapid.SampledFrom(client.WorkflowStatuses)
	rapid.Check(t, func(t *rapid.T) {
		for _, table := range []string{"workflow_status", "workflow_input", "workflow_output", "operation_outputs", "workflow_schedules", "notifications"} {
			b.Exec("DELETE FROM {"+table+"}", nil)
		}
		for i := range 5 {
			b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, created_at, updated_at) VALUES (:id, :status, 'wf', 'q', 1, 1)",
				map[string]any{"id": fmt.Sprintf("w%d", i), "status": string(states.Draw(t, "state"))})
		}
		moves := rapid.SliceOfN(someMove(), 1, 8).Draw(t, "moves")
		looked, done := outcomes(b, moves, true), outcomes(b, moves, false)
		for i := range moves {
			if looked[i] != done[i] {
				t.Fatalf("a dry run says\n\t%s\nand the real one\n\t%s\nafter %v", looked[i], done[i], done[:i])
			}
		}
	})
}
