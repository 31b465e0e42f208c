package client_test

import (
	"context"
	"fmt"
	"slices"
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
			{fmt.Sprint("move to version 2 ", ids), func(c client.Client) error { _, err := c.MoveVersionAll(ids, "2"); return err }},
			{fmt.Sprint("move to q ", ids), func(c client.Client) error { _, err := c.MoveQueueAll(ids, "q"); return err }},
			{fmt.Sprint("hold ", ids), func(c client.Client) error { _, err := c.HoldAll(ids); return err }},
			{fmt.Sprint("release ", ids), func(c client.Client) error { _, err := c.ReleaseAll(ids); return err }},
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
			{"rewind " + id, func(c client.Client) error { _, err := c.RewindWorkflow(id); return err }},
			{fmt.Sprint("rewind ", ids), func(c client.Client) error {
				_, err := c.RewindAll(ids, client.WithRewindQueue("rewound"))
				return err
			}},
			{"cancel fork-" + key, func(c client.Client) error { return c.CancelWorkflow("fork-" + key) }},
			{"register " + key, func(c client.Client) error {
				_, err := c.RegisterQueue(client.QueueInput{Name: "queue-" + key})
				return err
			}},
			{"unregister " + key, func(c client.Client) error { _, err := c.DeleteQueue("queue-" + key); return err }},
			{"enqueue onto " + key, func(c client.Client) error {
				_, err := c.Enqueue("queue-"+key, "wf", 1, client.WithEnqueueWorkflowID("on-"+key), client.WithEnqueueAttributes(map[string]any{"k": key}))
				return err
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

// outcomes are what came of each move: its error's code, or how much it has changed. Two clients of
// one run take turns.
func outcomes(b clienttest.Backend, moves []move, filters []client.ListWorkflowsOptions, dry bool) []string {
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
	return append(list, lists(clients[0], filters)...)
}

// someFilters are a few of the filters of a list.
func someFilters() *rapid.Generator[[]client.ListWorkflowsOptions] {
	yes, no, early := true, false, time.UnixMilli(2)
	one := rapid.SampledFrom([]client.ListWorkflowsOptions{
		{}, {SortDesc: true}, {Status: []client.WorkflowStatusType{"ENQUEUED"}}, {Status: []client.WorkflowStatusType{"CANCELLED", "DELAYED"}},
		{QueuesOnly: true}, {QueueName: []string{"q", "rewound", "queue-a"}}, {WorkflowIDs: []string{"w0", "w1", "fork-a", "on-b"}},
		{WorkflowIDPrefix: []string{"fork-", "w"}}, {ForkedFrom: []string{"w0", "w1", "w2"}}, {IsFork: &yes}, {IsFork: &no, Name: []string{"wf"}},
		{DeduplicationID: []string{"a"}}, {AppVersion: []string{"1"}}, {AppVersion: []string{"2"}},
		{DequeuedAfter: early}, {CompletedAfter: early}, {CompletedBefore: early}, {Attributes: map[string]any{"k": "a"}}, {IsDebounced: &yes}, {HasParent: &yes},
	})
	return rapid.SliceOfN(one, 1, 2)
}

// lists are the workflows, schedules and queues as lists find them.
func lists(c client.Client, filters []client.ListWorkflowsOptions) (found []string) {
	for _, o := range filters {
		rows, err := c.ListWorkflows(client.WithListWorkflowsOptions(o))
		line := fmt.Sprint(err)
		for _, w := range rows {
			if len(w.ID) == len("00000000-0000-0000-0000-000000000000") {
				w.ID = "random"
			}
			line += fmt.Sprintf(" %s/%s/%s/%s/%s/%s", w.ID, w.Status, w.Name, w.QueueName, w.ForkedFrom, w.DeduplicationID)
		}
		found = append(found, sortedWords(line))
	}
	schedules, err := c.ListSchedules()
	line := fmt.Sprint(err)
	for _, s := range schedules {
		line += fmt.Sprintf(" %s/%s/%s", s.ScheduleName, s.Schedule, s.Status)
	}
	queues, err := c.ListQueues()
	for _, q := range queues {
		line += " " + q.Name
	}
	return append(found, strings.ReplaceAll(line, " ", ";")+fmt.Sprint(err))
}

// sortedWords returns a line with sorted words, because random ids come in any order.
func sortedWords(line string) string {
	words := strings.Fields(line)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// Whatever is done one after the other, a dry run of it says what the real run then does: the same
// errors, the same counts.
func TestADryRunFindsWhatTheRealRunDoes(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	states := rapid.SampledFrom(client.WorkflowStatuses)
	rapid.Check(t, func(t *rapid.T) {
		for _, table := range []string{"workflow_status", "workflow_schedules", "notifications", "queues"} { // which leaves orphans in the tables of payloads
			b.Exec("DELETE FROM {"+table+"}", nil)
		}
		// A move refuses a queue that the database has not seen. A dry run does not know that its
		// own calls have taken the last workflow off one.
		b.Exec("INSERT INTO {queues} (queue_id, name) VALUES ('q', 'q')", nil)
		for i := range 5 {
			args := map[string]any{"id": fmt.Sprintf("w%d", i), "status": string(states.Draw(t, "state"))}
			for _, column := range []string{"started", "completed"} {
				args[column] = rapid.SampledFrom([]any{nil, int64(5)}).Draw(t, column)
			}
			b.Exec("INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, application_version, created_at, updated_at, started_at_epoch_ms, completed_at)"+
				" VALUES (:id, :status, 'wf', 'q', '1', 1, 1, :started, :completed)", args)
		}
		moves := rapid.SliceOfN(someMove(), 1, 8).Draw(t, "moves")
		filters := someFilters().Draw(t, "filters")
		looked, done := outcomes(b, moves, filters, true), outcomes(b, moves, filters, false)
		for i := range done {
			if looked[i] != done[i] {
				t.Fatalf("a dry run says\n\t%s\nand the real one\n\t%s\nafter %v", looked[i], done[i], done[:i])
			}
		}
	})
}
