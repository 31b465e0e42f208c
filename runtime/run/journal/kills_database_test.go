package journal_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/run/durable"
	"github.com/dbos-script/dbos-script/runtime/run/journal"
)

// workflows runs the workflows of a test, each of which is the run of a world.
type workflows struct {
	t        *testing.T
	b        clienttest.Backend
	client   client.Client
	executor *worker.Executor
	process  func(journal.Record) // of the one that runs now
	made     int
}

const runQueue = "runs"

func newWorkflows(t *testing.T, b clienttest.Backend) *workflows {
	t.Helper()
	s := &workflows{t: t, b: b, client: b.NewClient(func(c *client.ClientConfig) { c.CreateRuns = true })}
	x, err := worker.NewExecutor(t.Context(), worker.ExecutorConfig{ClientConfig: b.Config(), Queues: []worker.Queue{{Name: runQueue}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(x.Close)
	x.Register("script", func(r *worker.Run) (any, error) {
		s.process(durable.RecordOf(r))
		return nil, r.Leave()
	}, worker.ExecutorOptions{})
	if err := x.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.executor = x
	return s
}

// rows is the storage of one workflow. A change enqueues a workflow.
type rows struct {
	*workflows
	run, queue string
	lives      int
}

func (s *workflows) storage() *rows {
	s.made++
	return &rows{workflows: s, run: fmt.Sprintf("run-%d", s.made), queue: fmt.Sprintf("changes-%d", s.made)}
}

// life lets the executor run the workflow, which it has left before as a process leaves it that is
// killed: unfinished, and of no use to a later one before it is put back on its queue.
func (r *rows) life(process func(journal.Record)) {
	r.t.Helper()
	if r.lives++; r.lives == 1 {
		_, err := r.client.Enqueue(runQueue, "script", nil, client.WithEnqueueWorkflowID(r.run), client.WithEnqueueApplicationName("dbos-script"))
		if err != nil {
			r.t.Fatal(err)
		}
	} else {
		r.b.Exec("UPDATE {workflow_status} SET status = 'ENQUEUED', owner_xid = NULL, recovery_attempts = 0 WHERE workflow_uuid = :id", map[string]any{"id": r.run})
	}
	ran := false
	r.process = func(record journal.Record) {
		ran = true
		process(record)
	}
	if _, err := r.executor.Work(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	if !ran {
		r.t.Fatalf("life %d of %s did not begin: %v", r.lives, r.run, r.b.Workflow(r.run))
	}
}

func (r *rows) change(ctx context.Context, text string) error {
	n, err := r.count(ctx)
	if err == nil {
		_, err = r.client.WithContext(ctx).Enqueue(r.queue, text, nil, client.WithEnqueueWorkflowID(fmt.Sprintf("%s-%04d", r.queue, n)))
	}
	return err
}

func (r *rows) count(ctx context.Context) (int, error) {
	n, err := r.client.WithContext(ctx).CountWorkflows(client.WithQueueName(r.queue))
	return int(n), err
}

func (r *rows) changed() []string {
	found := r.b.Rows("workflow_status", "queue_name = :queue", map[string]any{"queue": r.queue})
	slices.SortFunc(found, func(a, b clienttest.Record) int {
		return strings.Compare(fmt.Sprint(a["workflow_uuid"]), fmt.Sprint(b["workflow_uuid"]))
	})
	names := make([]string, len(found))
	for i, row := range found {
		names[i] = fmt.Sprint(row["name"])
	}
	return names
}

// The memory record promises what the rows of a workflow keep: a change and its step are there
// together, wherever the process is killed.
func TestARunOnADatabaseIsFinishedAfterKills(t *testing.T) {
	t.Parallel()
	const scripts = 12
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		s := newWorkflows(t, b)
		for i := range scripts {
			script := rapid.Custom(scriptOf).Example(i)
			whole := newWorld()
			want := whole.finish(t, script)
			kills := rapid.SliceOfN(rapid.IntRange(0, whole.points), 1, 3).Example(i)
			expectFinished(t, newWorldOn(s.storage()), whole, want, script, kills...)
		}
	})
}

// Each point of one script that has allKinds, one after the other, on the rows of a workflow.
func TestEachPointOfAScriptOnADatabaseCanBeTheLast(t *testing.T) {
	t.Parallel()
	whole := newWorld()
	want := whole.finish(t, allKinds)
	clienttest.BackendsAt(t, 125, func(t *testing.T, b clienttest.Backend) {
		s := newWorkflows(t, b)
		for k := range whole.points {
			expectFinished(t, newWorldOn(s.storage()), whole, want, allKinds, k)
		}
	})
}

// expectFinished compares a run that is killed with one that is not.
func expectFinished(t *testing.T, w, whole *world, want, script string, kills ...int) {
	t.Helper()
	last := func(out string) string {
		lines := strings.Split(strings.TrimSpace(out), "\n")
		return lines[len(lines)-1]
	}
	if got := w.finish(t, script, kills...); last(got) != last(want) {
		t.Errorf("after kills at %v\n%s\nprinted %s\nnot     %s", kills, script, got, want)
	}
	if changed := w.changed(); !slices.Equal(changed, whole.changed()) {
		t.Errorf("after kills at %v\n%s\nchanged %v\nnot     %v", kills, script, changed, whole.changed())
	}
	if !oncePlus(w.posts, whole.posts, len(kills)) {
		t.Errorf("after kills at %v\n%s\nposted %v\nnot    %v", kills, script, w.posts, whole.posts)
	}
}
