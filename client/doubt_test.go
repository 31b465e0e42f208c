package client_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/simulator"
)

// trouble meets the next requests that change something, as soon as it is set off.
type trouble struct {
	action pgproxy.Action
	left   atomic.Int64
}

func (tr *trouble) intercept(r pgproxy.Request) pgproxy.Action {
	changes := r.Mentions("INSERT") || r.Mentions("UPDATE") || r.Mentions("DELETE")
	if changes && tr.left.Add(-1) >= 0 {
		return tr.action
	}
	return pgproxy.Pass
}

// Every write is tried again until it is known to have taken effect, and takes effect once: the
// request was lost, the answer was lost, or another transaction was in the way.
func TestWritesTakeEffectOnce(t *testing.T) {
	t.Parallel()
	for name, meet := range map[string]struct {
		action pgproxy.Action
		times  int64
	}{
		"lost request": {pgproxy.Lose, 1}, "lost answer": {pgproxy.LoseAnswer, 1},
		"lost answers": {pgproxy.LoseAnswer, 2}, "conflicts": {pgproxy.Conflict, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := &trouble{action: meet.action}
			_, config := system(t, pgproxy.Options{Intercept: tr.intercept})
			rows, err := simulator.OpenDatabase(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(rows.Close)
			c := open(t, config)
			for _, write := range writes {
				write.prepare(t, c)
				tr.left.Store(meet.times)
				if err := write.do(c); err != nil {
					t.Errorf("%s: %v", write.what, err)
				}
				if tr.left.Load() >= 0 {
					t.Errorf("%s met no trouble", write.what)
				}
				tr.left.Store(0)
				found, err := rows.Records(t.Context(), write.table, write.where, nil)
				if err != nil || len(found) != write.want {
					t.Errorf("%s: %d rows where %s, want %d (%v)", write.what, len(found), write.where, write.want, err)
				}
			}
		})
	}
}

// A write and the rows that must be there afterwards.
type write struct {
	what    string
	prepare func(*testing.T, client.Client)
	do      func(client.Client) error
	table   string
	where   string
	want    int
}

func nothingBefore(*testing.T, client.Client) {}

func with(ids ...string) func(*testing.T, client.Client) {
	return func(t *testing.T, c client.Client) {
		t.Helper()
		_, err := c.EnqueueMany("q", "wf", make([]any, len(ids)), client.WithEnqueueManyOptions(client.EnqueueManyOptions{WorkflowIDs: ids}))
		if err != nil {
			t.Fatal(err)
		}
	}
}

func enqueueing(queue string, opts ...client.EnqueueOption) func(client.Client) error {
	return func(c client.Client) error {
		_, err := c.Enqueue(queue, "wf", 1, opts...)
		return err
	}
}

var writes = []write{
	{"enqueue", nothingBefore, enqueueing("plain"), "workflow_status", "queue_name = 'plain'", 1},
	{"enqueue with an id", nothingBefore, enqueueing("chosen", client.WithEnqueueWorkflowID("chosen")), "workflow_status", "queue_name = 'chosen'", 1},
	{"enqueue with a deduplication id", nothingBefore, enqueueing("dedup", client.WithEnqueueDeduplicationID("d")),
		"workflow_status", "queue_name = 'dedup' AND deduplication_id = 'd'", 1},
	{"enqueue or return the existing one", nothingBefore, func(c client.Client) error {
		h, err := c.Enqueue("existing", "wf", 1, client.WithEnqueueWorkflowID("mine"), client.WithEnqueueDeduplicationID("d"),
			client.WithEnqueueDeduplicationPolicy(client.DeduplicationPolicyReturnExisting))
		if err == nil && h.GetWorkflowID() != "mine" {
			err = fmt.Errorf("the handle is that of %s", h.GetWorkflowID())
		}
		return err
	}, "workflow_status", "queue_name = 'existing'", 1},
	{"enqueue many", nothingBefore, func(c client.Client) error {
		_, err := c.EnqueueMany("many", "wf", make([]any, 100), client.WithEnqueueManyOptions(client.EnqueueManyOptions{DeduplicationIDs: hundred("d")}))
		return err
	}, "workflow_status", "queue_name = 'many'", 100},
	{"send", with("receiver"), func(c client.Client) error { return c.Send("receiver", 1, "one") }, "notifications", "topic = 'one'", 1},
	{"send many", with("receiver"), func(c client.Client) error {
		messages := make([]client.Message, 100)
		for i := range messages {
			messages[i] = client.Message{DestinationID: "receiver", Topic: "many"}
		}
		return c.SendMany(messages)
	}, "notifications", "topic = 'many'", 100},
	{"fork", with("original"), func(c client.Client) error {
		_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "original"})
		return err
	}, "workflow_status", "forked_from = 'original'", 1},
	{"fork with an id", with("original2"), func(c client.Client) error {
		_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "original2", ForkedWorkflowID: "fork2"})
		return err
	}, "workflow_status", "forked_from = 'original2'", 1},
	{"fork many", with("original3"), func(c client.Client) error {
		inputs := make([]client.ForkWorkflowInput, 100)
		for i := range inputs {
			inputs[i] = client.ForkWorkflowInput{OriginalWorkflowID: "original3"}
		}
		_, err := c.ForkWorkflows(inputs)
		return err
	}, "workflow_status", "forked_from = 'original3'", 100},
	{"cancel", with("c1", "c2"), func(c client.Client) error { return c.CancelWorkflows([]string{"c1", "c2"}) },
		"workflow_status", "workflow_uuid IN ('c1', 'c2') AND status = 'CANCELLED'", 2},
	{"resume", func(t *testing.T, c client.Client) {
		with("r1", "r2")(t, c)
		if err := c.CancelWorkflows([]string{"r1", "r2"}); err != nil {
			t.Fatal(err)
		}
	}, func(c client.Client) error {
		_, err := c.ResumeWorkflows([]string{"r1", "r2"}, client.WithResumeQueue("resumed"))
		return err
	}, "workflow_status", "queue_name = 'resumed' AND status = 'ENQUEUED'", 2},
	{"set delay", func(t *testing.T, c client.Client) {
		if err := enqueueing("delayed", client.WithEnqueueWorkflowID("delayed"), client.WithEnqueueDelay(time.Hour))(c); err != nil {
			t.Fatal(err)
		}
	}, func(c client.Client) error {
		return c.SetWorkflowDelay("delayed", client.WithDelayUntil(time.UnixMilli(1000)))
	},
		"workflow_status", "workflow_uuid = 'delayed' AND delay_until_epoch_ms = 1000", 1},
	{"set priority", with("p1", "p2"), func(c client.Client) error {
		report, err := c.SetPriorityAll([]string{"p1", "p2"}, 7)
		if err == nil && report.Count(client.OutcomeChanged) != 2 {
			err = fmt.Errorf("%s", report)
		}
		return err
	}, "workflow_status", "workflow_uuid IN ('p1', 'p2') AND priority = 7", 2},
	{"hold", with("h1", "h2"), func(c client.Client) error {
		report, err := c.HoldAll([]string{"h1", "h2"})
		if err == nil && report.Count(client.OutcomeChanged) != 2 {
			err = fmt.Errorf("%s", report)
		}
		return err
	}, "workflow_status", "workflow_uuid IN ('h1', 'h2') AND status = 'DELAYED' AND delay_until_epoch_ms = 190000000000000", 2},
	{"release", func(t *testing.T, c client.Client) {
		with("h1", "h2")(t, c)
		if _, err := c.HoldAll([]string{"h1", "h2"}); err != nil {
			t.Fatal(err)
		}
	}, func(c client.Client) error {
		report, err := c.ReleaseAll([]string{"h1", "h2"})
		if err == nil && report.Count(client.OutcomeChanged) != 2 {
			err = fmt.Errorf("%s", report)
		}
		return err
	}, "workflow_status", "workflow_uuid IN ('h1', 'h2') AND status = 'ENQUEUED' AND delay_until_epoch_ms IS NULL", 2},
	{"delete", with("gone"), func(c client.Client) error { return c.DeleteWorkflows([]string{"gone"}) }, "workflow_status", "workflow_uuid = 'gone'", 0},
}

