package stdlib

import (
	"context"
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
		func(_ context.Context, p schedule.Plan) error {
			plan, err := p.Check()
			if err == nil && host.Declared != nil {
				host.Declared(plan)
			}
			return err
		}).Pure().
		Notes("`serve` reads the schedule without running the script: the call stands by itself at the top level, and its values are " +
			"constants. Ticks that were due while no server ran are skipped; if several ticks pass at once, for example because " +
			"the machine slept, the script runs once, for the last of them. A local time that does not exist has no tick, and a " +
			"local time that comes twice has two.").
		Example("schedule.declare{cron = \"0 */15 * * * *\", timezone = \"Europe/Berlin\", overlap = \"skip\", timeout = \"10m\"}")
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
