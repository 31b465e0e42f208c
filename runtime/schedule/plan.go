package schedule

import (
	"time"

	"github.com/dbos-script/dbos-script/client/cron"
	"github.com/dbos-script/dbos-script/runtime/declare"
)

// A Plan is when a script runs, as it declares it.
type Plan struct {
	Cron     string        `json:"cron" doc:"When: five cron fields, six with the seconds first, or a word such as @daily." required:"true"`
	Timezone string        `json:"timezone" doc:"The time zone of the fields, such as Europe/Berlin." default:"UTC"`
	Overlap  Overlap       `json:"overlap" doc:"What happens if a tick comes while the script is still running: skip ignores the tick, queue runs the script afterwards (once, for the last tick, if several wait), allow runs both at once." enum:"skip,queue,allow" default:"skip"`
	Timeout  time.Duration `json:"timeout" doc:"How long a run may take; the value of --timeout when not given." min:"0"`

	ticks *cron.Schedule
}

// An Overlap decides about a tick at which the script is still running.
type Overlap string

// The overlaps.
const (
	Skip  Overlap = "skip"
	Queue Overlap = "queue"
	Allow Overlap = "allow"
)

// Check reads the cron text and the time zone, and returns the plan with its ticks. The error names
// the argument that is wrong.
func (p Plan) Check() (Plan, error) {
	if p.Overlap == "" {
		p.Overlap = Skip
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

// same returns true if two plans have the same ticks.
func (p Plan) same(other Plan) bool { return p.Cron == other.Cron && p.Timezone == other.Timezone }
