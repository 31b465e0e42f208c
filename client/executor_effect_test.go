package client_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/clienttest/operations"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/worker"
)

// A stage is a database on which operations are called as effects of runs.
type stage struct {
	b      clienttest.Backend
	c      client.Client
	x      *worker.Executor
	effect func(*worker.Run) (any, error) // of the next run
}

// newStage returns a stage whose client and executor have the changes in their configuration.
func newStage(t *testing.T, b clienttest.Backend, changes ...func(*client.ClientConfig)) *stage {
	t.Helper()
	changes = append(changes, func(c *client.ClientConfig) { c.SDK, c.CreateRuns = client.SDKGo, true })
	s := &stage{b: b, c: b.NewClient(changes...)}
	config := b.Config()
	for _, change := range changes {
		change(&config)
	}
	s.x = executorOn(t, config, worker.Queue{}, func(r *worker.Run) (any, error) { return s.effect(r) })
	return s
}

// run runs a function as an effect, with a client of its context, on freshly prepared rows.
func (s *stage) run(t *testing.T, around func(effect func()), fn func(client.Client) error) error {
	t.Helper()
	return s.prepared(t, func() { prepareAgain(t, s.b) }, around, fn)
}

// prepared is run on rows that a function prepares.
func (s *stage) prepared(t *testing.T, prepare func(), around func(effect func()), fn func(client.Client) error) (err error) {
	t.Helper()
	prepare()
	s.b.Exec("UPDATE {queues} SET application_name = NULL", nil) // no operation is to find an application besides that of its rows
	_, err = s.c.Enqueue("q", "w", nil, client.WithEnqueueWorkflowID("run"), client.WithEnqueueApplicationName("dbos-script"))
	mustDo(t, err)
	ran := false
	s.effect = func(r *worker.Run) (any, error) {
		ran = true
		s.b.Exec("UPDATE {workflow_status} SET application_name = NULL WHERE workflow_uuid = 'run'", nil)
		around(func() {
			_, err = r.Effect("effect", func(ctx context.Context) (any, error) { return nil, fn(s.c.WithContext(ctx)) })
		})
		return nil, nil
	}
	_, failed := s.x.Work(t.Context())
	mustDo(t, failed)
	if !ran {
		t.Fatal("the run has not begun")
	}
	return err
}

// others returns the rows of all tables without those of the run.
func (s *stage) others() map[string][]clienttest.Record {
	tables := contents(s.b)
	tables["queues"] = s.b.Rows("queues", "", nil)
	for name, rows := range tables {
		tables[name] = slices.DeleteFunc(rows, func(row clienttest.Record) bool { return row["workflow_uuid"] == "run" })
	}
	return tables
}

// Each operation that changes something takes part in the transaction that records its step, or its
// entry says why it does not: an error after it undoes it.
func TestEachChangeCommitsWithItsStep(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Postgres", "SQLite"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, clienttest.On(t, name))
			abandoned := errors.New("abandoned")
			for _, o := range operations.Changing() {
				var before map[string][]clienttest.Record
				err := s.run(t, func(effect func()) { before = s.others(); effect() }, func(c client.Client) error {
					if err := o.Do(c); err != nil {
						return err
					}
					return abandoned
				})
				if !errors.Is(err, abandoned) {
					t.Errorf("%s: %v", o.Method, err)
				}
				undone := maps.EqualFunc(before, s.others(), func(x, y []clienttest.Record) bool { return slices.EqualFunc(x, y, maps.Equal) })
				if undone != (o.Apart == "") {
					t.Errorf("%s is undone with its step: %v, and its entry says %q", o.Method, undone, o.Apart)
				}
			}
		})
	}
}

// A workflow that a step enqueues is a child of its workflow, and the record of the step names it.
func TestAnEnqueuedWorkflowIsAChildOfTheRun(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Postgres", "SQLite"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, clienttest.On(t, name))
			for _, options := range [][]client.EnqueueOption{nil, {client.WithEnqueueWorkflowID("chosen")}} {
				var child string
				err := s.run(t, func(effect func()) { effect() }, func(c client.Client) error {
					handle, err := c.Enqueue("ordinary", "same", nil, options...)
					if err == nil {
						child = handle.GetWorkflowID()
					}
					return err
				})
				mustDo(t, err)
				parents := s.b.Rows("workflow_status", "workflow_uuid = :id AND parent_workflow_id = 'run'", map[string]any{"id": child})
				steps := s.b.Rows("operation_outputs", "workflow_uuid = 'run' AND child_workflow_id = :id", map[string]any{"id": child})
				if len(parents) != 1 || len(steps) != 1 {
					t.Errorf("%q: %d rows are children of the run, and %d steps name the child", child, len(parents), len(steps))
				}
			}
		})
	}
}

// atOnce are the operations that are sent together with their record, as their entries call them.
var atOnce = []string{"Enqueue", "EnqueueMany", "EnqueueAll", "Send", "SendMany",
	"CancelWorkflow", "CancelWorkflows", "CancelAll", "ResumeWorkflow", "ResumeWorkflows", "ResumeAll"}

// A change whose result is known before takes as many round trips with its step as without, and any
// other one more.
func TestRoundTripsOfEachChangeWithItsStep(t *testing.T) {
	t.Parallel()
	b := clienttest.On(t, "Postgres")
	proxy := pgproxy.New(t, b.Config().DatabaseURL, pgproxy.Options{})
	s := newStage(t, b, func(c *client.ClientConfig) { c.DatabaseURL = proxy.URL() })
	for _, o := range operations.Changing() {
		if o.Trips == 0 || o.Apart != "" {
			continue
		}
		trips := 0
		for range 2 { // the first time prepares the statements
			err := s.run(t, func(effect func()) {
				proxy.Reset()
				effect()
				trips = proxy.Trips()
			}, o.Do)
			if err != nil {
				t.Errorf("%s: %v", o.Method, err)
			}
		}
		want := o.Trips + 1
		if slices.Contains(atOnce, o.Method) {
			want = o.Trips
		}
		if trips != want {
			t.Errorf("%s takes %d round trips with its step, want %d, and %d without", o.Method, trips, want, o.Trips)
		}
	}
}
