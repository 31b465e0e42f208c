package store

import (
	"context"
	"time"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/worker"
)

const (
	selectRun = `
SELECT ws.status, {if workflow_status.application_name|ws.application_name}{unless workflow_status.application_name|NULL},
	{if workflow_input|COALESCE((SELECT i.inputs FROM {workflow_input} AS i WHERE i.workflow_uuid = ws.workflow_uuid), ws.inputs)}{unless workflow_input|ws.inputs},
	{if workflow_output|COALESCE((SELECT o.output FROM {workflow_output} AS o WHERE o.workflow_uuid = ws.workflow_uuid), ws.output)}{unless workflow_output|ws.output},
	{if workflow_output|COALESCE((SELECT o.error FROM {workflow_output} AS o WHERE o.workflow_uuid = ws.workflow_uuid), ws.error)}{unless workflow_output|ws.error},
	ws.name, ws.application_version, ws.created_at, ws.serialization
FROM {workflow_status} AS ws WHERE ws.workflow_uuid = :id`

	selectRunSteps = `
SELECT s.function_id, s.function_name, s.output, s.error, s.started_at_epoch_ms, s.completed_at_epoch_ms
FROM {operation_outputs} AS s WHERE s.workflow_uuid = :id ORDER BY s.function_id`
)

// A Run is a workflow with its steps, as they are stored.
type Run struct {
	Status, Application  string
	Name, Version        string // of the workflow and of the application
	Created              time.Time
	Serialization        string
	Input, Output, Error string // in the serialization, "" if it is NULL
	Steps                []worker.Recording
}

// Run returns the workflow of an id, as it was at one moment, or nil if there is none.
func (s *Store) Run(ctx context.Context, id string) (found *Run, err error) {
	var steps []worker.Recording
	err = s.tables.DB().Read(ctx, func(b *db.Batch) {
		db.One(b, &found, selectRun, query.Args{"id": id}, func(row db.Row) (*Run, error) {
			var status, application, input, output, failed, name, version, serialization db.Text
			var created db.Int
			err := row.Scan(&status, &application, &input, &output, &failed, &name, &version, &created, &serialization)
			return &Run{
				Status: status.String, Application: application.String, Input: input.String, Output: output.String, Error: failed.String,
				Name: name.String, Version: version.String, Created: time.UnixMilli(created.Int64).UTC(), Serialization: serialization.String,
			}, err
		})
		db.Collect(b, &steps, selectRunSteps, query.Args{"id": id}, func(row db.Row) (r worker.Recording, err error) {
			var name, output, failed db.Text
			var number int64
			var at [2]db.Int
			err = row.Scan(&number, &name, &output, &failed, &at[0], &at[1])
			return worker.Recording{
				Number: int(number), Name: name.String, Output: output.String, Error: failed.String,
				Began: time.UnixMilli(at[0].Int64), Ended: time.UnixMilli(at[1].Int64),
			}, err
		})
	})
	if found != nil {
		found.Steps = steps
	}
	return found, err
}
