package clienttest_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// planned returns the changes that a dry run plans, and the first error of Planned.
func planned(b clienttest.Backend, call func(client.Client) error) (list []client.PlannedChange, failed error) {
	dry := b.NewClient(func(c *client.ClientConfig) {
		c.DryRun, c.SDK = true, client.SDKGo
		c.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
			if err := apply(); err != nil {
				return err
			}
			for one, err := range change.Planned() {
				if err != nil {
					return err
				}
				list = append(list, one)
			}
			return nil
		}
	})
	return list, errors.Join(call(dry), dry.Close(0))
}

// load makes a bulk run of planned changes of one verb with the same options.
func load(t *testing.T, c client.Client, id string, list []client.PlannedChange) {
	t.Helper()
	l, err := client.LoadBulk(c, client.BulkInput{ID: id, Verb: list[0].Verb, Options: json.RawMessage(list[0].Options), BatchSize: 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		err = errors.Join(err, l.Add(one.SeenWorkflow))
	}
	if err = errors.Join(err, l.Done()); err != nil {
		t.Fatal(err)
	}
}

// A loaded run changes the workflows that are as the dry run saw them, once, however often it is
// loaded and continued; pages that a killed process has left behind do not count.
func TestALoadedBulkRunChangesWhatIsAsItWasSeen(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		ids := bulkRows(b, "CANCELLED", 10)
		c := b.NewClient(recorded(b))
		list, err := planned(b, func(dry client.Client) error {
			_, err := dry.ResumeAll(append(ids, "unknown"), client.WithResumeQueue("slow"))
			return err
		})
		if err != nil || len(list) != 10 || list[3].UpdatedAt != 1003 || list[3].Options != `{"queue_name":"slow"}` {
			t.Fatalf("planned %+v, %v", list, err)
		}
		left, err := client.LoadBulk(c, client.BulkInput{ID: "plan", Verb: "resume", BatchSize: 1})
		for range 20 {
			err = errors.Join(err, left.Add(client.SeenWorkflow{ID: "left behind"}))
		}
		if err != nil {
			t.Fatal(err)
		}
		load(t, c, "plan", list)
		if again, err := client.LoadBulk(c, client.BulkInput{ID: "plan", Verb: "resume"}); again != nil || err != nil {
			t.Errorf("an existing run is loaded again: %v, %v", again, err)
		}
		b.Exec(`UPDATE {workflow_status} SET updated_at = updated_at + 1 WHERE workflow_uuid = 'cancelled-005'`, nil)
		for range 2 {
			run, err := client.ContinueBulk(c, "plan", nil)
			if err != nil {
				t.Fatal(err)
			}
			assertCounts(t, run, client.BulkDone, 10, 10, 9, 0, 0, 1)
			if by := outcomesOf(t, c, run); !slices.Equal(by[client.OutcomeDrifted], []string{"cancelled-005"}) {
				t.Errorf("drifted are %v", by)
			}
		}
		for _, id := range ids {
			if row := b.Workflow(id); (row["queue_name"] == "slow") != (id != "cancelled-005") {
				t.Errorf("%s is %v", id, row)
			}
		}
	})
}

