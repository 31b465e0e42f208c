package operations

import (
	"iter"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

func talking() []Operation {
	snapshot := client.WithReadStreamOptions(client.ReadStreamOptions{Snapshot: true})
	return []Operation{
		{Method: "Send", Changes: true, Trips: 1, GoOnly: "send calls SendMany, which has an idempotency key", Call: one(func(c client.Client, id string) error {
			return c.Send(id, 1, "t")
		}), Mistakes: []Mistake{
			{"no id and no data", func(c client.Client) error { return c.Send("", func() {}, "") }},
			{"an unknown id and no data", func(c client.Client) error { return c.Send("none", func() {}, "") }},
		}},
		{Method: "SendMany", Changes: true, Trips: 1, Call: one(func(c client.Client, id string) error {
			return c.SendMany([]client.Message{{DestinationID: id, Message: 1}})
		}), Mistakes: []Mistake{{"two unknown ids", func(c client.Client) error {
			return c.SendMany([]client.Message{{DestinationID: "w0"}, {DestinationID: "z"}, {DestinationID: "a"}})
		}}, {"two unknown ids and forks", func(c client.Client) error {
			return c.SendMany([]client.Message{{DestinationID: "w0", SendToForks: true}, {DestinationID: "z", SendToForks: true}, {DestinationID: "a"}})
		}}}},
		{Method: "WorkflowEvents", Trips: 2, Call: one(func(c client.Client, id string) error { return failed(c.WorkflowEvents(id)) })},
		{Method: "WorkflowMessages", Trips: 2, Call: one(func(c client.Client, id string) error { return failed(c.WorkflowMessages(id)) })},
		{Method: "WorkflowStreams", Trips: 2, Call: one(func(c client.Client, id string) error { return failed(c.WorkflowStreams(id)) })},
		{Method: "GetEvent", Trips: 1, Call: one(func(c client.Client, id string) error {
			return inTime(c.GetEvent(id, "k", 0))
		})},
		{Method: "ReadStream", Trips: 1, Call: one(func(c client.Client, id string) error {
			_, _, err := c.ReadStream(id, "k", snapshot)
			return err
		})},
		{Method: "Stream", Trips: 1, Call: one(func(c client.Client, id string) error {
			return drain(c.Stream(id, "k", snapshot))
		})},
		{Method: "ClientReadStream", GoOnly: "ReadStream has more options", Of: []string{"c0"}, Call: one(func(c client.Client, id string) error {
			c, end := briefly(c)
			defer end()
			_, _, err := c.ClientReadStream(id, "k")
			return inTime(0, err)
		})},
		{Method: "ClientReadStreamAsync", GoOnly: "Stream does the same for a loop", Of: []string{"c0"}, Call: one(func(c client.Client, id string) error {
			c, end := briefly(c)
			defer end()
			values, err := c.ClientReadStreamAsync(id, "k")
			if err != nil {
				return err
			}
			for value := range values {
				err = value.Err
			}
			return inTime(0, err)
		})},
		{Method: "Wait", Call: func(c client.Client, ids []string) error {
			return inTime(c.Wait(ids, client.WithWaitOptions(client.WaitOptions{Timeout: shortWait})))
		}},
		{Method: "Handle", Of: []string{"c0"}, Call: one(func(c client.Client, id string) error {
			_, err := c.Handle(id).GetResult(client.WithHandleTimeout(shortWait))
			if client.CodeOf(err) == client.AwaitedWorkflowCancelled {
				return nil
			}
			return inTime(0, err)
		})},
	}
}

// shortWait is how long a call waits for an event of a workflow that nobody runs.
const shortWait = 20 * time.Millisecond

// drain reads an iterator to its end.
func drain[T any](items iter.Seq2[T, error]) error {
	for _, err := range items {
		if err != nil {
			return err
		}
	}
	return nil
}
