package client_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/clienttest/pgproxy"
	"github.com/dbos-script/dbos-script/client/clienttest/pgtest"
	"github.com/dbos-script/dbos-script/client/worker"
)

// executorOn returns an executor with the tables that it needs, launched on the queue "q".
func executorOn(t *testing.T, config client.ClientConfig, queue worker.Queue, run worker.Workflow, changes ...func(*worker.ExecutorConfig)) *worker.Executor {
	t.Helper()
	queue.Name = "q"
	settings := worker.ExecutorConfig{ClientConfig: config, Queues: []worker.Queue{queue}}
	for _, change := range changes {
		change(&settings)
	}
	x, err := worker.NewExecutor(t.Context(), settings)
	mustDo(t, err)
	t.Cleanup(x.Close)
	x.Register("w", run, worker.ExecutorOptions{})
	mustDo(t, x.Launch(t.Context()))
	return x
}

// parks waits for longer than any test.
func parks(r *worker.Run) (any, error) { return nil, r.Sleep(1000 * time.Hour) }

// enqueueOurs enqueues workflows "w" of executors.
func enqueueOurs(t *testing.T, c client.Client, count int, option client.EnqueueOptions) {
	t.Helper()
	option.ApplicationName = "dbos-script"
	_, err := c.EnqueueMany("q", "w", make([]any, count), client.WithEnqueueManyOptions(client.EnqueueManyOptions{EnqueueOptions: option}))
	mustDo(t, err)
}

// Partitions that are at a limit cost an executor one read together, however many they are.
func TestPartitionsAtTheirLimitCostOneRead(t *testing.T) {
	t.Parallel()
	for name, queue := range map[string]worker.Queue{
		"concurrency of each": {PartitionConcurrency: 1},
		"rate of each":        {PartitionRateLimit: worker.RateLimit{Max: 1, Period: time.Hour}},
		"of the whole queue":  {PartitionConcurrency: 2, Concurrency: 30},
		"rate of all":         {PartitionConcurrency: 2, RateLimit: worker.RateLimit{Max: 30, Period: time.Hour}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy, config := system(t, pgproxy.Options{})
			config.CreateRuns = true
			c := open(t, config)
			x := executorOn(t, config, queue, parks)
			for i := range 30 {
				enqueueOurs(t, c, 2, client.EnqueueOptions{QueuePartitionKey: fmt.Sprint(i)})
			}
			for range 2 { // the first time prepares the statements
				_, err := x.Work(t.Context())
				mustDo(t, err)
			}
			before := proxy.Trips()
			_, err := x.Work(t.Context())
			mustDo(t, err)
			if took := proxy.Trips() - before; took != 2 || x.Load().Parked != 30 {
				t.Errorf("a round with 30 partitions at their limit takes %d round trips, and %+v run", took, x.Load())
			}
		})
	}
}

// losing loses the first answer of a claim, after which each claim is treated by an action.
func losing(then pgproxy.Action, before func()) func(pgproxy.Request) pgproxy.Action {
	var lost atomic.Bool
	return func(r pgproxy.Request) pgproxy.Action {
		switch {
		case !r.Mentions("WITH picked"):
			return pgproxy.Pass
		case lost.CompareAndSwap(false, true):
			before()
			return pgproxy.LoseAnswer
		}
		return then
	}
}

// A claim whose answer was lost is sent again, and takes nothing more.
func TestALostAnswerOfAClaimTakesNothingTwice(t *testing.T) {
	t.Parallel()
	for name, queue := range map[string]worker.Queue{"free": {WorkerConcurrency: 2}, "counted": {WorkerConcurrency: 2, Concurrency: 10}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, config := system(t, pgproxy.Options{Intercept: losing(pgproxy.Pass, func() {})})
			config.CreateRuns = true
			c := open(t, config)
			x := executorOn(t, config, queue, parks)
			enqueueOurs(t, c, 6, client.EnqueueOptions{})
			_, err := x.Work(t.Context())
			mustDo(t, err)
			pending, err := c.CountWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusPending}))
			mustDo(t, err)
			if pending != 2 || x.Load().Parked != 2 {
				t.Errorf("%d workflows were claimed and %d run, the queue allows 2", pending, x.Load().Parked)
			}
		})
	}
}

// A workflow that is claimed again while its first run is in memory, by a claim whose answer is
// lost for good, goes on all the same.
func TestALostSecondClaimOfARunInMemoryGoesOn(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]time.Duration{"resting": time.Second, "parked": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var direct client.Client
			var armed atomic.Bool
			lose := losing(pgproxy.Refuse, func() {
				if _, err := direct.ResumeWorkflow("first", client.WithResumeQueue("q")); err != nil {
					t.Error(err)
				}
			})
			address, schema := pgtest.NewSchema(t)
			proxy := pgproxy.New(t, address, pgproxy.Options{Intercept: func(r pgproxy.Request) pgproxy.Action {
				if !armed.Load() {
					return pgproxy.Pass
				}
				return lose(r)
			}})
			config := client.ClientConfig{DatabaseURL: address, DatabaseSchema: schema, Create: true, CreateRuns: true}
			direct = open(t, config)
			config.DatabaseURL = proxy.URL()
			var begun atomic.Int64
			x := executorOn(t, config, worker.Queue{}, func(r *worker.Run) (any, error) {
				if r.WorkflowID() == "first" && begun.Add(1) == 1 {
					return nil, r.Sleep(wait)
				}
				return "again", nil
			})
			ours := client.WithEnqueueApplicationName("dbos-script")
			_, err := direct.Enqueue("q", "w", nil, ours, client.WithEnqueueWorkflowID("first"))
			mustDo(t, err)
			_, err = x.Work(t.Context())
			mustDo(t, err)
			_, err = direct.Enqueue("q", "w", nil, ours)
			mustDo(t, err)
			armed.Store(true)
			if _, err := x.Work(t.Context()); err == nil {
				t.Fatal("the claim was not lost")
			}
			armed.Store(false)
			_, err = x.Work(t.Context())
			mustDo(t, err)
			if done, err := direct.CountWorkflows(client.WithStatus([]client.WorkflowStatusType{client.WorkflowStatusSuccess})); done != 2 || err != nil {
				t.Errorf("%d of 2 workflows have ended, and the executor has %+v: %v", done, x.Load(), err)
			}
		})
	}
}
