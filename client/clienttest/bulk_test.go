package clienttest_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// recorded makes the tables for bulk runs. A pause of the client moves the clock.
func recorded(b clienttest.Backend) func(*client.ClientConfig) {
	return func(c *client.ClientConfig) {
		c.CreateRuns, c.SDK = true, client.SDKGo
		c.Idle = func(_ context.Context, until time.Time) error {
			b.Clock.Set(until)
			return nil
		}
	}
}

// bulkRows inserts workflows in a state, whose ids begin with it, one second after the other.
func bulkRows(b clienttest.Backend, status string, count int) (ids []string) {
	for i := range count {
		id := fmt.Sprintf("%s-%03d", strings.ToLower(status), i)
		b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, name, status, queue_name, priority, created_at, updated_at, recovery_attempts)
			VALUES (:id, 'w', :status, 'orders', 0, :at, :at, 3)`, map[string]any{"id": id, "status": status, "at": 1000 + int64(i)})
		ids = append(ids, id)
	}
	return ids
}

func statesOf(b clienttest.Backend, ids []string) map[string]int {
	count := map[string]int{}
	for _, id := range ids {
		count[fmt.Sprint(b.Workflow(id)["status"])]++
	}
	return count
}

// outcomesOf returns the ids of a run by outcome.
func outcomesOf(t *testing.T, c client.Client, run *client.Bulk) map[client.ChangeOutcome][]string {
	t.Helper()
	by := map[client.ChangeOutcome][]string{}
	for result, err := range run.Outcomes(c) {
		if err != nil {
			t.Fatal(err)
		}
		by[result.Outcome] = append(by[result.Outcome], result.ID)
	}
	return by
}

func startBulk(t *testing.T, c client.Client, input client.BulkInput) *client.Bulk {
	t.Helper()
	run, err := client.StartBulk(c, input)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// assertCounts compares the counts of a run with the wanted ones, in the order of the columns.
func assertCounts(t *testing.T, run *client.Bulk, state client.BulkState, total, done, changed, unchanged, unknown, drifted int64) {
	t.Helper()
	got := []any{run.State, run.Total, run.Done, run.Changed, run.Unchanged, run.Unknown, run.Drifted}
	want := []any{state, total, done, changed, unchanged, unknown, drifted}
	if !slices.Equal(got, want) {
		t.Errorf("the run has %v, want %v (%s)", got, want, run.Reason)
	}
}

func filtered(o client.ListWorkflowsOptions) *client.ListWorkflowsOptions { return &o }

// A run changes the workflows of its filter in the states of its verb, and no others; and a second
// one of the same id does nothing.
func TestABulkRunChangesTheStatesOfItsVerb(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient(recorded(b))
		cancelled, others := bulkRows(b, "CANCELLED", 25), append(bulkRows(b, "PENDING", 3), bulkRows(b, "ERROR", 3)...)
		batches := 0
		input := client.BulkInput{ID: "storm", Verb: "resume", Options: map[string]any{"queue_name": "slow"}, CreatedBy: "ops",
			Filter: filtered(client.ListWorkflowsOptions{Name: []string{"w"}}), BatchSize: 10,
			Each: func(_ context.Context, p client.BulkProgress) error {
				batches++
				if p.Done != int64(min(10*batches, 25)) {
					t.Errorf("after batch %d there are %d done", batches, p.Done)
				}
				return nil
			}}
		run := startBulk(t, c, input)
		assertCounts(t, run, client.BulkDone, 25, 25, 25, 0, 0, 0)
		for _, id := range cancelled {
			assertColumns(t, b.Workflow(id), clienttest.Record{"status": "ENQUEUED", "queue_name": "slow", "recovery_attempts": "0"})
		}
		if states := statesOf(b, others); batches != 3 || states["PENDING"] != 3 || states["ERROR"] != 3 {
			t.Errorf("%d batches; the others are %v", batches, states)
		}
		if by := outcomesOf(t, c, run); !slices.Equal(by[client.OutcomeChanged], cancelled) {
			t.Errorf("the outcomes are %v", by)
		}
		again := startBulk(t, c, input)
		if assertCounts(t, again, client.BulkDone, 25, 25, 25, 0, 0, 0); batches != 3 {
			t.Errorf("the second call made %d batches", batches-3)
		}
		input.Options = nil
		if _, err := client.StartBulk(c, input); client.CodeOf(err) != client.ConflictingID {
			t.Errorf("other options: %v", err)
		}
		list, err := client.ListBulks(c, client.ListBulksOptions{})
		if err != nil || len(list) != 1 || list[0].ID != "storm" || list[0].CreatedBy != "ops" || list[0].Selection != `{"name":["w"],"status":["CANCELLED","MAX_RECOVERY_ATTEMPTS_EXCEEDED"]}` {
			t.Errorf("the runs are %+v, %v", list, err)
		}
	})
}

// A workflow that has changed since the selection is left alone, and named; also one that changes
// between the last look at it and the change.
func TestABulkRunLeavesWorkflowsThatHaveDrifted(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		drifts := map[int]string{
			1: "UPDATE {workflow_status} SET status = 'SUCCESS' WHERE workflow_uuid = 'cancelled-007'",
			2: "UPDATE {workflow_status} SET updated_at = updated_at + 1 WHERE workflow_uuid = 'cancelled-011'",
			3: "DELETE FROM {workflow_status} WHERE workflow_uuid = 'cancelled-012'",
		}
		calls := 0
		c := b.NewClient(recorded(b), func(config *client.ClientConfig) {
			config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
				if calls++; drifts[calls] != "" {
					b.Exec(drifts[calls], nil)
				}
				if calls == 1 && change.Ahead != 16 {
					t.Errorf("the gate is asked about %d further workflows", change.Ahead)
				}
				return apply()
			}
		})
		ids := bulkRows(b, "CANCELLED", 20)
		run := startBulk(t, c, client.BulkInput{Verb: "resume", IDs: append(slices.Clone(ids), "nope", ids[0]), BatchSize: 5})
		assertCounts(t, run, client.BulkDone, 21, 21, 17, 0, 1, 3)
		by := outcomesOf(t, c, run)
		if !slices.Equal(by[client.OutcomeDrifted], []string{"cancelled-007", "cancelled-011", "cancelled-012"}) || !slices.Equal(by[client.OutcomeUnknown], []string{"nope"}) {
			t.Errorf("the outcomes are %v", by)
		}
		if states := statesOf(b, ids); states["ENQUEUED"] != 17 || states["SUCCESS"] != 1 || states["CANCELLED"] != 1 {
			t.Errorf("the states are %v", states)
		}
	})
}

// Each verb changes its workflows as the method does that it calls.
func TestEachBulkVerb(t *testing.T) {
	t.Parallel()
	tests := []struct {
		verb, state string
		options     map[string]any
		want        func(b clienttest.Backend, id string) bool
	}{
		{"rerun", "ERROR", nil, func(b clienttest.Backend, id string) bool { return b.Workflow(id+"-rerun-1") != nil }},
		{"rerun", "CANCELLED", map[string]any{"queue_name": "slow"}, func(b clienttest.Backend, id string) bool { return b.Workflow(id)["queue_name"] == "slow" }},
		{"cancel", "PENDING", nil, func(b clienttest.Backend, id string) bool { return b.Workflow(id)["status"] == "CANCELLED" }},
		{"fork", "ERROR", map[string]any{"start_step": 0, "queue_name": "orders"}, func(b clienttest.Backend, id string) bool {
			return len(b.Rows("workflow_status", "forked_from = :id", map[string]any{"id": id})) == 1
		}},
		{"rewind", "ERROR", map[string]any{"start_step": 0}, func(b clienttest.Backend, id string) bool { return b.Workflow(id)["status"] == "ENQUEUED" }},
		{"delete", "SUCCESS", nil, func(b clienttest.Backend, id string) bool { return b.Workflow(id) == nil }},
		{"send", "PENDING", map[string]any{"message": map[string]any{"go": int64(9007199254740993)}, "topic": "t"}, func(b clienttest.Backend, id string) bool {
			rows := b.Rows("notifications", "destination_uuid = :id", map[string]any{"id": id})
			return len(rows) == 1 && strings.Contains(fmt.Sprint(rows[0]["message"]), "9007199254740993")
		}},
		{"set_priority", "ENQUEUED", map[string]any{"priority": 7}, func(b clienttest.Backend, id string) bool { return b.Workflow(id)["priority"] == "7" }},
		{"move", "ENQUEUED", map[string]any{"queue_name": "slow"}, func(b clienttest.Backend, id string) bool { return b.Workflow(id)["queue_name"] == "slow" }},
	}
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		for i, test := range tests {
			b.Exec("DELETE FROM {workflow_status}", nil)
			c := b.NewClient(recorded(b))
			ids := bulkRows(b, test.state, 3)
			run := startBulk(t, c, client.BulkInput{Verb: test.verb, Options: test.options, BatchSize: 2, Filter: filtered(client.ListWorkflowsOptions{Name: []string{"w"}})})
			assertCounts(t, run, client.BulkDone, 3, 3, 3, 0, 0, 0)
			for _, id := range ids {
				if !test.want(b, id) {
					t.Errorf("test %d: %s has not changed %s: %v", i, test.verb, id, b.Workflow(id))
				}
			}
		}
	})
}

// The outcomes of a run are in its own database, and a dry run does not go on with it.
func TestABulkRunBelongsToItsDatabase(t *testing.T) {
	t.Parallel()
	b, elsewhere := clienttest.On(t, "SQLite"), clienttest.On(t, "SQLite")
	c := b.NewClient(recorded(b))
	left := errors.New("left")
	run, err := client.StartBulk(c, client.BulkInput{Verb: "resume", IDs: bulkRows(b, "CANCELLED", 2), BatchSize: 1,
		Each: func(context.Context, client.BulkProgress) error { return left }})
	if !errors.Is(err, left) {
		t.Fatal(err)
	}
	failed := error(nil)
	for _, err := range run.Outcomes(elsewhere.NewClient(recorded(elsewhere))) {
		failed = err
	}
	if client.CodeOf(failed) != client.InvalidOption || !strings.Contains(failed.Error(), "there is no bulk run") {
		t.Errorf("the outcomes in another database are %v", failed)
	}
	dry := b.NewClient(func(config *client.ClientConfig) { config.DryRun = true })
	_, err = client.ContinueBulk(dry, run.ID, nil)
	if client.CodeOf(err) != client.ReadOnly || !strings.Contains(err.Error(), "a dry run does not go on with the bulk run") {
		t.Errorf("a dry run: %v", err)
	}
}

// The text of a selection has all that selects, and a filter that it cannot show is refused.
func TestABulkRunShowsItsSelection(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient(recorded(b))
	bulkRows(b, "CANCELLED", 3)
	offset, no := 1, false
	filter := client.ListWorkflowsOptions{HasParent: &no, Offset: &offset, SortDesc: true, CreatedAfter: time.UnixMilli(500).UTC()}
	run := startBulk(t, c, client.BulkInput{Verb: "cancel", Filter: &client.ListWorkflowsOptions{Held: &no}})
	assertCounts(t, run, client.BulkDone, 0, 0, 0, 0, 0, 0)
	run = startBulk(t, c, client.BulkInput{Verb: "resume", Filter: &filter})
	assertCounts(t, run, client.BulkDone, 2, 2, 2, 0, 0, 0)
	want := `{"created_after":"1970-01-01T00:00:00.5Z","has_parent":false,"offset":1,"sort_desc":true,"status":["CANCELLED","MAX_RECOVERY_ATTEMPTS_EXCEEDED"]}`
	if run.Selection != want {
		t.Errorf("the selection is %s, want %s", run.Selection, want)
	}
	filter.Attributes = map[string]any{"share": math.NaN()}
	_, err := client.StartBulk(c, client.BulkInput{Verb: "resume", Filter: &filter})
	if client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("an attribute without JSON: %v", err)
	}
}

// Options are the same in a struct and in a map, also for a run that is recorded with members that
// were not given.
func TestABulkRunKnowsItsOptions(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient(recorded(b))
	input := client.BulkInput{ID: "r", Verb: "rewind", IDs: bulkRows(b, "ERROR", 2), Options: map[string]any{"queue_name": "slow"}}
	run := startBulk(t, c, input)
	if want := `{"queue_name":"slow","start_step":0,"start_step_exists":false}`; run.Options != want {
		t.Errorf("the options are %s, want %s", run.Options, want)
	}
	for _, stored := range []string{run.Options, `{"queue_name":"slow","application_version":""}`} {
		b.Exec("UPDATE {dbos_script_bulks} SET options = :options", map[string]any{"options": stored})
		for _, same := range []any{input.Options, client.RewindWorkflowOptions{QueueName: "slow"}} {
			again := input
			again.Options = same
			assertCounts(t, startBulk(t, c, again), client.BulkDone, 2, 2, 2, 0, 0, 0)
		}
	}
	empty := startBulk(t, c, client.BulkInput{Verb: "send", IDs: bulkRows(b, "PENDING", 1), Options: client.BulkSendOptions{Message: ""}})
	if want := `{"message":""}`; empty.Options != want {
		t.Errorf("the options of an empty message are %s, want %s", empty.Options, want)
	}
}

// Bad input is an error before anything is selected.
func TestABulkRunRefusesBadInput(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	c := b.NewClient(recorded(b))
	bulkRows(b, "CANCELLED", 2)
	all := filtered(client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"CANCELLED"}})
	limit := 1
	for _, test := range []struct {
		input client.BulkInput
		want  string
	}{
		{client.BulkInput{Verb: "resume", Filter: filtered(client.ListWorkflowsOptions{})}, "the filter is empty"},
		{client.BulkInput{Verb: "resume", Filter: filtered(client.ListWorkflowsOptions{Limit: &limit, SortDesc: true, LoadInput: true})}, "the filter is empty"},
		{client.BulkInput{Verb: "resume", Filter: filtered(client.ListWorkflowsOptions{Name: []string{""}})}, "the filter is empty"},
		{client.BulkInput{Verb: "resume"}, "either a filter or ids"},
		{client.BulkInput{Verb: "resume", Filter: all, IDs: []string{"a"}}, "either a filter or ids"},
		{client.BulkInput{Verb: "resum", Filter: all}, `no verb "resum" (did you mean "resume"?)`},
		{client.BulkInput{Verb: "resume", Filter: all, Options: map[string]any{"queue": "q"}}, `unknown field "queue"`},
		{client.BulkInput{Verb: "resume", Filter: all, BatchSize: client.MaxBulkBatch + 1}, "batch_size is 10001"},
		{client.BulkInput{Verb: "resume", Filter: all, RPS: -1}, "rps is -1"},
		{client.BulkInput{Verb: "move", Filter: filtered(client.ListWorkflowsOptions{WorkflowIDPrefix: []string{"c"}, Status: all.Status})}, "the options of move: it needs a queue_name or a version"},
	} {
		_, err := client.StartBulk(c, test.input)
		if client.CodeOf(err) != client.InvalidOption || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v, want %s", test.input, err, test.want)
		}
	}
	if _, err := client.GetBulk(c, "nope"); client.CodeOf(err) != client.InvalidOption {
		t.Errorf("an unknown run: %v", err)
	}
	startBulk(t, c, client.BulkInput{ID: "monday", Verb: "resume", Filter: all})
	if _, err := client.PauseBulk(c, "mondy"); err == nil || !strings.Contains(err.Error(), `there is no bulk run "mondy" (did you mean "monday"?)`) {
		t.Errorf("a misspelt run: %v", err)
	}
}

// Tables for durable runs that were made before bulk runs get the tables of these on request.
func TestBulkTablesAreAdded(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		addRuns(b)
		b.Exec("DROP TABLE {dbos_script_bulks}", nil)
		b.Exec("DROP TABLE {dbos_script_bulk_pages}", nil)
		b.Exec("UPDATE {dbos_script_version} SET version = 1", nil)
		if info, err := b.NewClient().Info(); err != nil || len(info.RunTables) != 3 || info.RunTables[0].Version != 1 {
			t.Errorf("before, the tables are %+v, %v", info, err)
		}
		assertAdded(t, b, true)
		b.Exec("ALTER TABLE {dbos_script_bulks} DROP COLUMN limits", nil)
		b.Exec("UPDATE {dbos_script_version} SET version = 2", nil)
		if _, err := client.GetBulk(b.NewClient(), "r"); client.CodeOf(err) != client.Unsupported {
			t.Errorf("without limits: %v", err)
		}
		assertAdded(t, b, false)
		if _, err := client.GetBulk(b.NewClient(), "r"); client.CodeOf(err) != client.InvalidOption {
			t.Errorf("with limits: %v", err)
		}
	})
}

// assertAdded adds what the tables for durable runs lack: tables, or a column.
func assertAdded(t *testing.T, b clienttest.Backend, tables bool) {
	t.Helper()
	if info, err := b.NewClient(withRuns).Info(); err != nil || len(info.RunTables) != 5 || info.RunTables[0].Version != 3 || info.CreatedRuns != tables || info.CompletedRuns == tables {
		t.Errorf("the tables are %+v, %v", info, err)
	}
}

// Without its tables, a run is in memory, and a dry run changes nothing at all.
func TestABulkRunWithoutTables(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		ids := bulkRows(b, "CANCELLED", 12)
		input := client.BulkInput{Verb: "resume", BatchSize: 5, Filter: filtered(client.ListWorkflowsOptions{WorkflowIDPrefix: []string{"cancelled"}})}
		planned := 0
		dry := b.NewClient(func(c *client.ClientConfig) {
			c.DryRun, c.Gate = true, func(_ context.Context, change *client.Change, apply func() error) error {
				err := apply()
				planned += len(change.Effects)
				return err
			}
		})
		run := startBulk(t, dry, input)
		if assertCounts(t, run, client.BulkDone, 12, 12, 12, 0, 0, 0); planned != 12 || statesOf(b, ids)["CANCELLED"] != 12 {
			t.Errorf("a dry run plans %d, and leaves %v", planned, statesOf(b, ids))
		}
		if b.Name == "Cockroach" { // played conflicts at a commit undo nothing, and no record shows it
			return
		}
		c := b.NewClient()
		run = startBulk(t, c, input)
		if assertCounts(t, run, client.BulkDone, 12, 12, 12, 0, 0, 0); run.ID != "" || statesOf(b, ids)["ENQUEUED"] != 12 {
			t.Errorf("the run %q leaves %v", run.ID, statesOf(b, ids))
		}
		if by := outcomesOf(t, c, run); !slices.Equal(by[client.OutcomeChanged], ids) {
			t.Errorf("the outcomes are %v", by)
		}
		input.ID = "named"
		if _, err := client.StartBulk(c, input); client.CodeOf(err) != client.Unsupported {
			t.Errorf("a run with an id: %v", err)
		}
		if list, err := client.ListBulks(c, client.ListBulksOptions{}); err != nil || len(list) > 0 {
			t.Errorf("the runs are %v, %v", list, err)
		}
	})
}
