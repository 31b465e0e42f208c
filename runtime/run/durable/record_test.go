package durable_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// A script is the workflow of a test, and can be executed again and again.
type script struct {
	b        clienttest.Backend
	id, text string
	lives    int
}

// newScript makes a workflow for a script.
func newScript(t *testing.T, b clienttest.Backend, id, text string) *script {
	t.Helper()
	c := b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })
	_, err := c.Enqueue("dbos-script-internal", "script", nil, client.WithEnqueueWorkflowID(id), client.WithEnqueueApplicationName(durable.Application))
	if err != nil {
		t.Fatal(err)
	}
	return &script{b: b, id: id, text: text}
}

// live executes the script from its recorded steps on, as a new process that leaves it unfinished,
// and returns its output and its error.
func (s *script) live(t *testing.T, auditFile string, record func(*worker.Run) journal.Record) (output string, failed error) {
	t.Helper()
	return s.liveWith(t, record, func(c *run.Config) {
		if auditFile != "" {
			c.AuditFile = func() (string, error) { return auditFile, nil }
		}
	})
}

// liveWith is live with a change of the configuration.
func (s *script) liveWith(t *testing.T, record func(*worker.Run) journal.Record, change func(*run.Config)) (output string, failed error) {
	t.Helper()
	if s.lives++; s.lives > 1 {
		s.b.Exec("UPDATE {workflow_status} SET status = 'ENQUEUED', owner_xid = NULL WHERE workflow_uuid = :id", map[string]any{"id": s.id})
	}
	x, err := worker.NewExecutor(t.Context(), worker.ExecutorConfig{ClientConfig: s.b.Config(), Only: s.id})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var out strings.Builder
	ran := false
	x.Register("script", func(r *worker.Run) (any, error) {
		ran = true
		config := run.Config{
			Script: "a.lua", Database: s.b.Config(), Streams: run.Streams{Stdout: &out},
			Environment: run.Environment{ID: s.id, Journal: &journal.Config{Record: record(r), Run: s.id, Began: time.Unix(0, 0), Clock: s.b.Clock.Now}},
		}
		config.Yes = true
		change(&config)
		failed = run.Do(r.Context(), config, func(r *run.Run) error { return r.Execute(run.Text("a.lua", s.text)) })
		return nil, r.Leave()
	}, worker.ExecutorOptions{})
	if err := x.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Work(t.Context()); err != nil || !ran {
		t.Fatalf("it ran: %v, %v", ran, err)
	}
	return out.String(), failed
}

// steps returns the numbers and the names of the rows.
func (s *script) steps() (list []string) {
	for _, row := range s.b.Rows("operation_outputs", "workflow_uuid = :id", map[string]any{"id": s.id}) {
		list = append(list, fmt.Sprint(row["function_id"], " ", row["function_name"]))
	}
	return list
}

// dying is a record whose process ends before the second batch of a call.
type dying struct {
	journal.Record
	run     *worker.Run
	batches int
}

func (d *dying) Change(ctx context.Context, s journal.Step, number func(string) int, do func(context.Context) (journal.Step, error)) (journal.Step, error) {
	return d.Record.Change(ctx, s, func(name string) int {
		if d.batches++; d.batches == 2 {
			_ = d.run.Leave()
		}
		return number(name)
	}, do)
}

// The batches of a call are steps within it: another process does those that are left, and a replay
// skips them with the call.
func TestBatchesAreStepsWithinTheirCall(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		for range 6 {
			h, err := c.Enqueue("nobody", "old", nil)
			if err == nil {
				err = c.CancelWorkflow(h.GetWorkflowID())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		b.Clock.Advance(time.Hour)
		s := newScript(t, b, "prunes", `
			local r = dbos.prune{keep = 1, batch_size = 2, where = {name = "old"}}
			print(r.deleted, r.batches, dbos.count{name = "old"})`)
		if _, err := s.live(t, "", func(r *worker.Run) journal.Record { return &dying{Record: durable.RecordOf(r), run: r} }); err == nil {
			t.Error("the first process did not die")
		}
		if got, want := fmt.Sprint(s.steps()), "[1 dbos.prune batch]"; got != want {
			t.Errorf("after the first process the steps are %s, want %s", got, want)
		}
		for _, process := range []string{"second", "third"} {
			if out, err := s.live(t, "", durable.RecordOf); err != nil || out != "5\t3\t1\n" {
				t.Errorf("the %s process printed %q, %v", process, out, err)
			}
			if got, want := fmt.Sprint(s.steps()), "[0 dbos.prune 1 dbos.prune batch 2 dbos.prune batch 3 dbos.prune batch 4 dbos.count]"; got != want {
				t.Errorf("after the %s process the steps are %s, want %s", process, got, want)
			}
		}
	})
}