func hundred(prefix string) []string {
	ids := make([]string, 100)
	for i := range ids {
		ids[i] = fmt.Sprint(prefix, i)
	}
	return ids
}

// A lost connection must not hide that somebody else was first.
func TestTroubleHidesNoConflict(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]pgproxy.Action{"request": pgproxy.Lose, "answer": pgproxy.LoseAnswer, "conflict": pgproxy.Conflict} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr := &trouble{action: action}
			_, config := system(t, pgproxy.Options{Intercept: tr.intercept})
			c := open(t, config)
			with("theirs", "original")(t, c)
			if err := enqueueing("dedup", client.WithEnqueueDeduplicationID("d"))(c); err != nil {
				t.Fatal(err)
			}
			for _, test := range []struct {
				do   func() error
				code client.ErrorCode
			}{
				{func() error { return enqueueing("dedup", client.WithEnqueueDeduplicationID("d"))(c) }, client.QueueDeduplicated},
				{func() error { return enqueueing("another", client.WithEnqueueWorkflowID("theirs"))(c) }, client.UnexpectedWorkflow},
				{func() error {
					_, err := c.ForkWorkflow(client.ForkWorkflowInput{OriginalWorkflowID: "original", ForkedWorkflowID: "theirs"})
					return err
				}, client.ConflictingID},
				{func() error { return c.Send("nobody", 1, "") }, client.NonExistentWorkflow},
			} {
				tr.left.Store(1)
				wantCode(t, test.do(), test.code)
			}
		})
	}
}

// A call says if it cannot know its outcome.
func TestAnUnknownOutcomeIsSaid(t *testing.T) {
	t.Parallel()
	tr := &trouble{action: pgproxy.LoseAnswer}
	_, config := system(t, pgproxy.Options{Intercept: tr.intercept})
	c := open(t, config)
	// Long enough for a first answer to be lost, however busy the machine is.
	ctx, cancel := limited(t, 3*time.Second)
	defer cancel()
	tr.left.Store(1 << 40)
	_, err := c.WithContext(ctx).Enqueue("q", "wf", 1)
	wantCode(t, err, client.Unavailable)
	if hint := err.(*client.Error).ErrorHint(); !strings.Contains(hint, "took effect") {
		t.Errorf("the hint is %q", hint)
	}
}

// The answer of a resume is lost, and a worker takes the workflow before the next try.
func TestALostAnswerResumesNothingTwice(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	c := lossy(t, b, "UPDATE", 1, func() {
		b.Exec("UPDATE {workflow_status} SET status = 'PENDING', started_at_epoch_ms = :now WHERE workflow_uuid = 'taken'",
			map[string]any{"now": b.Clock.Now().UnixMilli()})
	})
	direct := b.NewClient()
	for _, id := range []string{"taken", "running"} {
		workflowIn(t, b, direct, id, client.WorkflowStatusPending)
	}
	handles, err := c.ResumeWorkflows([]string{"taken", "running"})
	if err != nil || len(handles) != 2 {
		t.Fatalf("%v, %v", handles, err)
	}
	if taken, running := b.Workflow("taken")["status"], b.Workflow("running")["status"]; taken != "PENDING" || running != "ENQUEUED" {
		t.Errorf("what was taken is %v, what ran on is %v", taken, running)
	}
}
