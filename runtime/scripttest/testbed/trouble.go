package testbed

import (
	"context"
	"slices"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/worker"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// trouble is what happens to workflows that begin to run, besides their own behaviour. The zero
// value is none.
type trouble struct {
	failure   *codec.RemoteError // nil fails none
	failing   []string           // the names of workflows that fail; all if it is empty
	share     float64            // of them fail
	due       float64            // the share of the begun workflows, less the failed ones
	delay     time.Duration
	slowNames []string // the names of workflows that are slow; all if it is empty
}

// strike delays or fails a workflow that begins to run.
func (t *trouble) strike(r *worker.Run, name string) error {
	failure := t.fails(name)
	if t.delay > 0 && concerns(t.slowNames, name) {
		if err := r.Work(t.delay); err != nil {
			return err
		}
	}
	return failure
}

// fails returns the failure of a workflow that begins to run, or nil.
func (t *trouble) fails(name string) error {
	if t.failure == nil || !concerns(t.failing, name) {
		return nil
	}
	const rounding = 1e-9
	if t.due += t.share; t.due < 1-rounding {
		return nil
	}
	t.due--
	return t.failure
}

func concerns(names []string, name string) bool {
	return len(names) == 0 || slices.Contains(names, name)
}

func (w *World) failFunc() declare.Func {
	type args struct {
		Error any      `arg:"error,optional" doc:"The error: a message, or a table with name, message and code."`
		Name  []string `json:"name" doc:"Only workflows with one of these names."`
		Share *float64 `json:"share" doc:"How many of them fail, evenly: with 0.25 the fourth, the eighth and so on." min:"0" max:"1" default:"1"`
	}
	return declare.Do("fail", "Lets workflows fail that begin to run from now on, before their steps, until `fleet.start`.",
		func(_ context.Context, a args) error {
			if err := checkError("error", a.Error); err != nil {
				return err
			}
			w.trouble.failure, w.trouble.failing, w.trouble.share, w.trouble.due = remoteError(orAny(a.Error, "the application is broken")), a.Name, or(a.Share, 1), 0
			return nil
		}).Outside().
		Example("fleet.workflow{id = \"order-1\", name = \"process_order\"}\nfleet.fail(\"provider is down\")\nfleet.run()\n" +
			"assert.same({ERROR = 1}, fleet.counts())").
		Example("for i = 1, 8 do fleet.workflow{name = \"process_order\"} end\nfleet.fail(\"provider is down\", {share = 0.25})\nfleet.run()\n" +
			"assert.same({ERROR = 2, SUCCESS = 6}, fleet.counts())")
}

func (w *World) slowFunc() declare.Func {
	type args struct {
		Duration time.Duration `arg:"duration" doc:"How much longer each takes." min:"0"`
		Name     []string      `json:"name" doc:"Only workflows with one of these names."`
	}
	return declare.Do("slow", "Lets workflows take longer that begin to run from now on, until `fleet.start`.",
		func(_ context.Context, a args) error {
			w.trouble.delay, w.trouble.slowNames = a.Duration, a.Name
			return nil
		}).Outside().
		Example("fleet.workflow{id = \"order-1\", name = \"process_order\"}\nfleet.slow(\"20m\")\nfleet.run()\n" +
			"assert.equal(20 * 60, clock.now() - time.parse(\"2026-03-02T10:00:00Z\"))")
}

func (w *World) stopFunc() declare.Func {
	return declare.Do("stop", "Stops the application: nothing runs while the clock moves, until `fleet.start`.",
		func(context.Context, declare.None) error {
			w.stopped = true
			return nil
		}).Outside().
		Example("fleet.workflow{id = \"order-1\", name = \"process_order\", queue_name = \"orders\"}\nfleet.stop()\n" +
			"assert.raises(\"Timeout\", function() dbos.retrieve_workflow(\"order-1\"):get_result{timeout = \"1h\"} end)")
}

func (w *World) startFunc() declare.Func {
	return declare.Do("start", "Starts the application again after `fleet.stop`, and ends `fleet.fail` and `fleet.slow`.",
		func(context.Context, declare.None) error {
			w.stopped, w.trouble = false, trouble{}
			return nil
		}).Outside().
		Example("fleet.stop()\nfleet.start()").
		Example("fleet.workflow{name = \"process_order\"}\nfleet.fail()\nfleet.start()\nfleet.run()\nassert.same({SUCCESS = 1}, fleet.counts())")
}
