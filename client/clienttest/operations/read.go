package operations

import (
	"context"

	"github.com/dbos-script/dbos-script/client"
)

func reading() []Operation {
	first := client.WithLimit(10)
	return []Operation{
		{Method: "ListWorkflows", Trips: 1, Call: plain(func(c client.Client) error { return failed(c.ListWorkflows(first)) })},
		{Method: "Workflows", Trips: 1, Call: plain(func(c client.Client) error { return drain(c.Workflows(first)) })},
		{Method: "ListWorkflowIDs", Trips: 1, Call: plain(func(c client.Client) error { return failed(c.ListWorkflowIDs(first)) })},
		{Method: "WorkflowIDs", Trips: 1, Call: plain(func(c client.Client) error { return drain(c.WorkflowIDs(first)) })},
		{Method: "RetrieveWorkflow", Trips: 1, Call: one(func(c client.Client, id string) error { return failed(c.RetrieveWorkflow(id)) })},
		{Method: "GetWorkflowSteps", Trips: 1, GoOnly: "ListWorkflowSteps has options", Call: one(func(c client.Client, id string) error {
			return failed(c.GetWorkflowSteps(id))
		})},
		{Method: "ListWorkflowSteps", Trips: 1, Call: one(func(c client.Client, id string) error { return failed(c.ListWorkflowSteps(id)) })},
		{Method: "ListApplicationVersions", Trips: 1, ReadsAll: true, Call: plain(func(c client.Client) error {
			return failed(c.ListApplicationVersions())
		})},
		{Method: "GetLatestApplicationVersion", Trips: 1, ReadsAll: true, Call: plain(func(c client.Client) error {
			return failed(c.GetLatestApplicationVersion())
		})},
		{Method: "Info", ReadsAll: true, GoOnly: "the command db info calls it", Call: plain(func(c client.Client) error { return failed(c.Info()) })},
		{Method: "Gauges", ReadsAll: true, GoOnly: "the metrics of the command serve call it; scripts have count, list_queues and executors", Call: plain(func(c client.Client) error { return failed(c.Gauges()) })},
		{Method: "QueueNames", Trips: 1, ReadsAll: true, GoOnly: "completion at the prompt calls it", Call: plain(func(c client.Client) error { return failed(c.QueueNames()) })},
	}
}

// connecting returns the methods that return or end a client.
func connecting() []Operation {
	return []Operation{
		{Method: "WithContext", Trips: 1, Call: one(func(c client.Client, id string) error {
			return failed(c.WithContext(context.Background()).Handle(id).GetStatus())
		})},
		{Method: "WithSDK", Trips: 1, Call: plain(func(c client.Client) error { return failed(c.WithSDK(client.SDKGo).GetSchedule("s")) })},
		{Method: "Shutdown"},
		{Method: "Close"},
	}
}

// briefly returns the client under a context that ends soon, for methods without a timeout.
func briefly(c client.Client) (client.Client, context.CancelFunc) {
	ctx, end := context.WithTimeout(context.Background(), shortWait)
	return c.WithContext(ctx), end
}
