package client_test

import (
	"context"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
)

// lossy gives a client that loses the answers to its first requests with a text, and calls back
// before each further try.
func lossy(t *testing.T, b clienttest.Backend, text string, losses int, again func()) client.Client {
	t.Helper()
	seen := 0
	t.Cleanup(func() {
		if seen <= losses {
			t.Errorf("%d requests of those with %q were seen, %d of them lost: none was tried again", seen, text, losses)
		}
	})
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
		if !r.Mentions(text) {
			return pgproxy.Pass
		}
		if seen++; seen > 1 && again != nil {
			again()
		}
		if seen <= losses {
			return pgproxy.LoseAnswer
		}
		return pgproxy.Pass
	}})
	return b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL, c.SDK = proxy.URL(), client.SDKGo })
}

// A change whose answer was lost has happened, once.
func TestSchedulesLoseAnswers(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	mustDo(t, lossy(t, b, "INSERT INTO", 1, nil).CreateSchedule(hourly("lost")))
	mustDo(t, lossy(t, b, "INSERT INTO", 2, nil).ApplySchedules([]client.ClientScheduleInput{hourly("lost"), hourly("lost too")}))
	backfill(t, lossy(t, b, "INSERT INTO", 2, nil), "lost", day(0, 0, 0), day(2, 30, 0),
		sched("lost", "2026-01-01T01:00:00Z"), sched("lost", "2026-01-01T02:00:00Z"))
	handle, err := lossy(t, b, "INSERT INTO", 1, nil).TriggerSchedule("lost")
	mustDo(t, err)
	if rows := b.Rows("workflow_status", "schedule_name = 'lost'", nil); len(rows) != 3 || b.Workflow(handle.GetWorkflowID()) == nil {
		t.Errorf("%d runs, want two ticks and a trigger", len(rows))
	}
}

// A lostDebounce is a call whose answer is lost, and what happens to its workflow before the call
// is tried again.
type lostDebounce struct {
	begun   bool // another call has begun the group
	timeout time.Duration
	again   func(b clienttest.Backend)
	opts    []client.WorkflowOption
}

func released(b clienttest.Backend) {
	b.Exec(`UPDATE {workflow_status} SET status = 'ENQUEUED', deduplication_id = NULL WHERE status = 'DELAYED'`, nil)
}

func ended(b clienttest.Backend) {
	b.Exec(`UPDATE {workflow_status} SET status = 'SUCCESS', deduplication_id = NULL, completed_at = :now`, map[string]any{"now": b.Clock.Now().UnixMilli()})
}

func untouched(clienttest.Backend) {}

// The input must run once, even when the workflow has started before the call is tried again.
func TestDebounceLosesAnswer(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	withID := []client.WorkflowOption{client.WithWorkflowID("lost")}
	for name, test := range map[string]lostDebounce{
		"start":                 {false, time.Hour, untouched, nil},
		"start, released":       {false, time.Hour, released, nil},
		"start with id, ended":  {false, time.Hour, ended, withID},
		"bounce":                {true, time.Hour, untouched, nil},
		"bounce, released":      {true, time.Hour, released, nil},
		"bounce, ended":         {true, time.Hour, ended, nil},
		"bounce with id, ended": {true, time.Hour, ended, withID},
		"bounce to the limit":   {true, time.Second, released, nil},
	} {
		t.Run(name, func(t *testing.T) { loseDebounce(t, b.For(t), test) })
	}
}

func loseDebounce(t *testing.T, b clienttest.Backend, test lostDebounce) {
	b.Exec(`DELETE FROM {workflow_status}`, nil)
	first, timeout := "", client.WithDebouncerTimeout(test.timeout)
	if test.begun {
		first = debounced(t, debouncer(b.NewClient(), "lost", timeout), "k", time.Minute, "first")
		b.Clock.Advance(time.Millisecond)
	}
	c := lossy(t, b, "is_debounced", 1, func() { test.again(b) })
	id := debounced(t, debouncer(c, "lost", timeout), "k", time.Minute, "last", test.opts...)
	rows := b.Rows("workflow_status", "", nil)
	if len(rows) != 1 || rows[0]["workflow_uuid"] != id || test.begun && first != id || inputOf(rows[0]) != "last" {
		t.Errorf("%d workflows, %q of the call and %q of the first one, with %v", len(rows), id, first, inputOf(rows[0]))
	}
}

// A call counts its own changes, also if it was tried again because its answer was lost, or because
// another transaction was in the way.
func TestACallThatIsTriedAgainCountsWhatItMade(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]pgproxy.Action{"lost answer": pgproxy.LoseAnswer, "lost request": pgproxy.Lose, "conflict": pgproxy.Conflict} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, "Postgres")
			enqueued(t, b.NewClient(), "w", 2)
			b.Clock.Advance(time.Second)
			tr := &trouble{action: action}
			proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: tr.intercept})
			var changed int64
			c := b.NewClient(func(config *client.ClientConfig) {
				config.DatabaseURL = proxy.URL()
				config.Gate = func(_ context.Context, change *client.Change, apply func() error) error {
					err := apply()
					changed = change.Changed
					return err
				}
			})
			tr.left.Store(2)
			report, err := c.EnqueueAll("q", "wf", make([]any, 3), client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: []string{"w0", "new", "w1"}}))
			if err != nil || changed != 1 || report.String() != "enqueue_many: 1 of 3 changed; 2 unchanged (ENQUEUED)" {
				t.Errorf("%v, %d changed, %v", report, changed, err)
			}
			for id, want := range map[string]int64{"w0": 0, "newer": 1} {
				tr.left.Store(1)
				if _, err := c.Enqueue("q", "wf", nil, client.WithEnqueueWorkflowID(id)); err != nil || changed != want {
					t.Errorf("%s: %d changed, %v", id, changed, err)
				}
			}
			mustDo(t, b.NewClient().CreateSchedule(hourly("s")))
			backfill(t, b.NewClient(func(config *client.ClientConfig) { config.SDK = client.SDKGo }), "s", day(0, 0, 0), day(1, 30, 0), sched("s", "2026-01-01T01:00:00Z"))
			b.Clock.Advance(time.Second)
			tr.left.Store(1)
			if _, err := c.WithSDK(client.SDKGo).BackfillSchedule("s", day(0, 0, 0), day(2, 30, 0)); err != nil || changed != 1 {
				t.Errorf("backfill: %d changed, %v", changed, err)
			}
			tr.left.Store(1)
			if _, err := c.WithSDK(client.SDKGo).TriggerSchedule("s"); err != nil || changed != 1 {
				t.Errorf("trigger: %d changed, %v", changed, err)
			}
			if tr.left.Load() >= 0 {
				t.Error("it met no trouble")
			}
		})
	}
}

