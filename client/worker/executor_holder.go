package worker

import (
	"context"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const selectHolder = `
SELECT ws.status, ws.name, ws.application_version, ws.application_name, ws.queue_name, ws.executor_id, x.beat
FROM {workflow_status} AS ws LEFT JOIN {dbos_script_executors} AS x ON x.executor_id = ws.executor_id
WHERE ws.workflow_uuid = :id`

// A Holder shows a workflow, and which executor runs it.
type Holder struct {
	Status, Name, Version, Application, Queue string // of the workflow
	// ExecutorID is the executor that claimed the workflow last.
	ExecutorID string
	// Beat grows with each renewal of that executor's lease. It is 0 if the executor has none.
	Beat int64
}

// Holder returns who runs a workflow, or nil if there is no such workflow. To see if the executor
// is alive, the caller compares the Beat of two calls: it grows four times in LeaseTime.
func (x *Executor) Holder(ctx context.Context, workflowID string) (h *Holder, err error) {
	err = x.worker.Load().db.Read(ctx, func(b *db.Batch) {
		db.One(b, &h, selectHolder, query.Args{"id": workflowID}, func(row db.Row) (*Holder, error) {
			var status, name, version, application, queue, executor db.Text
			var beat db.Int
			err := row.Scan(&status, &name, &version, &application, &queue, &executor, &beat)
			return &Holder{
				Status: status.String, Name: name.String, Version: version.String, Application: application.String, Queue: queue.String,
				ExecutorID: executor.String, Beat: beat.Int64,
			}, err
		})
	})
	return h, err
}
