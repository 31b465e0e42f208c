package clienttest_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
)

// connected keeps a connection to a Postgres open that could be an executor's, because the verdict
// on a silent executor is dead if there is none, once the server runs for long enough.
func connected(t *testing.T, b clienttest.Backend) {
	t.Helper()
	if b.Name == "SQLite" || b.Name == "Cockroach" { // neither lists connections
		return
	}
	conn, err := pgx.Connect(t.Context(), b.Config().DatabaseURL)
	must(t, err)
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) })
	_, err = conn.Exec(t.Context(), "BEGIN") // a pooler keeps the server's connection for it
	must(t, err)
}

// taken makes workflows that an executor of version v1 took off the queue some time ago.
func taken(t *testing.T, b clienttest.Backend, c client.Client, executor string, count int, ago time.Duration) []string {
	t.Helper()
	handles, err := c.EnqueueMany(queue, "w", make([]any, count))
	must(t, err)
	ids := make([]string, len(handles))
	for i, h := range handles {
		ids[i] = h.GetWorkflowID()
	}
	b.Exec(`UPDATE {workflow_status} SET status = 'PENDING', executor_id = :executor, application_version = 'v1', recovery_attempts = 1,
		started_at_epoch_ms = :at, created_at = :at WHERE {in workflow_uuid :ids}`,
		map[string]any{"executor": executor, "at": b.Clock.Now().Add(-ago).UnixMilli(), "ids": ids})
	return ids
}

// stepped stores a step of a workflow that ended some time ago.
func stepped(b clienttest.Backend, id string, number int64, ago time.Duration) {
	b.Exec(`INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, started_at_epoch_ms, completed_at_epoch_ms)
		VALUES (:id, :number, 'step', :at, :at)`, map[string]any{"id": id, "number": number, "at": b.Clock.Now().Add(-ago).UnixMilli()})
}

// executorOf returns the executor with an id, which must be there.
func executorOf(t *testing.T, c client.Client, id string, options client.ListExecutorsOptions) client.ExecutorInfo {
	t.Helper()
	all, err := c.Executors(client.WithListExecutorsOptions(options))
	must(t, err)
	at := slices.IndexFunc(all, func(e client.ExecutorInfo) bool { return e.ExecutorID == id })
	if at < 0 {
		t.Fatalf("there is no executor %q in %+v", id, all)
	}
	return all[at]
}

func TestTheVerdictOnAnExecutorFollowsItsLastSign(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		connected(t, b)
		c := b.NewClient()
		taken(t, b, c, "took", 2, time.Minute)
		busy := taken(t, b, c, "stepped", 3, 6*time.Hour)
		stepped(b, busy[1], 7, time.Minute)
		taken(t, b, c, "silent", 4, 6*time.Hour)
		finished := taken(t, b, c, "ended", 1, 6*time.Hour)
		b.Exec(`UPDATE {workflow_status} SET status = 'SUCCESS', completed_at = :at WHERE {in workflow_uuid :ids}`,
			map[string]any{"ids": finished, "at": b.Clock.Now().Add(-time.Minute).UnixMilli()})
		taken(t, b, c, "ended", 1, 6*time.Hour)
		past := taken(t, b, c, "past", 1, 6*time.Hour)
		b.Exec(`UPDATE {workflow_status} SET status = 'ERROR', completed_at = started_at_epoch_ms WHERE {in workflow_uuid :ids}`, map[string]any{"ids": past})
		for _, want := range []struct {
			id      string
			verdict client.ExecutorVerdict
			open    int64
			by      string
			reason  string
		}{
			{"took", client.ExecutorAlive, 2, "start", "it began a workflow 1m0s ago"},
			{"stepped", client.ExecutorAlive, 3, "step", "a step of it ended 1m0s ago"},
			{"ended", client.ExecutorAlive, 1, "end", "a workflow of it ended 1m0s ago"},
			{"silent", client.ExecutorSilent, 4, "start", "it has shown nothing for 6h0m"},
			{"past", client.ExecutorIdle, 0, "end", "it runs nothing"},
		} {
			e := executorOf(t, c, want.id, client.ListExecutorsOptions{})
			if e.Verdict != want.verdict || e.Open != want.open || e.Queued != want.open || e.SeenBy != want.by || !strings.HasPrefix(e.Reason, want.reason) {
				t.Errorf("the executor is %+v, want %+v", e, want)
			}
		}
		if e := executorOf(t, c, "silent", client.ListExecutorsOptions{SilentFor: 7 * time.Hour}); e.Verdict != client.ExecutorAlive {
			t.Errorf("silent for six of seven hours, it is %+v", e)
		}
		if e := executorOf(t, c, "took", client.ListExecutorsOptions{SilentFor: time.Second}); e.Verdict != client.ExecutorSilent {
			t.Errorf("silent for a minute, and a second is allowed, it is %+v", e)
		}
	})
}

// A version that has ended must not look alive because the next one runs under the same id.
func TestExecutorsOfTwoVersionsAreTwo(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		connected(t, b)
		c := b.NewClient()
		taken(t, b, c, "local", 2, 6*time.Hour)
		newer := taken(t, b, c, "local", 3, time.Minute)
		b.Exec("UPDATE {workflow_status} SET application_version = 'v2' WHERE {in workflow_uuid :ids}", map[string]any{"ids": newer})
		all, err := c.Executors()
		must(t, err)
		if len(all) != 2 || all[0].Verdict != client.ExecutorSilent || all[0].Open != 2 || all[1].Verdict != client.ExecutorAlive || all[1].Open != 3 {
			t.Errorf("the executors are %+v", all)
		}
		of, err := c.Executors(client.WithListExecutorsOptions(client.ListExecutorsOptions{ApplicationVersion: []string{"v2"}, ExecutorIDs: []string{"local", "x"}}))
		must(t, err)
		if len(of) != 1 || of[0].ApplicationVersion != "v2" {
			t.Errorf("those of version v2 are %+v", of)
		}
	})
}