// Whether something was there is known although an answer is lost: deleting what is unknown fails,
// and deleting what was there does not.
func TestDeletingTheUnknownFailsAlsoIfAnAnswerIsLost(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	mustDo(t, b.NewClient().CreateSchedule(hourly("there")))
	_, err := b.NewClient().RegisterQueue(client.QueueInput{Name: "there"})
	mustDo(t, err)
	mustDo(t, lossy(t, b, "DELETE FROM", 1, nil).RemoveSchedule("there"))
	_, err = lossy(t, b, "DELETE FROM", 1, nil).DeleteQueue("there")
	mustDo(t, err)
	fails(t, lossy(t, b, "SELECT schedule_name, status", 1, nil).RemoveSchedule("unknown"), client.ScheduleNotFound, "")
	_, err = lossy(t, b, "SELECT name, NULL", 1, nil).DeleteQueue("unknown")
	fails(t, err, client.QueueNotFound, "")
}

// family inserts a workflow and its child.
func family(b clienttest.Backend) {
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, parent_workflow_id, forked_from, created_at, updated_at)
		VALUES ('parent', 'PENDING', 'w', NULL, NULL, 1, 1), ('child', 'PENDING', 'w', 'parent', 'parent', 1, 1)`, nil)
}

// insertLateChild inserts another child, as one that starts between the attempts of a call.
func insertLateChild(b clienttest.Backend) {
	b.Exec(`INSERT INTO {workflow_status} (workflow_uuid, status, name, parent_workflow_id, forked_from, created_at, updated_at)
		VALUES ('late', 'PENDING', 'w', 'parent', 'parent', 1, 1)`, nil)
}

// A callOnFamily is a call that finds the children or forks of a workflow, with a piece of its
// statement.
type callOnFamily struct {
	text string
	do   func(client.Client) error
}

func callsOnFamilies() map[string]callOnFamily {
	return map[string]callOnFamily{
		"delete": {"DELETE FROM", func(c client.Client) error {
			return c.DeleteWorkflows([]string{"parent"}, client.WithDeleteChildren(true))
		}},
		"cancel": {"UPDATE", func(c client.Client) error {
			_, err := c.CancelAll([]string{"parent"}, client.WithCancelChildren())
			return err
		}},
		"send": {"INSERT INTO", func(c client.Client) error { return client.Send(c, "parent", 1, "", client.WithSendToForks()) }},
	}
}

// A call that took effect, but lost its answer, does not fail because of later changes.
func TestWhatStartsAfterALostAnswerIsNotInTheWay(t *testing.T) {
	t.Parallel()
	for name, call := range callsOnFamilies() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, "Postgres")
			family(b)
			mustDo(t, call.do(lossy(t, b, call.text, 1, func() { insertLateChild(b) })))
			if row := b.Workflow("late"); row == nil || row["status"] != "PENDING" {
				t.Errorf("the late one is %v", row)
			}
		})
	}
}

// A call whose first attempt did not arrive refuses what started since, as a first attempt does.
func TestWhatStartsAfterALostRequestEndsTheCall(t *testing.T) {
	t.Parallel()
	for name, call := range callsOnFamilies() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := clienttest.On(t, "Postgres")
			family(b)
			seen := 0
			proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
				if !r.Mentions(call.text) {
					return pgproxy.Pass
				}
				if seen++; seen > 1 {
					if seen == 2 {
						insertLateChild(b)
					}
					return pgproxy.Pass
				}
				return pgproxy.Lose
			}})
			err := call.do(b.NewClient(func(c *client.ClientConfig) { c.DatabaseURL = proxy.URL() }))
			fails(t, err, client.Conflict, "")
			if row := b.Workflow("parent"); row == nil || row["status"] != "PENDING" || len(b.Rows("notifications", "", nil)) > 0 {
				t.Errorf("the parent is %v", row)
			}
		})
	}
}

// A prune counts a batch whose answer was lost, by the rows that the next attempt misses.
func TestAPruneThatLosesAnAnswerCountsWhatItDeleted(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	c := b.NewClient()
	for _, id := range []string{"a", "b"} {
		_, err := c.Enqueue("q", "wf", 1, client.WithEnqueueWorkflowID(id))
		mustDo(t, err)
		mustDo(t, c.CancelWorkflow(id))
	}
	b.Clock.Advance(time.Hour)
	r, err := lossy(t, b, "gone AS", 1, nil).PruneWorkflows(client.PruneInput{OlderThan: b.Clock.Now()})
	mustDo(t, err)
	if r.Deleted != 2 || r.Changed != 0 || len(r.Groups) != 1 || r.Groups[0].Count != 2 || len(b.Rows("workflow_status", "", nil)) != 0 {
		t.Errorf("the result is %+v", r)
	}
}
