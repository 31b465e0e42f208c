package client

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// latestVersion pins a run to the newest version of the application that owns the schedule, as all
// SDKs do: an executor of an older one must not take it.
const latestVersion = `(SELECT version.version_name FROM {application_versions} AS version
	{if application_versions.application_name|{if workflow_schedules.application_name|WHERE ws.application_name IS NULL
		OR version.application_name IS NULL OR version.application_name = ws.application_name}}
	ORDER BY version.version_timestamp DESC, version.version_name LIMIT 1)`

// selectFiring reads a schedule with all that a run of it needs.
var selectFiring = `SELECT ` + scheduleColumns + `, ` + latestVersion + `,
	` + recentlyRan("ws.workflow_name", byGo) + `, ` + recentlyRan("ws.workflow_name", notByGo) + `,
	` + recentlyRan("ws.workflow_name", byTypeScript) + `, ` + recentlyRan("ws.workflow_name", notByTypeScript) + `
FROM {workflow_schedules} AS ws WHERE ws.schedule_name = :name`

// A firing is a schedule about to start runs.
type firing struct {
	schedule WorkflowSchedule
	context  json.RawMessage // nil for none
	version  string
	portable bool
	// typescript says that the run is for a TypeScript application, in its own serialization.
	typescript bool
}

// firing reads a schedule. It fails with ScheduleNotFound, or with Undecodable when the context is
// one that nobody but its application can read.
func (c *systemClient) firing(op, name string) (*firing, error) {
	if name == "" {
		return nil, &Error{Kind: InvalidOption, Op: op, Err: errNamelessSchedule}
	}
	if made := c.rehearsal.schedule(name); made != nil {
		return &firing{schedule: *made, portable: c.shape.TypeScript()}, nil
	}
	if known, _ := c.rehearsal.get(Schedules, name); known.gone {
		return nil, c.noSuchSchedule(op, name)
	}
	var found *firing
	err := c.read(op, func(b *db.Batch) {
		found = nil
		b.Indexed()
		b.Query(selectFiring, query.Args{"name": name}, func(row db.Row) (err error) {
			found, err = c.scanFiring(row)
			return err
		})
	})
	switch {
	case err != nil:
		return nil, err
	case found == nil:
		return nil, c.noSuchSchedule(op, name)
	}
	return found, found.encodeContext(op)
}

func (c *systemClient) scanFiring(row db.Row) (*firing, error) {
	var r scheduleRow
	var version db.Text
	var byGo, byOthers, byTypeScript, notByTypeScript db.Bool
	err := row.Scan(append(r.targets(), &version, &byGo, &byOthers, &byTypeScript, &notByTypeScript)...)
	f := &firing{schedule: r.record(), version: version.String}
	f.typescript = c.shape.TypeScript() && (byTypeScript.Bool || !notByTypeScript.Bool)
	f.portable = f.schedule.WorkflowClassName != "" || !plainJSON(r.context.String) || byOthers.Bool || c.shape.TypeScript() && !byGo.Bool
	return f, err
}

// plainJSON is how Go writes a context; Python pickles it, and TypeScript wraps it in superjson.
func plainJSON(context string) bool {
	_, err := codec.DecodeJSON(context)
	return err == nil && !strings.Contains(context, `"__dbos_serializer"`)
}

func (f *firing) encodeContext(op string) error {
	context := f.schedule.Context
	if context == nil {
		return nil
	}
	text, err := "", error(nil)
	if opaque, is := context.(codec.Opaque); is {
		err = &codec.UndecodableError{Value: opaque}
	} else {
		text, err = codec.EncodeJSON(context, "")
	}
	if err != nil {
		return &Error{Kind: Undecodable, Op: op, ScheduleName: f.schedule.ScheduleName, Err: err,
			Message: fmt.Sprintf("the context of schedule %q cannot be passed on: %v", f.schedule.ScheduleName, err)}
	}
	f.context = json.RawMessage(text)
	return nil
}

// A scheduledInput is how an application of the Go SDK takes a scheduled run's time and context.
type scheduledInput struct {
	ScheduledTime string          `json:"scheduled_time"`
	Context       json.RawMessage `json:"context,omitempty"`
}

// input is what a run at a time is given: of the Go SDK's form or, for applications of other SDKs,
// the time as text and the context as two portable arguments. Those are taken to be meant where the
// schedule names a class, where its context or recent runs of its workflow are not Go's, and where
// the TypeScript SDK made the tables and nothing has run yet. In its own database a TypeScript
// application is given a Date and the context, as it gives them itself.
func (f *firing) input(at time.Time) any {
	if f.typescript {
		return codec.TypeScriptArgs{at.UTC(), f.schedule.Context}
	}
	text := at.UTC().Format(time.RFC3339Nano)
	if f.portable {
		return PortableWorkflowArgs{PositionalArgs: []any{text, f.schedule.Context}}
	}
	return scheduledInput{text, f.context}
}

// runs are the workflows of the schedule at some times, with their ids.
func (c *systemClient) runs(op string, f *firing, ids []string, times []time.Time) (*insertion, error) {
	inputs := make([]any, len(times))
	for i, at := range times {
		inputs[i] = f.input(at)
	}
	options := EnqueueOptions{ApplicationVersion: f.version, ClassName: f.schedule.WorkflowClassName}
	in, err := c.insertion(op, f.schedule.QueueName, f.schedule.WorkflowName, inputs, EnqueueManyOptions{EnqueueOptions: options, WorkflowIDs: ids})
	if err != nil {
		return nil, err
	}
	in.args["schedule"], in.args["owner"] = f.schedule.ScheduleName, optional(f.schedule.ApplicationName)
	return in, nil
}

// runID is the id of the workflow of a schedule at a time, in one of its spellings.
func runID(schedule, spelling string) string { return "sched-" + schedule + "-" + spelling }
