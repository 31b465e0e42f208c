package operations

import (
	"io"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client"
)

// exported is a file with the workflow imported0 in ENQUEUED.
const exported = `{"dbos_export":1,"workflows":1,"tables":[{"name":"workflow_status","columns":["workflow_uuid","status","name","queue_name","created_at","updated_at"]}]}
{"workflow_status":{"workflow_uuid":"imported0","status":"ENQUEUED","name":"wf","queue_name":"q","created_at":1,"updated_at":1}}
{"end":{"workflows":1,"rows":1}}
`

func administering() []Operation {
	rename := func(input client.RenameApplicationInput) func(client.Client) error {
		return func(c client.Client) error { return failed(c.RenameApplication(input)) }
	}
	later := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC) // an index leads to later rows
	return []Operation{
		{Method: "RenameApplication", Changes: true, Trips: 3, Apart: inBatches, Call: plain(rename(client.RenameApplicationInput{NewName: "shop", AdoptUnclaimed: true})),
			Mistakes: []Mistake{
				{"an unknown application", rename(client.RenameApplicationInput{OldName: "missing", NewName: "shop"})},
				{"no new name and an unknown one", rename(client.RenameApplicationInput{OldName: "missing"})},
			}},
		// Two reads for the preview, one of the first ids, the batch, and the end of the lease.
		{Method: "PruneWorkflows", Changes: true, Trips: 5, Apart: inBatches, Of: []string{"c0"}, Call: func(c client.Client, ids []string) error {
			return failed(c.PruneWorkflows(client.PruneInput{OlderThan: later, Where: client.ListWorkflowsOptions{WorkflowIDs: ids}}))
		}, Mistakes: []Mistake{
			{"neither a time nor a number, and a bad batch", func(c client.Client) error { return failed(c.PruneWorkflows(client.PruneInput{BatchSize: -1})) }},
			{"a state that is not finished, and a bad pause", func(c client.Client) error {
				return failed(c.PruneWorkflows(client.PruneInput{Keep: 1, Pause: -1, Where: client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"PENDING"}}}))
			}},
		}},
		{Method: "PlanPrune", Trips: 2, Of: []string{"c0"}, Call: func(c client.Client, ids []string) error {
			return failed(c.PlanPrune(client.PruneInput{OlderThan: later, Where: client.ListWorkflowsOptions{WorkflowIDs: ids}}))
		}},
		{Method: "GetWorkflowAggregates", Trips: 1, Call: plain(func(c client.Client) error {
			return failed(c.GetWorkflowAggregates(client.WorkflowAggregatesInput{GroupBy: []string{"status"}, TimeBucket: time.Hour,
				ListWorkflowsOptions: client.ListWorkflowsOptions{CreatedAfter: later}}))
		})},
		{Method: "ExplainWorkflow", Trips: 4, Call: one(func(c client.Client, id string) error { return failed(c.ExplainWorkflow(id)) })},
		{Method: "ExplainWorkflow", Trips: 2, Call: plain(func(c client.Client) error { return failed(c.ExplainWorkflow("s")) })},
		{Method: "ExportWorkflows", Trips: 5, Call: func(c client.Client, ids []string) error {
			return failed(c.ExportWorkflows(ids, io.Discard, client.WithExportOptions(client.ExportOptions{Forks: true, Mask: []string{"card"}})))
		}},
		// The look for existing workflows, the states of those of a batch, and the inserts.
		{Method: "ImportWorkflows", Changes: true, Trips: 3, Apart: inBatches, Call: plain(func(c client.Client) error { return failed(c.ImportWorkflows(strings.NewReader(exported))) }),
			Mistakes: []Mistake{
				{"no export, and no workflow", func(c client.Client) error { return failed(c.ImportWorkflows(strings.NewReader("{}\n"))) }},
				{"a cut file with a wrong row", func(c client.Client) error {
					return failed(c.ImportWorkflows(strings.NewReader(strings.SplitAfter(exported, "\n")[0] + "{}\n")))
				}},
			}},
		{Method: "CountWorkflows", Trips: 1, Call: plain(func(c client.Client) error {
			return failed(c.CountWorkflows(client.WithListWorkflowsOptions(client.ListWorkflowsOptions{CreatedAfter: later})))
		})},
		{Method: "ListFailures", Trips: 1, Call: plain(func(c client.Client) error {
			return failed(c.ListFailures(client.FailuresInput{Filter: client.ListWorkflowsOptions{CreatedAfter: later}}))
		})},
		// Two, and one for the states of workflows that it left alone.
		{Method: "RecoverAll", Changes: true, Trips: 3, Call: func(c client.Client, ids []string) error { return failed(c.RecoverAll(ids)) },
			Mistakes: []Mistake{{"unknown ids", func(c client.Client) error { return failed(c.RecoverAll([]string{"none", ""})) }}}},
		{Method: "Executors", Trips: 1, ReadsAll: true, Call: plain(func(c client.Client) error { return failed(c.Executors()) })},
		{Method: "Orphans", Trips: 1, ReadsAll: true, Call: plain(func(c client.Client) error { return failed(c.Orphans()) })},
		{Method: "GetStepAggregates", Trips: 1, Call: plain(func(c client.Client) error {
			return failed(c.GetStepAggregates(client.StepAggregatesInput{GroupBy: []string{"function_name"}, CompletedAfter: later}))
		})},
	}
}
