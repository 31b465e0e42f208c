package owner

import (
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// The statements read the evidence for the SDK of an application: the form of its rows, which is
// their serialization, such as DBOS_JSON or py_pickle. r is the alias of a row of newest.

// newest bounds the rows that are read: the index on created_at leads to them, so the size of the
// table does not matter.
const newest = `(SELECT n.workflow_uuid AS id, COALESCE(n.name, '') AS name, n.status, COALESCE(n.serialization, '') AS codec, n.inputs,
		n.queue_name, n.parent_workflow_id, n.created_at,
		{if workflow_status.application_name|COALESCE(n.application_name, '')}{unless workflow_status.application_name|''} AS application
	FROM {workflow_status} AS n ORDER BY n.created_at DESC LIMIT 1000)`

// begun is true for a row that an application has run, or has started itself: dbos-script starts
// nothing without a queue, and no child of another workflow but of its own runs.
const begun = `(r.status = 'SUCCESS' OR ` + childOfApplication + ` OR r.queue_name IS NULL AND r.status IN ('PENDING', 'ERROR'))`

// childOfApplication is true for a child whose parent is no durable run of a script. The child of a
// parent that was deleted may be one of a script.
const childOfApplication = `EXISTS (SELECT 1 FROM {workflow_status} AS p WHERE p.workflow_uuid = r.parent_workflow_id
	{if workflow_status.application_name|AND COALESCE(p.application_name, '') <> 'dbos-script'})`

// writtenByApplication is true for a row that only its application can have written. dbos-script
// writes DBOS_JSON inputs for every caller that states no SDK, and starts workflows of schedules,
// whose ids begin with "sched-", in the form of any SDK.
const writtenByApplication = `(` + begun + ` OR r.codec <> 'DBOS_JSON' AND substr(r.id, 1, 6) <> 'sched-')`

// stepForm is the serialization of one of the row's steps, which the application that ran it chose.
// It shows the SDK of a row whose input has the portable form, or was written by dbos-script.
const stepForm = `(SELECT o.serialization FROM {operation_outputs} AS o WHERE o.workflow_uuid = r.id
	AND o.serialization IS NOT NULL AND o.serialization NOT IN ('', 'portable_json') LIMIT 1)`

// inputStart is the start of an input: base64 of a pickle begins with gA, because a pickle begins
// with the byte 0x80.
const inputStart = `substr(COALESCE({if workflow_input|(SELECT i.inputs FROM {workflow_input} AS i WHERE i.workflow_uuid = r.id), }r.inputs, ''), 1, 2)`

// selectRuns counts the newest workflows by application, name and form. It leaves out rows that
// show no form. To read steps takes most of its time, so it reads them of the newest 50 workflows
// of each name and serialization, and of 50 that wait, few of which have steps.
const selectRuns = `
SELECT found.application, found.name, found.form, COUNT(*)
FROM (SELECT r.application, r.name, CASE
		WHEN r.codec NOT IN ('', 'portable_json') AND ` + writtenByApplication + ` THEN r.codec
		WHEN r.codec = '' AND ` + writtenByApplication + ` AND ` + inputStart + ` = 'gA' THEN 'py_pickle'
		WHEN r.place <= 50 THEN ` + stepForm + ` END AS form
	FROM (SELECT r.*, ROW_NUMBER() OVER (PARTITION BY r.application, r.name, r.codec, r.status IN ('ENQUEUED', 'DELAYED') ORDER BY r.created_at DESC) AS place
		FROM ` + newest + ` AS r) AS r) AS found
WHERE found.form IS NOT NULL
GROUP BY found.application, found.name, found.form`

// selectSchedules reads the contexts of schedules. A pickle that has a frame, as Python writes it
// and dbos-script does not, shows Python at once. Other contexts count only when an application has
// run the schedule, because dbos-script may have written them.
const selectSchedules = `
SELECT {if workflow_schedules.application_name|COALESCE(s.application_name, '')}{unless workflow_schedules.application_name|''},
	s.workflow_name, s.context, {if workflow_schedules.last_fired_at|s.last_fired_at}{unless workflow_schedules.last_fired_at|NULL}
FROM {workflow_schedules} AS s`

// selectLaunches reads one row if an application has ever registered its version.
const selectLaunches = `SELECT v.version_name FROM {application_versions} AS v LIMIT 1`

var noArgs = query.Args{}

// Read adds the statements that collect the evidence to a batch. The batch is built again for each
// attempt, and db.Fold empties e when a statement is added, which is before the first row arrives.
func Read(b *db.Batch, e *Evidence) {
	db.Fold(b, e, selectRuns, noArgs, (*Evidence).addRuns)
	db.Fold(b, e, selectSchedules, noArgs, (*Evidence).addSchedule)
	db.Fold(b, e, selectLaunches, noArgs, func(e *Evidence, _ db.Row) error {
		*e = append(*e, Finding{Source: launches, Count: 1})
		return nil
	})
}

// addRuns adds a row of selectRuns, unless its form is of no SDK alone.
func (e *Evidence) addRuns(row db.Row) error {
	var application, name, form db.Text
	var count db.Int
	err := row.Scan(&application, &name, &form, &count)
	if sdk := OfSerialization(form.String); sdk != "" {
		*e = append(*e, Finding{application.String, name.String, sdk, Runs, form.String, count.Int64})
	}
	return err
}

// addSchedule adds a row of selectSchedules that counts.
func (e *Evidence) addSchedule(row db.Row) error {
	var application, workflow, context, fired db.Text
	err := row.Scan(&application, &workflow, &context, &fired)
	form := FormOf(context.String)
	if fired.String != "" || form.proof {
		*e = append(*e, Finding{application.String, workflow.String, form.SDK, Schedules, form.Name, 1})
	}
	return err
}