// Each verb is planned with the options with which a bulk run makes the same change; a change that
// none makes, and a second one of a workflow, are refused.
func TestPlannedChangesAreThoseOfBulkRuns(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	cancelled, waiting, failed := bulkRows(b, "CANCELLED", 2), bulkRows(b, "ENQUEUED", 2), bulkRows(b, "ERROR", 2)
	for _, one := range []struct {
		verb, options string
		ids           []string
		call          func(client.Client) error
	}{
		{"cancel", `{}`, waiting, func(c client.Client) error { _, err := c.CancelAll(append(waiting, cancelled...)); return err }},
		{"delete", `{}`, cancelled, func(c client.Client) error { _, err := c.DeleteAll(cancelled); return err }},
		{"rerun", `{"from":"last"}`, append(slices.Clone(cancelled), failed...), func(c client.Client) error {
			_, err := c.RerunWorkflows(append(failed, cancelled...), client.WithRerunOptions(client.RerunOptions{From: "last"}))
			return err
		}},
		{"rewind", `{"queue_name":"q","start_step":0,"start_step_exists":false}`, failed, func(c client.Client) error {
			_, err := c.RewindAll(failed, client.WithRewindQueue("q"))
			return err
		}},
		{"fork", `{"start_step":2}`, failed, func(c client.Client) error {
			_, err := c.ForkAll([]client.ForkWorkflowInput{{OriginalWorkflowID: failed[0], StartStep: 2}, {OriginalWorkflowID: failed[1], StartStep: 2}})
			return err
		}},
		{"send", `{"message":[1,"x"],"topic":"t"}`, waiting, func(c client.Client) error {
			return c.SendMany([]client.Message{{DestinationID: waiting[0], Message: []any{1, "x"}, Topic: "t"}, {DestinationID: waiting[1], Message: []any{1, "x"}, Topic: "t"}})
		}},
		{"set_priority", `{"priority":7}`, waiting, func(c client.Client) error { _, err := c.SetPriorityAll(waiting, 7); return err }},
		{"move", `{"version":"v2"}`, waiting, func(c client.Client) error { _, err := c.MoveVersionAll(waiting, "v2"); return err }},
	} {
		list, err := planned(b, one.call)
		var ids []string
		for _, p := range list {
			if ids = append(ids, p.ID); p.Verb != one.verb || p.Options != one.options || p.Status == "" || p.UpdatedAt < 1000 {
				t.Errorf("%s: planned %+v", one.verb, p)
			}
		}
		if err != nil || !slices.Equal(ids, one.ids) {
			t.Errorf("%s: planned %v, %v", one.verb, ids, err)
		}
	}
	for name, refused := range map[string]struct {
		code client.ErrorCode
		call func(client.Client) error
	}{
		"a fork of a fork's original": {client.Conflict, func(c client.Client) error {
			for range 2 {
				if _, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: failed[0]}); err != nil {
					return err
				}
			}
			return nil
		}},
		"two forks of one": {client.Conflict, func(c client.Client) error {
			_, err := c.ForkAll([]client.ForkWorkflowInput{{OriginalWorkflowID: failed[0]}, {OriginalWorkflowID: failed[0]}})
			return err
		}},
		"a fork with a timeout": {client.Unsupported, func(c client.Client) error {
			_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: failed[0], Timeout: 1e9})
			return err
		}},
		"a key": {client.Unsupported, func(c client.Client) error {
			return client.Send(c, waiting[0], 1, "t", client.WithIdempotencyKey("k"))
		}},
		"a hold": {client.Unsupported, func(c client.Client) error { _, err := c.HoldAll(waiting); return err }},
	} {
		if _, err := planned(b, refused.call); client.CodeOf(err) != refused.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A planned bulk run keeps its rate, its batches and its limits, which count for each run by
// itself. One that asks a function is refused.
func TestAPlannedBulkRunKeepsItsLimits(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	w := launched(t, b, map[string]worker.Workflow{"w": idle})
	ids := runnable(b, "CANCELLED", 30)
	limits := client.BulkLimits{MaxWaiting: &client.BulkMaxWaiting{Queue: queue, N: 3}}
	input := client.BulkInput{Verb: "resume", Options: map[string]any{"queue_name": queue}, BatchSize: 10, RPS: 40, Limits: limits}
	list, err := planned(b, func(dry client.Client) error {
		for _, part := range [][]string{ids[:20], ids[20:]} {
			input.IDs = part
			if _, err := client.StartBulk(dry, input); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(list) != 30 || list[0].Run != 1 || list[0].BatchSize != 10 || list[0].RPS != 40 || list[20].Run != 2 {
		t.Fatalf("planned %+v, %v", list, err)
	}
	most := 0
	c := b.NewClient(besideWork(b, func() {
		most = max(most, waitingOn(b))
		mustDrain(t, w)
	}))
	loaded, err := client.LoadBulk(c, client.BulkInput{ID: "plan", Verb: list[0].Verb, Options: json.RawMessage(list[0].Options), BatchSize: list[0].BatchSize,
		RPS: list[0].RPS, Limits: list[0].Limits})
	for _, one := range list {
		err = errors.Join(err, loaded.Add(one.SeenWorkflow))
	}
	if err = errors.Join(err, loaded.Done()); err != nil {
		t.Fatal(err)
	}
	run, err := client.ContinueBulk(c, "plan", nil)
	if err != nil || run.State != client.BulkDone || run.Changed != 30 || most != 3 {
		t.Errorf("%v with at most %d on the queue: %v", run, most, err)
	}

	input.IDs, input.PauseWhen = ids, func(context.Context, client.BulkStats) (string, error) { return "", nil }
	if _, err = planned(b, func(dry client.Client) error {
		_, err := client.StartBulk(dry, input)
		return err
	}); client.CodeOf(err) != client.Unsupported {
		t.Errorf("a function in a plan: %v", err)
	}
}

// A dry run packs what a bulk run changes. Later calls see it as if it were not packed, and all
// outcomes are there.
func TestADryRunRemembersABulkRun(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "SQLite")
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, name, status, queue_name, priority, created_at, updated_at)
		WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10001) SELECT 'w' || n, 'w', 'ENQUEUED', 'q', 0, n, n FROM n`, nil)
	input := client.BulkInput{Verb: "set_priority", Options: client.BulkPriorityOptions{Priority: 5}, BatchSize: 2000,
		Filter: &client.ListWorkflowsOptions{QueueName: []string{"q"}, Status: []client.WorkflowStatusType{"ENQUEUED"}}}
	list, err := planned(b, func(dry client.Client) error {
		run, err := client.StartBulk(dry, input)
		if err != nil {
			return err
		}
		outcomes := 0
		for result, err := range run.Outcomes(dry) {
			if outcomes++; err != nil || result.Outcome != client.OutcomeChanged || result.Status != "ENQUEUED" {
				t.Fatalf("%+v, %v", result, err)
			}
		}
		if outcomes != 10_001 || run.Changed != 10_001 || run.Results != nil {
			t.Errorf("%d outcomes and %d results of %v", outcomes, len(run.Results), run)
		}
		rows, err := dry.ListWorkflows(client.WithWorkflowIDs([]string{"w9999"}))
		if err != nil || len(rows) != 1 || rows[0].Priority != 5 {
			t.Errorf("after it: %+v, %v", rows, err)
		}
		_, err = dry.SetPriorityAll([]string{"w1"}, 6) // it is not as it was
		return err
	})
	if client.CodeOf(err) != client.Conflict || len(list) != 10_001 {
		t.Errorf("planned %d, %v", len(list), err)
	}
}

// The identity of a database does not depend on how it is named, and differs from that of another
// schema or file.
func TestTheIdentityOfADatabase(t *testing.T) {
	t.Parallel()
	for name, length := range map[string]int{"SQLite": 16, "Postgres": 33} { // with a dash and the server
		b := clienttest.On(t, name)
		one, err := client.Identity(b.NewClient())
		same, failed := client.Identity(b.NewClient(func(c *client.ClientConfig) { c.DryRun = true }))
		if err != nil || failed != nil || one != same || len(one) != length {
			t.Errorf("%s has the identities %q and %q, %v, %v", name, one, same, err, failed)
		}
	}
	one, err := client.Identity(clienttest.On(t, "SQLite").NewClient())
	other, failed := client.Identity(clienttest.On(t, "SQLite").NewClient())
	if err != nil || failed != nil || one == other {
		t.Errorf("two files have the identities %q and %q, %v, %v", one, other, err, failed)
	}
}
