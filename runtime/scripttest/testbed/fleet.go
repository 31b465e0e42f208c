package testbed

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// fleet returns the declaration of the module fleet.
func (w *World) fleet() declare.Module {
	return declare.Module{
		Name:    "fleet",
		Section: declare.TestsSection,
		Doc: "The workflows of a test, and the simulated application that runs them, in a database of the test's own. Only " +
			"`dbos-script test` has a fleet.\n\nThe workflows that a test declares lie in the database as an application would have left them. The fleet works " +
			"when `fleet.run` is called, and while the script under test waits: in `time.sleep`, `get_result`, `dbos.wait`, `get_event` and " +
			"`read_stream` the fleet runs each workflow that can run; if none can, the clock moves on. The fleet is one executor " +
			"(`local`) of the version `v1`; it runs no schedules.",
		Funcs: []declare.Func{w.workflowFunc(), w.defineFunc(), w.queueFunc(), w.runFunc(), w.countsFunc(), w.stopFunc(), w.startFunc(), w.failFunc(), w.slowFunc()},
	}
}

func (w *World) defineFunc() declare.Func {
	type args struct {
		Name       string `arg:"name" doc:"The workflow's name."`
		ClassName  string `json:"class_name" doc:"The class it belongs to."`
		ConfigName string `json:"config_name" doc:"The instance of the class."`
		behaviour
	}
	return declare.Do("define", "Defines how the fleet runs the workflows of a name, such as workflows that the script enqueues.",
		func(ctx context.Context, a args) error {
			if err := a.behaviour.check(""); err != nil {
				return err
			}
			if _, err := w.Config(ctx); err != nil {
				return err
			}
			key := played{a.Name, a.ClassName, a.ConfigName}
			w.register(key)
			w.named[key] = &a.behaviour
			return nil
		}).Outside().
		Notes("A workflow whose name is neither defined nor declared stays PENDING, as in an application that does not have it.").
		Example("fleet.queue{name = \"orders\"}\n" +
			"fleet.define(\"process_order\", {steps = {{name = \"reserve\"}, {name = \"charge\", takes = \"2s\"}}, output = \"paid\"})\n" +
			"assert.equal(\"paid\", dbos.enqueue(\"orders\", \"process_order\", {order = 1}):get_result())").
		Example("fleet.define(\"double\", {run = function(wf) return wf.input * 2 end})\n" +
			"fleet.queue{name = \"numbers\"}\nassert.equal(42, dbos.enqueue(\"numbers\", \"double\", 21):get_result())")
}

func (w *World) queueFunc() declare.Func {
	type limit struct {
		Max    int           `json:"max" doc:"How many may start within a period." min:"1" required:"true"`
		Period time.Duration `json:"period" doc:"The period." required:"true"`
	}
	type args struct {
		Name              string `json:"name" doc:"The queue's name." required:"true"`
		Concurrency       int    `json:"concurrency" doc:"How many of its workflows run at once." min:"1"`
		WorkerConcurrency int    `json:"worker_concurrency" doc:"How many of its workflows one executor runs at once." min:"1"`
		RateLimit         *limit `json:"rate_limit" doc:"How many may start within a period."`
		Partitioned       bool   `json:"partitioned" doc:"Whether workflows need a partition key, and the limits hold for each partition."`
	}
	return declare.Do("queue", "Adds a queue that the fleet listens on, or changes its limits.",
		func(ctx context.Context, a args) error {
			q := worker.Queue{Name: a.Name, Concurrency: a.Concurrency, WorkerConcurrency: a.WorkerConcurrency, Partitioned: a.Partitioned}
			if a.RateLimit != nil {
				q.RateLimit = worker.RateLimit{Max: a.RateLimit.Max, Period: a.RateLimit.Period}
			}
			return w.listen(ctx, q)
		}).Outside().
		Notes("The queues that `fleet.workflow` names exist already.").
		Example("fleet.queue{name = \"orders\", concurrency = 2}\nfleet.queue{name = \"mails\", rate_limit = {max = 10, period = \"1m\"}}")
}

// listen makes the database if there is none yet, and lets the fleet take workflows of a queue.
func (w *World) listen(ctx context.Context, q worker.Queue) error {
	if _, err := w.Config(ctx); err != nil {
		return err
	}
	w.queues[q.Name] = true
	return w.worker.Listen(ctx, q)
}

func (w *World) runFunc() declare.Func {
	type args struct {
		Within *time.Duration `json:"within" doc:"How far the clock may move; without a limit when not given." min:"0"`
	}
	return declare.Do("run", "Lets the fleet work until no workflow can run any more. The clock moves to the end of each delay and of each wait of a workflow.",
		func(ctx context.Context, a args) error {
			if _, err := w.Config(ctx); err != nil {
				return err
			}
			defer w.called(ctx)()
			var until time.Time
			if a.Within != nil {
				until = w.Now().Add(*a.Within)
			}
			return w.pass(ctx, until, false)
		}).Outside().
		Notes("A workflow stays as it is if it waits for something that never comes, if the fleet does not have its queue, or if an " +
			"executor that died left it PENDING.").
		Example("fleet.workflow{id = \"order-1\", name = \"process_order\", queue_name = \"orders\"}\nfleet.run()\n" +
			"assert.equal(\"SUCCESS\", dbos.retrieve_workflow(\"order-1\"):get_status().status)")
}

func (w *World) countsFunc() declare.Func {
	return declare.Fn("counts", "Counts the workflows by state.",
		func(ctx context.Context, _ declare.None) (map[string]any, error) {
			if _, err := w.Config(ctx); err != nil {
				return nil, err
			}
			rows, err := w.database.Records(ctx, "workflow_status", "", nil)
			counts := map[string]any{}
			for _, row := range rows {
				count, _ := counts[text(row["status"])].(int64)
				counts[text(row["status"])] = count + 1
			}
			return counts, err
		}).Reads().
		Returning("a table with the number of workflows by state").
		Example("fleet.workflow{name = \"process_order\", status = \"ERROR\", error = \"no stock\"}\nassert.same({ERROR = 1}, fleet.counts())")
}

// called sets the context under which the fleet calls functions of the test, which is that of the
// test's own call. leave restores the one before.
func (w *World) called(ctx context.Context) (leave func()) {
	before := w.test
	w.test = ctx
	return func() { w.test = before }
}