// A script that is not the one of the record ends, and both steps are named.
func TestAnotherScriptThanTheRecordedOneEnds(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		s := newScript(t, b, "differs", `dbos.count() pcall(dbos.cancel_workflow, "none") time.sleep("1ms")`)
		for range 2 { // the second process replays every step
			if _, err := s.live(t, "", durable.RecordOf); err != nil {
				t.Fatal(err)
			}
		}
		for text, want := range map[string]string{
			`dbos.count() dbos.count()`: "step 1 is recorded as dbos.cancel_workflow (a.lua:1), but the script calls dbos.count (a.lua:1)",
			`dbos.count() pcall(dbos.cancel_workflow, "none") time.sleep("2ms")`: "step 2 is recorded as DBOS.sleep, but the script calls DBOS.sleep (a.lua:1) with other arguments",
			`dbos.count() pcall(dbos.cancel_workflow, "nobody")`:                 "step 1 is recorded as dbos.cancel_workflow (a.lua:1), but the script calls dbos.cancel_workflow (a.lua:1) with other arguments",
		} {
			s.text = text
			if _, err := s.live(t, "", durable.RecordOf); err == nil || err.Error() != want || run.Unfinished(err) {
				t.Errorf("%s\n%v, want\n%s", text, err, want)
			}
		}
	})
}

// Events, streams and messages of a script are those of its workflow, and their steps have the
// names and the values of an SDK's.
func TestAScriptPublishesAndReceivesAsItsWorkflow(t *testing.T) {
	t.Parallel()
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		c := b.NewClient()
		s := newScript(t, b, "talks", `
			durable.set_event("progress", {done = 1})
			durable.write_stream("log", "first")
			print(durable.recv("news", 0).text, step("one", function() return {1, "x"} end)[2], durable.patch("p"))
			local ok, e = pcall(durable.recv, "news", 0)
			print(ok, e.code, #dbos.list_workflows{name = "nobody"})`)
		for _, topic := range []string{"other", "news"} {
			if err := c.Send("talks", map[string]any{"text": "on " + topic}, topic); err != nil {
				t.Fatal(err)
			}
		}
		for _, process := range []string{"first", "second"} {
			if out, err := s.live(t, "", durable.RecordOf); err != nil || out != "on news\tx\ttrue\nfalse\tTimeout\t0\n" {
				t.Errorf("the %s process printed %q, %v", process, out, err)
			}
			want := "[0 DBOS.setEvent 1 DBOS.writeStream 2 DBOS.recv 4 one 5 DBOS.patch-p 6 DBOS.recv 8 dbos.list_workflows]"
			if got := fmt.Sprint(s.steps()); got != want {
				t.Errorf("after the %s process the steps are %s, want %s", process, got, want)
			}
		}
		event, err := c.GetEvent("talks", "progress", 0)
		if err != nil || fmt.Sprint(event) != "map[done:1]" {
			t.Errorf("the event is %v, %v", event, err)
		}
		if rows := b.Rows("streams", "workflow_uuid = 'talks'", nil); len(rows) != 1 || rows[0]["value"] != `"first"` {
			t.Errorf("the stream has %v", rows)
		}
		if left := b.Rows("notifications", "NOT consumed", nil); len(left) != 1 || left[0]["topic"] != "other" {
			t.Errorf("the messages that were not received are %v", left)
		}
	})
}
