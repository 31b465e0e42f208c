package client_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// A blunder is a call with more than one mistake.
type blunder struct {
	what string
	do   func(client.Client) error
}

func many(o client.EnqueueManyOptions) func(client.Client) error {
	return func(c client.Client) error {
		count := max(len(o.WorkflowIDs), len(o.DeduplicationIDs))
		_, err := c.EnqueueMany("q", "wf", make([]any, count), client.WithEnqueueManyOptions(o))
		return err
	}
}

func forks(pairs ...string) func(client.Client) error {
	return func(c client.Client) error {
		var inputs []client.ForkWorkflowInput
		for i := 0; i < len(pairs); i += 2 {
			inputs = append(inputs, client.ForkWorkflowInput{OriginalWorkflowID: pairs[i], ForkedWorkflowID: pairs[i+1]})
		}
		_, err := c.ForkWorkflows(inputs)
		return err
	}
}

func ids(list ...string) []string { return list }

func enqueuedWith(o client.EnqueueOptions) func(client.Client) error {
	return func(c client.Client) error {
		_, err := c.Enqueue("q", "wf", 1, client.WithEnqueueOptions(o))
		return err
	}
}

// blunders has for each method that changes something calls with two mistakes. The database has the workflows of q named
// w0 and w1, the workflow stranger of another name, holder and twin with the deduplication ids d and e, and the schedule s.
func blunders() map[string][]blunder {
	past, soon := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	existing := client.DeduplicationPolicyReturnExisting
	delays := func(ids []string) func(c client.Client) error {
		return func(c client.Client) error {
			_, err := c.DelayAll(ids, client.WithDelayDuration(time.Hour), client.WithDelayUntil(soon))
			return err
		}
	}
	return map[string][]blunder{
		"Enqueue": {
			{"an id of another workflow and a taken key", enqueuedWith(client.EnqueueOptions{WorkflowID: "stranger", DeduplicationID: "d"})},
			{"an id that exists and a taken key", enqueuedWith(client.EnqueueOptions{WorkflowID: "w0", DeduplicationID: "d"})},
			{"an id of another workflow and the key of a holder", enqueuedWith(client.EnqueueOptions{WorkflowID: "stranger", DeduplicationID: "d", DeduplicationPolicy: existing})},
			{"a bad option and a taken key", enqueuedWith(client.EnqueueOptions{DeduplicationID: "d", Delay: -1})},
			{"an unknown version and a taken key", enqueuedWith(client.EnqueueOptions{DeduplicationID: "d", ApplicationVersion: "v9", Strict: true})},
		},
		"EnqueueMany": {
			{"a stranger before a taken key", many(client.EnqueueManyOptions{WorkflowIDs: ids("stranger", "new"), DeduplicationIDs: ids("free", "d")})},
			{"a taken key before a stranger", many(client.EnqueueManyOptions{WorkflowIDs: ids("new", "stranger"), DeduplicationIDs: ids("d", "free")})},
			{"a stranger with a taken key", many(client.EnqueueManyOptions{WorkflowIDs: ids("stranger", "new"), DeduplicationIDs: ids("d", "free")})},
			{"two strangers", many(client.EnqueueManyOptions{WorkflowIDs: ids("stranger2", "stranger")})},
			{"two taken keys", many(client.EnqueueManyOptions{DeduplicationIDs: ids("e", "d")})},
			{"a key twice and a stranger", many(client.EnqueueManyOptions{WorkflowIDs: ids("new", "stranger", "newer"), DeduplicationIDs: ids("f", "free", "f")})},
			{"an id that exists with a taken key", many(client.EnqueueManyOptions{WorkflowIDs: ids("w0", "new"), DeduplicationIDs: ids("d", "free")})},
			{"an id twice and a taken key", many(client.EnqueueManyOptions{WorkflowIDs: ids("new", "new"), DeduplicationIDs: ids("d", "free")})},
			{"then one without a mistake", many(client.EnqueueManyOptions{DeduplicationIDs: ids("free", "f")})},
		},
		"EnqueueAll": {{"a taken key before a stranger", func(c client.Client) error {
			_, err := c.EnqueueAll("q", "wf", []any{1, 2}, client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: ids("new", "stranger"), DeduplicationIDs: ids("d", "free")}))
			return err
		}}},
		"Send": {{"no id and no data", func(c client.Client) error { return c.Send("", func() {}, "") }}, {"nobody and no data", func(c client.Client) error { return c.Send("none", func() {}, "") }}},
		"SendMany": {{"two that do not exist", func(c client.Client) error {
			return c.SendMany([]client.Message{{DestinationID: "w0"}, {DestinationID: "z"}, {DestinationID: "a"}})
		}}},
		"CancelWorkflow":  {{"an empty id", func(c client.Client) error { return c.CancelWorkflow("") }}},
		"CancelWorkflows": {{"unknown ones", func(c client.Client) error { return c.CancelWorkflows(ids("", "none")) }}},
		"CancelAll":       {{"unknown ones", func(c client.Client) error { _, err := c.CancelAll(ids("none", "")); return err }}},
		"ResumeWorkflow": {{"an unknown one on an unknown queue", func(c client.Client) error {
			_, err := c.ResumeWorkflow("none", client.WithResumeQueue("nowhere"))
			return err
		}}},
		"ResumeWorkflows": {{"unknown ones on an unknown queue", func(c client.Client) error {
			_, err := c.ResumeWorkflows(ids("none", "no"), client.WithResumeQueue("nowhere"))
			return err
		}}},
		"ResumeAll": {{"unknown ones on an unknown queue", func(c client.Client) error {
			_, err := c.ResumeAll(ids("none", "no"), client.WithResumeQueue("nowhere"))
			return err
		}}},
		"SetWorkflowDelay": {{"two delays for an unknown one", func(c client.Client) error {
			return c.SetWorkflowDelay("none", client.WithDelayDuration(time.Hour), client.WithDelayUntil(soon))
		}}},
		"DelayAll": {{"two delays for unknown ones", delays(ids("none", "no"))}},
		"ForkWorkflow": {
			{"no original and a taken id", func(c client.Client) error {
				_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "none", ForkedWorkflowID: "w0"})
				return err
			}},
			{"no original and an unknown version", func(c client.Client) error {
				_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "none", ApplicationVersion: "v9"})
				return err
			}},
		},
		"ForkWorkflows": {
			{"a taken id before a missing original", forks("w0", "w1", "none", "new")},
			{"two missing originals", forks("w0", "new", "z", "new1", "a", "new2")},
			{"two taken ids", forks("w0", "new", "w0", "w1", "w0", "stranger")},
			{"an id twice and a taken one", forks("w0", "new", "w0", "w1", "w0", "new")},
		},
		"ForkAll": {{"two taken ids", func(c client.Client) error {
			_, err := c.ForkAll([]client.ForkWorkflowInput{{OriginalWorkflowID: "w0", ForkedWorkflowID: "w1"}, {OriginalWorkflowID: "w0", ForkedWorkflowID: "stranger"}})
			return err
		}}},
		"DeleteWorkflows": {{"unknown ones", func(c client.Client) error { return c.DeleteWorkflows(ids("none", "")) }}},
		"DeleteAll":       {{"unknown ones", func(c client.Client) error { _, err := c.DeleteAll(ids("none", "")); return err }}},
		"RerunWorkflows": {{"unknown ones from nowhere", func(c client.Client) error {
			_, err := c.RerunWorkflows(ids("none"), client.WithRerunOptions(client.RerunOptions{From: "x", QueueName: "nowhere"}))
			return err
		}}},
		"SetLatestApplicationVersion": {{"an unknown one", func(c client.Client) error { return c.SetLatestApplicationVersion("v9") }}},
		"CreateSchedule": {{"one that exists on a bad text", func(c client.Client) error {
			return c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "x"})
		}}, {"one that exists for an unknown SDK", func(c client.Client) error {
			return c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "@daily", SDK: "cobol"})
		}}},
		"ApplySchedules": {{"two bad ones", func(c client.Client) error {
			return c.ApplySchedules([]client.ClientScheduleInput{{ScheduleName: "s", Schedule: "x"}, {WorkflowName: "wf"}})
		}}},
		"ApplyAll": {{"two bad ones", func(c client.Client) error {
			_, err := c.ApplyAll([]client.ClientScheduleInput{{ScheduleName: "s", Schedule: "x"}, {WorkflowName: "wf"}})
			return err
		}}},
		"BackfillAll":    {{"an unknown one, backwards", func(c client.Client) error { _, err := c.BackfillAll("S", soon, past); return err }}},
		"PauseSchedule":  {{"an unknown one", func(c client.Client) error { return c.PauseSchedule("S") }}},
		"ResumeSchedule": {{"an unknown one", func(c client.Client) error { return c.ResumeSchedule("S") }}},
		"DeleteSchedule": {{"an unknown one", func(c client.Client) error { return c.DeleteSchedule("S") }}},
		"RemoveSchedule": {{"an unknown one", func(c client.Client) error { return c.RemoveSchedule("S") }}},
		"BackfillSchedule": {{"an unknown one, backwards", func(c client.Client) error { _, err := c.BackfillSchedule("S", soon, past); return err }}, {"backwards over years", func(c client.Client) error {
			_, err := c.BackfillSchedule("s", soon, past.AddDate(-100, 0, 0))
			return err
		}}},
		"TriggerSchedule": {{"an unknown one", func(c client.Client) error { _, err := c.WithSDK("cobol").TriggerSchedule("S"); return err }}},
		"Debounce": {
			{"an id that exists and a key of another", func(c client.Client) error {
				_, err := c.Debounce("wf", "k", time.Second, 1, client.DebouncerOptions{QueueName: "q"}, client.WithWorkflowID("w0"))
				return err
			}},
			{"a bad delay and no name", func(c client.Client) error {
				_, err := c.Debounce("", "k", -1, 1, client.DebouncerOptions{})
				return err
			}},
			{"an id that exists, then without", func(c client.Client) error {
				_, err := c.Debounce("wf", "free", time.Second, 1, client.DebouncerOptions{QueueName: "q"}, client.WithWorkflowID("w0"))
				if err == nil {
					return nil
				}
				_, again := c.Debounce("wf", "free", time.Second, 1, client.DebouncerOptions{QueueName: "q"})
				return fmt.Errorf("%w, then %v", err, again)
			}},
		},
	}
}

