package operations

import "github.com/dbos-script/dbos-script/client"

func queueing() []Operation {
	register := func(input client.QueueInput) func(client.Client) error {
		return func(c client.Client) error { return failed(c.RegisterQueue(input)) }
	}
	missing := func(c client.Client) error { return failed(c.UpdateQueue("missing", client.QueueUpdate{})) }
	zero := 0
	return []Operation{
		{Method: "RegisterQueue", Changes: true, Trips: 1, Call: plain(register(client.QueueInput{Name: "registered"})), Mistakes: []Mistake{
			{"no name and a bad limit", register(client.QueueInput{QueueLimits: client.QueueLimits{Concurrency: &zero}})},
			{"a bad limit and an unknown policy", register(client.QueueInput{Name: "n", OnConflict: "x", QueueLimits: client.QueueLimits{Concurrency: &zero}})},
		}},
		{Method: "UpdateQueue", Changes: true, Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.UpdateQueue("kept", client.QueueUpdate{Clear: []string{"concurrency"}}))
		}), Mistakes: []Mistake{
			{"an unknown queue", missing},
			{"a bad limit and an unknown name", func(c client.Client) error {
				return failed(c.UpdateQueue("kept", client.QueueUpdate{QueueLimits: client.QueueLimits{Concurrency: &zero}, Clear: []string{"x"}}))
			}},
		}},
		{Method: "PauseQueue", Changes: true, Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.PauseQueue("kept"))
		}), Mistakes: []Mistake{{"an unknown queue", func(c client.Client) error { return failed(c.PauseQueue("missing")) }}}},
		{Method: "ResumeQueue", Changes: true, Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.ResumeQueue("kept"))
		}), Mistakes: []Mistake{{"an unknown queue", func(c client.Client) error { return failed(c.ResumeQueue("missing")) }}}},
		{Method: "DeleteQueue", Changes: true, Trips: 2, Call: plain(func(c client.Client) error {
			return failed(c.DeleteQueue("kept"))
		}), Mistakes: []Mistake{{"an unknown queue", func(c client.Client) error { return failed(c.DeleteQueue("missing")) }}}},
		{Method: "RetrieveQueue", Trips: 1, Call: plain(func(c client.Client) error { return failed(c.RetrieveQueue("kept")) })},
		{Method: "ListQueues", Trips: 1, ReadsAll: true, Call: plain(func(c client.Client) error { return failed(c.ListQueues()) })},
	}
}
