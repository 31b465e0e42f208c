package schedule

import (
	"time"

	"github.com/dbos-script/dbos-script/client/cron"
	"github.com/dbos-script/dbos-script/runtime/declare"
	"github.com/dbos-script/dbos-script/runtime/schedule/policy"
)

// A Plan is when a script runs, as it declares it.
type Plan struct {
	Cron      string           `json:"cron" doc:"When: five cron fields, six with the seconds first, or a word such as @daily." required:"true"`
	Timezone  string           `json:"timezone" doc:"The time zone of the fields, such as Europe/Berlin." default:"UTC"`
	Overlap   policy.Overlap   `json:"overlap" doc:"What happens if a tick comes while the script is still running: skip ignores the tick, queue runs the script afterwards (once, for the last tick, if several wait), allow runs both at once." enum:"skip,queue,allow" default:"skip"`
	Missed    policy.Missed    `json:"missed" doc:"What happens with ticks that were missed, because the machine slept or the server stood still: skip ignores them, run_once runs the script once for the last of them, run_all runs it for each of them, the oldest first, one after the other." enum:"skip,run_once,run_all" default:"run_once"`
	Jitter    time.Duration    `json:"jitter" doc:"Each run starts later than its tick, by a part of this duration that differs from tick to tick, and before the next tick. It keeps many scripts from starting in the same moment." min:"0"`
	Retry     *Retry           `json:"retry" doc:"Runs the script again if it has failed or took too long. A run that was denied something is not tried again."`
	OnFailure declare.Callback `json:"on_failure" doc:"A function of one argument, called when a run has failed and is not tried again. It has the modules and the grants of the script, but none of its variables, and takes at most a minute."`
	Timeout   time.Duration    `json:"timeout" doc:"How long a run may take; the value of --timeout when not given." min:"0"`

	ticks *cron.Schedule
}

// A Retry is how often, and how soon, a failed run is tried again.
type Retry struct {
	Count   int            `json:"count" doc:"How many more tries there are." required:"true" min:"1" max:"20"`
	Backoff *time.Duration `json:"backoff" doc:"The wait before the first of them; each wait is twice as long as the one before, up to an hour." default:"30s" min:"0"`
}

// defaultBackoff is the wait of a Retry without one: longer than the restart of a service.
const defaultBackoff = 30 * time.Second

// Check reads the cron text and the time zone, and returns the plan with its ticks. The error names
// the argument that is wrong.
func (p Plan) Check() (Plan, error) {
	if p.Overlap == "" {
		p.Overlap = policy.Skip
	}
	if p.Missed == "" {
		p.Missed = policy.RunOnce
	}
	if _, err := cron.Zone(p.Timezone); err != nil {
		return p, declare.BadArgument("timezone", "%v", err)
	}
	ticks, err := cron.Parse(p.Cron, p.Timezone)
	if err != nil {
		return p, declare.BadArgument("cron", "%v", err)
	}
	p.ticks = ticks
	return p, nil
}

// Zone returns the time zone of the cron text.
func (p Plan) Zone() *time.Location { return p.ticks.Zone() }

// Next returns the first tick after a time, or the zero time if there is none.
func (p Plan) Next(after time.Time) time.Time { return p.ticks.Next(after) }

// Rules returns the policies of the plan.
func (p Plan) Rules() policy.Rules {
	rules := policy.Rules{Overlap: p.Overlap, Missed: p.Missed, Jitter: p.Jitter}
	if p.Retry != nil {
		rules.Retry = policy.Retry{Count: p.Retry.Count, Backoff: defaultBackoff}
		if p.Retry.Backoff != nil {
			rules.Retry.Backoff = *p.Retry.Backoff
		}
	}
	return rules
}

// of returns the ticks of the plan as those of a script.
func (p Plan) of(script string) policy.Schedule { return policy.Schedule{Name: script, Ticks: p.ticks} }

// same returns true if two plans have the same ticks.
func (p Plan) same(other Plan) bool { return p.Cron == other.Cron && p.Timezone == other.Timezone }