// blundering makes the calls in order, and returns what each of them says.
func blundering(c client.Client) []string {
	var said []string
	all := blunders()
	for _, method := range slices.Sorted(maps.Keys(all)) {
		for _, call := range all[method] {
			err := call.do(c)
			said = append(said, fmt.Sprintf("%s, %s: %v (%v)", method, call.what, err, client.CodeOf(err)))
		}
	}
	return said
}

// The first mistake of a call is told, and it is the same one in a dry run.
func TestADryRunTellsTheSameMistake(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		enqueued(t, c, "w", 2)
		for name, with := range map[string]client.EnqueueOption{
			"stranger": client.WithEnqueueWorkflowID("stranger"), "other": client.WithEnqueueWorkflowID("stranger2"),
		} {
			_, err := c.Enqueue("q", name, 1, with)
			mustDo(t, err)
		}
		for id, key := range map[string]string{"holder": "d", "twin": "e", "keeper": "wf-k"} {
			_, err := c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID(id), client.WithEnqueueDeduplicationID(key))
			mustDo(t, err)
		}
		mustDo(t, c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "s", WorkflowName: "wf", Schedule: "* * * * * *", SDK: client.SDKGo}))
		looked := blundering(b.NewClient(func(c *client.ClientConfig) { c.DryRun = true }))
		done := blundering(b.NewClient())
		for i := range done {
			if looked[i] != done[i] {
				t.Errorf("a dry run says\n\t%s\nand the real one\n\t%s", looked[i], done[i])
			}
		}
	})
	methods, all := reflect.TypeFor[client.Client](), blunders()
	for i := range methods.NumMethod() {
		if name := methods.Method(i).Name; readers[name] == (all[name] != nil) {
			t.Errorf("%s must be either a reader or have blunders here", name)
		}
	}
}
