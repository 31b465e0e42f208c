package operations

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client"
)

func enqueueing() []Operation {
	return []Operation{
		{Method: "Enqueue", Changes: true, Trips: 1, Mistakes: enqueueMistakes(), Call: plain(func(c client.Client) error {
			return failed(c.Enqueue("q", "wf", 1))
		})},
		{Method: "EnqueueMany", Changes: true, Trips: 1, GoOnly: lists, Mistakes: enqueueManyMistakes(), Call: plain(func(c client.Client) error {
			return failed(c.EnqueueMany("q", "wf", []any{1, 2}))
		})},
		{Method: "EnqueueAll", Changes: true, Trips: 1, Mistakes: []Mistake{{"a taken key before a stranger", func(c client.Client) error {
			options := client.EnqueueManyOptions{WorkflowIDs: []string{"new", "stranger"}, DeduplicationIDs: []string{"d", "free"}}
			return failed(c.EnqueueAll("q", "wf", []any{1, 2}, client.WithEnqueueManyOptions(options)))
		}}}, Call: plain(func(c client.Client) error {
			return failed(c.EnqueueAll("q", "wf", []any{1, 2}))
		})},
		// The key is new each time, because a client first tries to delay the group of a known key.
		{Method: "Debounce", Changes: true, Trips: 1, Mistakes: debounceMistakes(), Call: plain(func(c client.Client) error {
			return failed(c.Debounce("wf", uuid.NewString(), time.Second, 1, client.DebouncerOptions{}))
		})},
	}
}

func enqueueMistakes() []Mistake {
	with := func(o client.EnqueueOptions) func(client.Client) error {
		return func(c client.Client) error { return failed(c.Enqueue("q", "wf", 1, client.WithEnqueueOptions(o))) }
	}
	existing := client.DeduplicationPolicyReturnExisting
	return []Mistake{
		{"an id of another workflow and a taken key", with(client.EnqueueOptions{WorkflowID: "stranger", DeduplicationID: "d"})},
		{"an id that exists and a taken key", with(client.EnqueueOptions{WorkflowID: "w0", DeduplicationID: "d"})},
		{"an id of another workflow and the key of a holder", with(client.EnqueueOptions{WorkflowID: "stranger", DeduplicationID: "d", DeduplicationPolicy: existing})},
		{"a bad option and a taken key", with(client.EnqueueOptions{DeduplicationID: "d", Delay: -1})},
		{"an unknown version and a taken key", with(client.EnqueueOptions{DeduplicationID: "d", ApplicationVersion: "v9", Strict: true})},
	}
}

func enqueueManyMistakes() []Mistake {
	with := func(workflowIDs, keys []string) func(client.Client) error {
		options := client.EnqueueManyOptions{WorkflowIDs: workflowIDs, DeduplicationIDs: keys}
		return func(c client.Client) error {
			count := max(len(workflowIDs), len(keys))
			return failed(c.EnqueueMany("q", "wf", make([]any, count), client.WithEnqueueManyOptions(options)))
		}
	}
	ids := func(list ...string) []string { return list }
	return []Mistake{
		{"a stranger before a taken key", with(ids("stranger", "new"), ids("free", "d"))},
		{"a taken key before a stranger", with(ids("new", "stranger"), ids("d", "free"))},
		{"a stranger with a taken key", with(ids("stranger", "new"), ids("d", "free"))},
		{"two strangers", with(ids("stranger2", "stranger"), nil)},
		{"two taken keys", with(nil, ids("e", "d"))},
		{"a key twice and a stranger", with(ids("new", "stranger", "newer"), ids("f", "free", "f"))},
		{"an id that exists with a taken key", with(ids("w0", "new"), ids("d", "free"))},
		{"an id twice and a taken key", with(ids("new", "new"), ids("d", "free"))},
		{"then one without a mistake", with(nil, ids("free", "f"))},
	}
}

func debounceMistakes() []Mistake {
	later := client.DebouncerOptions{QueueName: "q"}
	return []Mistake{
		{"an id that exists and a key of another", func(c client.Client) error {
			return failed(c.Debounce("wf", "k", time.Second, 1, later, client.WithWorkflowID("w0")))
		}},
		{"a bad delay and no name", func(c client.Client) error {
			return failed(c.Debounce("", "k", -1, 1, client.DebouncerOptions{}))
		}},
		{"an id that exists, then without", func(c client.Client) error {
			first := failed(c.Debounce("wf", "free", time.Second, 1, later, client.WithWorkflowID("w0")))
			if first == nil {
				return nil
			}
			return fmt.Errorf("%w, then %v", first, failed(c.Debounce("wf", "free", time.Second, 1, later)))
		}},
	}
}
