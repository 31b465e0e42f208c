package stdlib

import (
	"context"
	"errors"
	"time"

	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/schedule"
)

func scheduleModule(host Host) declare.Module {
	return declare.Module{
		Name:    "schedule",
		Section: declare.ScriptSection,
		Doc: "Declares when `dbos-script serve` runs the script. If you run the script by hand, it runs at once. " +
			"`dbos.create_schedule` makes the schedules of applications.",
		Funcs: []declare.Func{scheduleDeclare(host), scheduleTick(host)},
	}
}

func scheduleDeclare(host Host) declare.Func {
	return declare.Do("declare", "Declares when the script runs.",
		func(ctx context.Context, p schedule.Plan) error {
			plan, err := p.Check()
			if err == nil && host.Declared != nil {
				host.Declared(plan)
			}
			if err == nil && host.Failure != nil && p.OnFailure != nil {
				_, err = p.OnFailure.Call(ctx, failureOf(*host.Failure))
			}
			return err
		}).Pure().
		Passing("on_failure", declare.Pass[failure]("failure")).
		Notes("`serve` reads the schedule without running the script: the call stands by itself at the top level, and its values are " +
			"constants; of the names of the script, `on_failure` can use only the modules. A tick is missed if no run could be started within a minute, or before the next tick was due too. " +
			"Ticks that were due before the server started are skipped. A local time that does not exist has no tick, and a " +
			"local time that comes twice has two. A run that waits for another try counts as running. If the clock is set back by more than three hours, the schedule goes on by " +
			"the new time; otherwise no tick is repeated.").
		Example("schedule.declare{cron = \"0 */15 * * * *\", timezone = \"Europe/Berlin\", overlap = \"skip\", timeout = \"10m\"}").
		Example("schedule.declare{cron = \"@daily\", missed = \"skip\", jitter = \"5m\", retry = {count = 3, backoff = \"1m\"},\n" +
			"  on_failure = function(failure) log.error(failure.message, {tick = tostring(failure.tick), attempts = failure.attempts}) end}")
}

// A failure is the argument of on_failure.
type failure struct {
	Script   string    `json:"script" doc:"The file of the script."`
	Tick     time.Time `json:"tick" doc:"The tick for which it ran."`
	Attempts int       `json:"attempts" doc:"How many runs for the tick have failed."`
	Outcome  string    `json:"outcome" doc:"How the last of them ended." enum:"failed,partial,denied,timeout"`
	Message  string    `json:"message" doc:"The error of the last one."`
	Code     string    `json:"code" doc:"The code of that error, or an empty text if it has none."`
}

func failureOf(f schedule.Failure) failure {
	of := failure{Script: f.Tick.Script, Tick: f.Tick.At, Attempts: f.Attempts, Outcome: f.Outcome, Message: f.Err.Error()}
	if coded := declare.Coder(nil); errors.As(f.Err, &coded) {
		of.Code = coded.ErrorCode()
	}
	return of
}

func scheduleTick(host Host) declare.Func {
	return declare.Fn("tick", "Returns the time of the tick for which the script runs, a little before now.",
		func(context.Context, declare.None) (*time.Time, error) {
			if host.Tick.IsZero() {
				return nil, nil
			}
			return &host.Tick, nil
		}).Reads().
		Returning("the time, or nil when the script was started by hand").
		Example("local upto = schedule.tick() or time.now()\nprint(upto)")
}
