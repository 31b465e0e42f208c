package clienttest_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest"
	"github.com/dbos-script/dbos-script/client/worker"
)

const queue = "orders"

// launched returns a worker that listens on the queue and knows the workflows.
func launched(t *testing.T, b clienttest.Backend, workflows map[string]worker.Workflow, changes ...func(*worker.Config)) *worker.Worker {
	t.Helper()
	changes = append([]func(*worker.Config){func(c *worker.Config) {
		c.Queues = []worker.Queue{{Name: queue}}
	}}, changes...)
	w := b.NewWorker(changes...)
	for name, run := range workflows {
		w.Register(name, run, worker.RegisterOptions{})
	}
	if err := w.Launch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// mustDrain runs the worker until nothing more can be done.
func mustDrain(t *testing.T, w *worker.Worker) {
	t.Helper()
	if err := w.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// steps advances the worker by so many units, each of which must be there.
func steps(t *testing.T, w *worker.Worker, count int) {
	t.Helper()
	for i := range count {
		if progress, err := w.Step(t.Context()); !progress || err != nil {
			t.Fatalf("unit %d: progress %v, error %v", i+1, progress, err)
		}
	}
}

func enqueue(t *testing.T, c client.Client, name string, input any, opts ...client.EnqueueOption) string {
	t.Helper()
	handle, err := c.Enqueue(queue, name, input, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return handle.GetWorkflowID()
}

// assertColumns compares the columns of a row that want names.
func assertColumns(t *testing.T, row clienttest.Record, want clienttest.Record) {
	t.Helper()
	for column, value := range want {
		if got, found := row[column]; !found || got != value {
			t.Errorf("%s of %v is %v, want %v", column, row["workflow_uuid"], got, value)
		}
	}
}

// changed returns the columns in which two states of a row differ, with their new values.
func changed(before, after clienttest.Record) clienttest.Record {
	difference := clienttest.Record{}
	for column, value := range after {
		if before[column] != value {
			difference[column] = value
		}
	}
	return difference
}

// assertRecord compares all columns of two records.
func assertRecord(t *testing.T, what string, got, want clienttest.Record) {
	t.Helper()
	for column := range union(got, want) {
		if got[column] != want[column] {
			t.Errorf("%s: %s is %v, want %v", what, column, got[column], want[column])
		}
	}
}

func union(records ...clienttest.Record) map[string]bool {
	columns := map[string]bool{}
	for _, record := range records {
		for column := range record {
			columns[column] = true
		}
	}
	return columns
}

func twoSteps(r *worker.Run) (any, error) {
	for i := range 2 {
		if _, err := r.Step(fmt.Sprintf("step%d", i), func() (any, error) { return i, nil }); err != nil {
			return nil, err
		}
	}
	return r.Input(), nil
}

// later returns the time of the clock plus by, in Unix milliseconds, as a row holds it.
func later(b clienttest.Backend, by time.Duration) string {
	return strconv.FormatInt(b.Clock.Now().Add(by).UnixMilli(), 10)
}

var errNoMoney = errors.New("no money")

// goApplications is Backends with clients that know that the application is written in Go, so that
// plain inputs are written as it writes them.
func goApplications(t *testing.T, test func(t *testing.T, b clienttest.Backend)) {
	t.Helper()
	clienttest.Backends(t, func(t *testing.T, b clienttest.Backend) { test(t, b.Of(client.SDKGo)) })
}

// deleteAll deletes all workflows, and the rows that do not go with theirs.
func deleteAll(b clienttest.Backend) {
	for _, table := range []string{"workflow_input", "workflow_output", "operation_outputs", "workflow_status"} {
		if b.Database.Has(table, "workflow_uuid") {
			b.Exec("DELETE FROM {"+table+"}", nil)
		}
	}
}
