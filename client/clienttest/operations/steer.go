package operations

import (
	"time"

	"github.com/dbos-script/dbos-script/client"
)

func steering() []Operation {
	unknown := []string{"none", ""}
	nowhere := client.WithResumeQueue("nowhere")
	return []Operation{
		{Method: "CancelWorkflow", Changes: true, Trips: 1, Call: one(client.Client.CancelWorkflow), Mistakes: []Mistake{{"an empty id", func(c client.Client) error {
			return c.CancelWorkflow("")
		}}}},
		{Method: "CancelWorkflows", Changes: true, Trips: 1, GoOnly: lists, Call: client.Client.CancelWorkflows, Mistakes: []Mistake{{"unknown ids", func(c client.Client) error {
			return c.CancelWorkflows(unknown)
		}}}},
		{Method: "CancelAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.CancelAll(ids))
		}, Mistakes: []Mistake{{"unknown ids", func(c client.Client) error {
			return failed(c.CancelAll(unknown))
		}}}},
		{Method: "SetWorkflowAttributes", Changes: true, Trips: 1, Call: one(func(c client.Client, id string) error {
			return c.SetWorkflowAttributes(id, map[string]any{"tier": 1})
		}), Mistakes: []Mistake{{"nil to merge and an unknown id", func(c client.Client) error {
			return c.SetWorkflowAttributes("none", nil, client.WithMergeAttributes())
		}}}},
		{Method: "SetAttributesAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.SetAttributesAll(ids, map[string]any{"tier": 1}, client.WithMergeAttributes()))
		}, Mistakes: []Mistake{{"unknown ids", func(c client.Client) error {
			return failed(c.SetAttributesAll(unknown, nil))
		}}}},
		{Method: "RewindWorkflow", Changes: true, Trips: 1, Of: []string{"c0"}, Call: one(func(c client.Client, id string) error {
			return failed(c.RewindWorkflow(id))
		}), Mistakes: []Mistake{{"an unknown id and an unknown queue", func(c client.Client) error {
			return failed(c.RewindWorkflow("none", client.WithRewindQueue("nowhere")))
		}}, {"one that has not ended", func(c client.Client) error {
			return failed(c.RewindWorkflow("w0"))
		}}}},
		{Method: "RewindAll", Changes: true, Trips: 1, Of: []string{"c0"}, Call: func(c client.Client, ids []string) error {
			return failed(c.RewindAll(ids, client.WithRewindStartStep(1)))
		}, Mistakes: []Mistake{{"a partition without a queue and unknown ids", func(c client.Client) error {
			return failed(c.RewindAll(unknown, client.WithRewindQueuePartitionKey("p")))
		}}}},
		{Method: "ResumeWorkflow", Changes: true, Trips: 1, Call: one(func(c client.Client, id string) error {
			return failed(c.ResumeWorkflow(id))
		}), Mistakes: []Mistake{{"an unknown id and an unknown queue", func(c client.Client) error {
			return failed(c.ResumeWorkflow("none", nowhere))
		}}}},
		{Method: "ResumeWorkflows", Changes: true, Trips: 1, GoOnly: lists, Call: func(c client.Client, ids []string) error {
			return failed(c.ResumeWorkflows(ids))
		}, Mistakes: []Mistake{{"unknown ids and an unknown queue", func(c client.Client) error {
			return failed(c.ResumeWorkflows(unknown, nowhere))
		}}}},
		{Method: "ResumeAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.ResumeAll(ids))
		}, Mistakes: []Mistake{{"unknown ids and an unknown queue", func(c client.Client) error {
			return failed(c.ResumeAll(unknown, nowhere))
		}}}},
		{Method: "SetWorkflowDelay", Changes: true, Trips: 1, Of: []string{"d0"}, Call: one(func(c client.Client, id string) error {
			return c.SetWorkflowDelay(id, client.WithDelayDuration(time.Hour))
		}), Mistakes: []Mistake{{"two delays and an unknown id", func(c client.Client) error {
			return c.SetWorkflowDelay("none", client.WithDelayDuration(time.Hour), client.WithDelayUntil(tomorrow()))
		}}}},
		{Method: "DelayAll", Changes: true, Trips: 1, Of: []string{"d0"}, Call: func(c client.Client, ids []string) error {
			return failed(c.DelayAll(ids, client.WithDelayDuration(time.Hour)))
		}, Mistakes: []Mistake{{"two delays and unknown ids", func(c client.Client) error {
			return failed(c.DelayAll(unknown, client.WithDelayDuration(time.Hour), client.WithDelayUntil(tomorrow())))
		}}}},
		{Method: "SetPriorityAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.SetPriorityAll(ids, 7))
		}, Mistakes: []Mistake{{"a negative priority and unknown ids", func(c client.Client) error {
			return failed(c.SetPriorityAll(unknown, -1))
		}}}},
		{Method: "HoldAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.HoldAll(ids))
		}, Mistakes: []Mistake{{"unknown ids", func(c client.Client) error {
			return failed(c.HoldAll(unknown))
		}}}},
		{Method: "ReleaseAll", Changes: true, Trips: 2, Call: func(c client.Client, ids []string) error {
			return failed(c.ReleaseAll(ids))
		}, Mistakes: []Mistake{{"unknown ids", func(c client.Client) error {
			return failed(c.ReleaseAll(unknown))
		}}}},
		{Method: "MoveQueueAll", Changes: true, Trips: 2, Call: func(c client.Client, ids []string) error {
			return failed(c.MoveQueueAll(ids, client.InternalQueueName)) // known in every database
		}, Mistakes: []Mistake{{"no queue and unknown ids", func(c client.Client) error {
			return failed(c.MoveQueueAll(unknown, ""))
		}}, {"an unknown queue and unknown ids", func(c client.Client) error {
			return failed(c.MoveQueueAll(unknown, "nowhere"))
		}}}},
		{Method: "MoveVersionAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.MoveVersionAll(ids, "v1"))
		}, Mistakes: []Mistake{{"no version and unknown ids", func(c client.Client) error {
			return failed(c.MoveVersionAll(unknown, ""))
		}}}},
		{Method: "DeleteWorkflows", Changes: true, GoOnly: lists, Call: func(c client.Client, ids []string) error {
			return c.DeleteWorkflows(ids, client.WithDeleteChildren(true))
		}, Mistakes: []Mistake{{"unknown ids", func(c client.Client) error {
			return c.DeleteWorkflows(unknown)
		}}}},
		{Method: "DeleteAll", Changes: true, Trips: 1, Call: func(c client.Client, ids []string) error {
			return failed(c.DeleteAll(ids))
		}, Mistakes: []Mistake{{"unknown ids", func(c client.Client) error {
			return failed(c.DeleteAll(unknown))
		}}}},
		{Method: "RerunWorkflows", Changes: true, Of: []string{"c0"}, Call: func(c client.Client, ids []string) error {
			return failed(c.RerunWorkflows(ids))
		}, Mistakes: []Mistake{{"unknown ids, an unknown queue and an unknown step", func(c client.Client) error {
			return failed(c.RerunWorkflows(unknown[:1], client.WithRerunOptions(client.RerunOptions{From: "x", QueueName: "nowhere"})))
		}}}},
		{Method: "SetLatestApplicationVersion", Changes: true, Trips: 1, Call: plain(func(c client.Client) error {
			return c.SetLatestApplicationVersion("v1")
		}), Mistakes: []Mistake{{"an unknown version", func(c client.Client) error {
			return c.SetLatestApplicationVersion("v9")
		}}}},
	}
}

// tomorrow returns a time after that of the tests' clock.
func tomorrow() time.Time { return time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC) }