// Ten thousand workflows that began long ago: some sleep, some are in a long step, and their
// executors have shown a sign lately, or have shown nothing at all.
func TestNoHealthyWorkflowIsAnOrphan(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		connected(t, b)
		c := b.NewClient()
		for _, executor := range []string{"one", "two"} {
			ids := taken(t, b, c, executor, 2500, 30*24*time.Hour)
			stepped(b, ids[17], 3, time.Minute)
		}
		taken(t, b, c, "sleeper", 5000, 30*24*time.Hour)
		orphans, err := c.Orphans()
		must(t, err)
		if len(orphans) > 0 {
			t.Errorf("%d of 10000 healthy workflows are orphans: %+v", len(orphans), orphans[0])
		}
		// The caller knows better only of executors that are silent.
		orphans, err = c.Orphans(client.WithOrphansOptions(client.OrphansOptions{SilentFor: time.Hour}))
		must(t, err)
		if len(orphans) != 5000 || slices.ContainsFunc(orphans, func(o client.Orphan) bool { return o.ExecutorID != "sleeper" }) {
			t.Errorf("with silent_for, %d are orphans", len(orphans))
		}
	})
}

// More signs than the statement reads must not hide an older one.
func TestABusyExecutorDoesNotHideAnother(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		connected(t, b)
		c := b.NewClient()
		taken(t, b, c, "quiet", 1, 6*time.Hour)
		ended := taken(t, b, c, "quiet", 1, 6*time.Hour)
		end := func(ids []string, ago time.Duration) {
			b.Exec(`UPDATE {workflow_status} SET status = 'SUCCESS', completed_at = :at WHERE {in workflow_uuid :ids}`,
				map[string]any{"ids": ids, "at": b.Clock.Now().Add(-ago).UnixMilli()})
		}
		end(ended, 2*time.Minute)
		end(taken(t, b, c, "busy", 6000, 6*time.Hour), time.Second)
		if e := executorOf(t, c, "quiet", client.ListExecutorsOptions{}); e.Verdict != client.ExecutorAlive || e.SeenBy != "end" {
			t.Errorf("its sign is older than six thousand others, and it is %+v", e)
		}
	})
}

func TestOrphansTakeTheFiltersOfLists(t *testing.T) {
	t.Parallel()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) {
		b = b.Of(client.SDKGo)
		connected(t, b)
		c := b.NewClient()
		ids := taken(t, b, c, "silent", 5, 6*time.Hour)
		set(b, ids[0], "queue_name = 'mails'")
		set(b, ids[1], "application_version = 'v2'")
		set(b, ids[4], "executor_id = NULL")
		two, one := 2, 1
		lists := func(o client.ListWorkflowsOptions) client.OrphansOptions {
			return client.OrphansOptions{ListWorkflowsOptions: o, SilentFor: time.Hour}
		}
		for _, want := range []struct {
			options client.OrphansOptions
			count   int
		}{
			{client.OrphansOptions{}, 0},
			{client.OrphansOptions{SilentFor: 7 * time.Hour}, 0},
			{client.OrphansOptions{SilentFor: time.Hour}, 5},
			{client.OrphansOptions{SilentFor: time.Hour, ApplicationVersion: []string{"v2"}}, 1},
			{lists(client.ListWorkflowsOptions{AppVersion: []string{"v1"}}), 4},
			{lists(client.ListWorkflowsOptions{QueueName: []string{"mails"}}), 1},
			{lists(client.ListWorkflowsOptions{ExecutorIDs: []string{"silent"}}), 4},
			{lists(client.ListWorkflowsOptions{ExecutorIDs: []string{"other"}}), 0},
			{lists(client.ListWorkflowsOptions{WorkflowIDs: ids[2:4]}), 2},
			{lists(client.ListWorkflowsOptions{Status: []client.WorkflowStatusType{"SUCCESS"}}), 0},
			{lists(client.ListWorkflowsOptions{Limit: &two, Offset: &one}), 2},
		} {
			found, err := c.Orphans(client.WithOrphansOptions(want.options))
			must(t, err)
			if len(found) != want.count {
				t.Errorf("%+v finds %+v, want %d", want.options, found, want.count)
			}
		}
		for _, wrong := range []client.OrphansOptions{
			{SilentFor: -1}, lists(client.ListWorkflowsOptions{Limit: n(-1)}), lists(client.ListWorkflowsOptions{Offset: n(-1)}),
			{ApplicationVersion: []string{"v1"}, ListWorkflowsOptions: client.ListWorkflowsOptions{AppVersion: []string{"v1"}}},
		} {
			if found, err := c.Orphans(client.WithOrphansOptions(wrong)); client.CodeOf(err) != client.InvalidOption {
				t.Errorf("%+v returned %v, %v", wrong, found, err)
			}
		}
		if _, err := c.Executors(client.WithListExecutorsOptions(client.ListExecutorsOptions{SilentFor: -1})); client.CodeOf(err) != client.InvalidOption {
			t.Errorf("a negative silent_for returned %v", err)
		}
	})
}
