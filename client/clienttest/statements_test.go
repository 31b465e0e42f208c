package clienttest_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
)

// heads begin statements that assemblers and other constants go on with.
var heads = []string{"fromSample", "fromSingle", "fromTypical", "claimHead", "newWorkflows", "selectWorkflows", "selectFailures", "protectedWorkflows", "selectPruned", "selectKept", "neededBelow"}

// shapes are what statements must be good for.
func shapes() map[string]func(clienttest.Backend) {
	return map[string]func(clienttest.Backend){"own": addRuns, "split": split, "old": shrink}
}

// Every SQL text of the client and of the simulated worker is understood by every back end, in
// every shape: what is a statement by itself is explained, and what puts statements together is
// made to do so. The syntax tree says what there is, so none can be forgotten.
func TestEveryStatementIsUnderstood(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"..", "../worker", "../worker/store", "../simulator", "../internal/tables", "../internal/owner", "../internal/where"} {
		tree := readSource(t, folder)
		for shape, reshape := range shapes() {
			t.Run(folder+"/"+shape, func(t *testing.T) {
				t.Parallel()
				everyShape(t, shape, func(t *testing.T, b clienttest.Backend) {
					reshape(b)
					for name, text := range tree.statements {
						if !slices.Contains(heads, name) && b.Database.Has(needed(text)) {
							explain(t, b, name, text)
						}
					}
				})
			})
		}
	}
}

// everyShape runs a test on tables as this program makes them, or on the ones that a shape changes.
func everyShape(t *testing.T, shape string, test func(*testing.T, clienttest.Backend)) {
	t.Helper()
	if shape == "own" {
		clienttest.Backends(t, test)
		return
	}
	clienttest.BackendsAt(t, 107, test)
}

// needed is a column without which a statement is never sent.
func needed(text string) (table, column string) {
	switch {
	case strings.Contains(text, "{dbos_script_"):
		return "dbos_script_version", "version"
	case executors.MatchString(text):
		return "workflow_status", "creator_xid"
	case strings.Contains(text, "INTO {workflow_input}"), strings.Contains(text, "DELETE FROM {workflow_input}"):
		return "workflow_input", "inputs"
	case strings.Contains(text, "INTO {workflow_output}"):
		return "workflow_output", "output"
	case strings.Contains(text, "DELETE FROM {workflow_output}"):
		return "workflow_output", "output"
	case strings.Contains(text, "SET attributes ="):
		return "workflow_status", "attributes"
	case strings.Contains(text, "application_name IS NOT NULL"), strings.Contains(text, "application_name = CAST(:old"):
		return "workflow_status", "application_name"
	case strings.Contains(text, "ws.is_debounced AND"), strings.Contains(text, "is_debounced") && !strings.Contains(text, "{if workflow_status.is_debounced"):
		return "workflow_status", "is_debounced"
	}
	return "workflow_status", "status"
}

// executors is in statements of an executor, which refuses tables without owners.
var executors = regexp.MustCompile(`[qv]\.application_name(, '')?\)? (=|<>) CAST\(:application AS TEXT\)$|AND application_name = CAST\(:application|application_name = COALESCE\(application_name, CAST\(:application AS TEXT\)\),`)

// parameter is a parameter of a text, and what it is a parameter of.
var parameter = regexp.MustCompile(`(\w+:\w+=)?:([a-z_]+)`)

// writesOn is in a statement that goes on with what another has written.
var writesOn = regexp.MustCompile(`\w+ AS \(\s*(INSERT|UPDATE)`)

