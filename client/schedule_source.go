package client

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/owner"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// latestVersion pins a run to the newest version of the application that owns the schedule, as all
// SDKs do, because an executor of an older version must not take it.
const latestVersion = `(SELECT version.version_name FROM {application_versions} AS version
	{if application_versions.application_name|{if workflow_schedules.application_name|WHERE ws.application_name IS NULL
		OR version.application_name = ws.application_name OR version.application_name IS NULL AND NOT CAST(:shared AS BOOLEAN)}}
	ORDER BY version.version_timestamp DESC, version.version_name LIMIT 1)`

// selectRunSource reads a schedule with the application version of its runs.
const selectRunSource = `SELECT ` + scheduleColumns + `, ` + latestVersion + `
FROM {workflow_schedules} AS ws WHERE ws.schedule_name = :name`

// selectOffsets reads the ends of the newest ids of scheduled runs. Applications of the Go SDK
// spell a tick in the zone of the machine that they run on, and nothing but the id shows it.
const selectOffsets = `SELECT DISTINCT substr(newest.id, length(newest.id) - 5) AS spelled
FROM (SELECT n.workflow_uuid AS id FROM {workflow_status} AS n ORDER BY n.created_at DESC LIMIT 1000) AS newest
WHERE substr(newest.id, 1, 6) = 'sched-' AND substr(newest.id, length(newest.id) - 2, 1) = ':'`

// A runSource is a schedule with all that its runs need.
type runSource struct {
	schedule WorkflowSchedule
	context  string // as it is stored
	fired    string // the time of the last run, as it is stored
	version  string
	owner    string // of the runs
	warning  string // about the owner, or ""
	sdk      SDK
	offsets  []*time.Location // in which ticks have been spelled
}

// runSource reads a schedule with the SDK of its application. It returns
// ScheduleNotFound; Unsupported if nothing shows the SDK; and Undecodable if only its
// application can read the context. also adds reads to the same round trip.
func (c *systemClient) runSource(op, name string, also db.Plan) (*runSource, error) {
	if name == "" {
		return nil, &Error{Code: InvalidOption, Op: op, Err: errNamelessSchedule}
	}
	near, err := c.neighbours(op)
	if err != nil {
		return nil, err
	}
	f, err := c.view.readRunSource(op, name, near.shared(), also)
	if err != nil {
		return nil, err
	}
	if err := c.setRunOwner(op, f, near); err != nil {
		return nil, err
	}
	if f.sdk, err = c.sourceSDK(op, f); err != nil {
		return nil, err
	}
	if opaque, ok := f.sdk.InputContext(f.context, f.schedule.Context).(codec.Opaque); ok {
		return nil, &Error{Code: Undecodable, Op: op, ScheduleName: name, Err: &codec.UndecodableError{Value: opaque},
			Message: fmt.Sprintf("the context of schedule %q cannot be passed on: %v", name, opaque)}
	}
	return f, nil
}

// latestVersionOf is latestVersion for the owner of a run whose schedule has none.
const latestVersionOf = `
SELECT version.version_name FROM {application_versions} AS version
{if application_versions.application_name|WHERE version.application_name = :owner OR version.application_name IS NULL AND NOT CAST(:shared AS BOOLEAN)}
ORDER BY version.version_timestamp DESC, version.version_name LIMIT 1`

// setRunOwner sets the owner of the runs of a schedule, and their version if the schedule has no
// owner, or its owner no version.
func (c *systemClient) setRunOwner(op string, f *runSource, near *neighbourhood) error {
	stated := f.schedule.ApplicationName
	if stated != "" && f.version != "" {
		f.owner = stated
		return nil
	}
	found, err := c.rowOwner(op, stated, "", queuedName{f.schedule.QueueName, f.schedule.WorkflowName})
	if err != nil {
		return err
	}
	f.owner, f.warning, f.version = found.owner, found.warning, cmp.Or(found.version, f.version)
	if stated != "" || found.version != "" || f.owner == "" {
		return nil
	}
	return c.read(op, func(b *db.Batch) {
		db.Scalar(b, &f.version, latestVersionOf, query.Args{"owner": f.owner, "shared": near.shared()})
	})
}

// sourceSDK returns the SDK that the rows of the schedule's owner show. If they show none, the
// schedule's context decides, because only one SDK reads a pickle, superjson or Jackson. JSON shows
// nothing, because older versions of dbos-script wrote it for all SDKs.
func (c *systemClient) sourceSDK(op string, f *runSource) (SDK, error) {
	sdk, err := c.needSDK(op, "", f.owner, f.schedule.WorkflowName)
	if form := owner.FormOf(f.context); errors.Is(err, &Error{Code: Unsupported}) && form.SDK != SDKGo {
		return form.SDK, nil
	}
	return sdk, err
}

func (c *systemClient) readRunSource(op, name string, shared bool, also db.Plan) (*runSource, error) {
	var found *runSource
	var offsets []*time.Location
	err := c.read(op, func(b *db.Batch) {
		b.Indexed()
		also(b)
		db.One(b, &found, selectRunSource, query.Args{"name": name, "shared": shared}, scanRunSource)
		offsets = nil
		b.Query(selectOffsets, nil, func(row db.Row) error {
			var ending string
			err := row.Scan(&ending)
			if at, failed := time.Parse("-07:00", ending); failed == nil {
				offsets = append(offsets, at.Location())
			}
			return err
		})
	})
	if err == nil && found == nil {
		return nil, c.noSuchSchedule(op, name)
	}
	if found != nil {
		found.offsets = offsets
	}
	return found, err
}

func scanRunSource(row db.Row) (*runSource, error) {
	var r scheduleRow
	var version db.Text
	err := row.Scan(append(r.targets(), &version)...)
	return &runSource{schedule: r.record(), context: r.context.String, fired: r.fired.String, version: version.String}, err
}

// runs returns the workflows of the schedule at some times, with their ids.
func (c *systemClient) runs(op string, f *runSource, ids []string, times []time.Time) (*insertion, error) {
	inputs := make([]any, len(times))
	for i, at := range times {
		input, err := f.sdk.RunInput(at, f.context, f.schedule.Context)
		if err != nil {
			return nil, &Error{Code: Undecodable, Op: op, ScheduleName: f.schedule.ScheduleName, Err: err}
		}
		inputs[i] = input
	}
	options := EnqueueOptions{ApplicationVersion: f.version, ClassName: f.schedule.WorkflowClassName, SDK: f.sdk, ApplicationName: f.owner}
	in, err := c.insertion(op, f.schedule.QueueName, f.schedule.WorkflowName, inputs, EnqueueManyOptions{EnqueueOptions: options, WorkflowIDs: ids})
	if err != nil {
		return nil, err
	}
	in.args["schedule"], in.args["parent"] = f.schedule.ScheduleName, nil // a run of a schedule is no child
	return in, nil
}

// runID returns the id of the workflow of a schedule at a time, in one of its spellings.
func runID(schedule, spelling string) string { return "sched-" + schedule + "-" + spelling }
