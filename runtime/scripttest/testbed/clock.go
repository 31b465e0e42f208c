package testbed

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
)

func (w *World) clockModule() declare.Module {
	return declare.Module{
		Name:    "clock",
		Section: declare.TestsSection,
		Doc: "The clock of a test. It stands still until the test moves it, or until something waits; `time.now`, `os.time`, the times the " +
			"database gets and the fleet all go by it. It begins on Monday, 2 March 2026, at 10:00 UTC. Only `dbos-script test` has such " +
			"a clock.",
		Funcs: []declare.Func{w.nowFunc(), w.advanceFunc(), w.setFunc()},
	}
}

func (w *World) nowFunc() declare.Func {
	return declare.Fn("now", "Returns the time of the clock.",
		func(context.Context, declare.None) (time.Time, error) { return w.Now(), nil }).Reads().
		Returning("the time").
		Example(`assert.equal("2026-03-02T10:00:00Z", tostring(clock.now()))`)
}

func (w *World) advanceFunc() declare.Func {
	type args struct {
		Duration time.Duration `arg:"duration" doc:"How far." min:"0"`
	}
	return declare.Fn("advance", "Moves the clock forward. Nothing runs meanwhile: `fleet.run` lets the fleet work.",
		func(_ context.Context, a args) (time.Time, error) { return w.clock.Advance(a.Duration), nil }).Outside().
		Returning("the time it stands at then").
		Example("fleet.workflow{id = \"order-1\", name = \"process_order\", age = \"0s\"}\nclock.advance(\"1h\")\n" +
			"assert.equal(3600, time.now() - dbos.retrieve_workflow(\"order-1\"):get_status().created_at)")
}

func (w *World) setFunc() declare.Func {
	type args struct {
		Time time.Time `arg:"time" doc:"The time."`
	}
	return declare.Do("set", "Moves the clock to a time, which may lie before the present one as long as nothing has happened yet.",
		func(_ context.Context, a args) error {
			if a.Time.Before(w.Now()) && w.folder != "" {
				return declare.BadArgument("time", "the clock is at %s already, and moves back only before the fleet has a database", declare.TimeText(w.Now()))
			}
			w.clock.Set(a.Time)
			return nil
		}).Outside().
		Example("clock.set(\"2026-12-24T18:00:00Z\")\nassert.equal(12, time.now().month)")
}