// explain has the database plan a statement that is not carried out. A list of rows is empty,
// everything else NULL.
func explain(t *testing.T, b clienttest.Backend, name, text string) {
	t.Helper()
	args := map[string]any{}
	for _, match := range parameter.FindAllStringSubmatch(text, -1) {
		name, ofRows := match[2], match[1] != ""
		switch _, known := args[name]; {
		case ofRows && b.Name == "SQLite":
			args[name] = []string{}
		case !known:
			args[name] = nil
		}
	}
	if b.Name != "SQLite" && strings.Contains(text, "pragma_") {
		return
	}
	if b.Name != "Postgres" && (strings.Contains(text, "pg_notify") || strings.Contains(text, "pg_catalog.") || strings.Contains(text, "FROM sample")) || b.Name == "SQLite" && (writesOn.MatchString(text) || strings.Contains(text, "former_status")) {
		return
	}
	if _, err := b.Database.Exec(t.Context(), "EXPLAIN "+text, args); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// assemblers are the calls that make the functions that assemble statements do so.
func assemblers(b clienttest.Backend) map[string][]func(client.Client) error {
	lists := listCalls(b)
	steps := func(load bool) func(client.Client) error {
		return func(c client.Client) error {
			_, err := c.ListWorkflowSteps("id", client.WithListStepsOptions(client.ListStepsOptions{LoadOutput: load}))
			return err
		}
	}
	unknown := []func(client.Client) error{func(c client.Client) error {
		_, err := c.Enqueue("no such queue", "no such workflow", nil)
		return err
	}}
	// A cancelled workflow has run if it has a step.
	doubtful := []func(client.Client) error{func(c client.Client) error {
		return errors.Join(c.CancelWorkflow("id"), unknown[0](c))
	}}
	pruned := []func(client.Client) error{prunesAll}
	limit := 1
	bulkRuns := []func(client.Client) error{
		func(c client.Client) error {
			_, err := client.StartBulk(c, client.BulkInput{Verb: "cancel", IDs: []string{"id", "other"}})
			return err
		},
		func(c client.Client) error {
			_, err := client.StartBulk(c, client.BulkInput{Verb: "resume", Filter: &client.ListWorkflowsOptions{WorkflowIDPrefix: []string{"i"}, Limit: &limit, SortDesc: true}})
			return err
		},
	}
	return map[string][]func(client.Client) error{
		"countMatches": pruned, "findKept": pruned, "exclude": pruned, "measure": pruned, "payloadSize": pruned, "page": pruned, "delete": pruned,
		"DeleteAll": {
			func(c client.Client) error { return c.DeleteWorkflows([]string{"id"}) },
			func(c client.Client) error { return c.DeleteWorkflows([]string{"id"}, client.WithDeleteChildren(true)) },
		},
		"listText": lists, "deepText": lists, "keyedText": lists, "selectPage": lists, "pageAfter": lists, "readKeys": lists, "selected": lists, "orderBy": lists, "From": lists, "TimesSQL": lists, "ByTime": lists, "stateFirst": lists, "countPrefixed": lists, "SQL": lists, "Prefixes": lists,
		"Contains": lists, "newest": unknown, "selectTarget": unknown, "selectDequeued": unknown, "selectNames": unknown, "selectStepped": doubtful,
		"selectStepsWithoutOutput": {steps(false)}, "selectStepsWithOutput": {steps(true)},
		"forkWorkflows": {func(c client.Client) error {
			_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "id"})
			return err
		}},
		"insertSchedules": {createSchedule}, "applySchedules": {trigger}, "renewID": {trigger},
		"schedules": {listSchedules}, "selectRunSource": {trigger},
		"queuesAndLoads": {func(c client.Client) error { _, err := c.ListQueues(); return err }},
		"CountWorkflows": {func(c client.Client) error { _, err := c.CountWorkflows(client.WithName("w")); return err }},
		"collectFailures": {
			func(c client.Client) error { _, err := c.ListFailures(client.FailuresInput{}); return err },
			func(c client.Client) error {
				_, err := c.ListFailures(client.FailuresInput{By: client.FailuresByName})
				return err
			},
		},
		"Branches": {func(c client.Client) error {
			_, err := c.GetWorkflowAggregates(client.WorkflowAggregatesInput{GroupBy: []string{"status"},
				ListWorkflowsOptions: client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"ENQUEUED", "DELAYED"}}})
			return err
		}},
		"aggregateText": {
			func(c client.Client) error {
				_, err := c.GetWorkflowAggregates(client.WorkflowAggregatesInput{GroupBy: []string{"status", "name"}, TimeBucket: time.Hour})
				return err
			},
			func(c client.Client) error {
				_, err := c.GetStepAggregates(client.StepAggregatesInput{GroupBy: []string{"function_name"}, TimeBucket: time.Hour})
				return err
			},
		},
		"count": {func(client.Client) error {
			return rename(b, func(config *client.ClientConfig) { config.DryRun = true })
		}},
		"selectMoreToRename": {func(client.Client) error {
			return rename(b, func(config *client.ClientConfig) {
				config.Gate = func(_ context.Context, _ *client.Change, apply func() error) error { return apply() }
			})
		}},
		"found": bulkRuns, "pages": bulkRuns, "read": bulkRuns,
		"applicationsText":      {func(c client.Client) error { _, err := c.Info(); return err }},
		"lockedAgainstCreators": nil, "insert": nil, "recordsText": nil, // every test starts with these
	}
}

// prunesAll prunes all finished workflows but one, and makes two before.
func prunesAll(c client.Client) error {
	for range 2 {
		handle, err := c.Enqueue("q", "pruned", client.PortableWorkflowArgs{})
		if err == nil {
			err = c.CancelWorkflow(handle.GetWorkflowID())
		}
		if err != nil {
			return err
		}
	}
	result, err := c.PruneWorkflows(client.PruneInput{Keep: 1})
	if err == nil && result.Deleted == 0 {
		return &client.Error{Code: client.DatabaseError, Message: "nothing was pruned"}
	}
	return err
}

func rename(b clienttest.Backend, configure func(*client.ClientConfig)) error {
	_, err := b.NewClient(configure).RenameApplication(client.RenameApplicationInput{OldName: "a", NewName: "b"})
	return err
}

// listCalls list and walk by every filter that the database has the column for.
func listCalls(b clienttest.Backend) []func(client.Client) error {
	var calls []func(client.Client) error
	for _, test := range append(operations.Filters(), operations.Filter{Field: "Offset", Option: client.WithOffset(5000)},
		operations.Filter{Field: "Status", Option: client.WithStatus([]client.WorkflowStatusType{"ENQUEUED"})}) {
		if later := laterColumns[test.Field]; later != "" && !b.Database.Has("workflow_status", later) {
			continue
		}
		calls = append(calls, func(c client.Client) error {
			_, err := c.ListWorkflows(test.Option)
			// Pages of one row each bear one moment, and are read by keys.
			for size := range 2 {
				for _, failed := range c.Workflows(test.Option, client.WithPageSize(size+1)) {
					err = errors.Join(err, failed)
				}
			}
			return err
		})
	}
	return calls
}

// laterColumns are those of filters that not every database has.
var laterColumns = map[string]string{
	"Attributes": "attributes", "ScheduleName": "schedule_name", "ApplicationName": "application_name", "IsDebounced": "is_debounced",
}

func listSchedules(c client.Client) error {
	for _, opt := range []client.ListSchedulesOption{client.WithScheduleStatuses("ACTIVE"), client.WithScheduleWorkflowNames("a", "b"),
		client.WithScheduleNamePrefixes("a", "b"), client.WithScheduleNames("a")} {
		if _, err := c.ListSchedules(opt); err != nil {
			return err
		}
	}
	return nil
}

func createSchedule(c client.Client) error {
	return c.CreateSchedule(client.ClientScheduleInput{ScheduleName: "created", WorkflowName: "w", Schedule: "0 0 * * * *", SDK: client.SDKGo})
}

func trigger(c client.Client) error {
	err := c.ApplySchedules([]client.ClientScheduleInput{{ScheduleName: "s", WorkflowName: "w", Schedule: "0 0 * * * *", SDK: client.SDKGo}})
	if err == nil {
		_, err = c.TriggerSchedule("s")
	}
	return err
}

func TestEveryAssembledStatementIsUnderstood(t *testing.T) {
	t.Parallel()
	for shape, reshape := range shapes() {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			everyShape(t, shape, func(t *testing.T, b clienttest.Backend) {
				reshape(b)
				c := b.NewClient()
				for range 3 {
					enqueueMany(t, c, "w", 1, client.EnqueueOptions{})
				}
				enqueue(t, c, "w", nil, client.WithEnqueueWorkflowID("id"))
				made := map[*func(client.Client) error]bool{} // many names share the same calls
				for name, calls := range assemblers(b) {
					if len(calls) == 0 || made[&calls[0]] {
						continue
					}
					made[&calls[0]] = true
					for _, call := range calls {
						if err := call(c); client.CodeOf(err) == client.DatabaseError {
							t.Errorf("%s: %v", name, err)
						}
					}
				}
			})
		})
	}
}

// Whatever puts SQL together must be listed above, and what is listed must still be there.
func TestNoAssemblerIsForgotten(t *testing.T) {
	t.Parallel()
	known := assemblers(clienttest.On(t, "SQLite"))
	there := map[string]bool{}
	for _, folder := range []string{"..", "../worker", "../worker/store", "../simulator", "../internal/tables", "../internal/owner", "../internal/where"} {
		tree := readSource(t, folder)
		for name := range tree.assemblers {
			there[name] = true
			if _, found := known[name]; !found {
				t.Errorf("%s in %s assembles SQL, and nothing here makes it do so", name, folder)
			}
		}
		for name := range tree.statements {
			there[name] = true
		}
	}
	for name := range known {
		if !there[name] {
			t.Errorf("%s does not assemble SQL any more", name)
		}
	}
	for _, name := range heads {
		if !there[name] {
			t.Errorf("there is no %s any more", name)
		}
	}
}
