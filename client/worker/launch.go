package worker

import (
	"context"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

const registerVersion = `
INSERT INTO {application_versions} (version_id, version_name, version_timestamp, created_at
	{if application_versions.application_name|, application_name})
VALUES (:id, :version, :now, :now{if application_versions.application_name|, :application})
ON CONFLICT DO NOTHING`

// recoverWorkflows returns PENDING workflows of an earlier process of the same name to their
// queues.
const recoverWorkflows = `
UPDATE {workflow_status} SET status = 'ENQUEUED', started_at_epoch_ms = NULL, queue_name = COALESCE(NULLIF(queue_name, ''), :internal)
	{if workflow_status.creator_xid|, owner_xid = NULL, updated_at = :now}
WHERE status = 'PENDING' AND executor_id = :executor AND application_version = :version`

// Launch starts the worker as an application starts: it registers its version and its queues, and
// puts the workflows that its last run left PENDING back on their queue, or on the internal one.
// Nothing is claimed yet.
func (w *Worker) Launch(ctx context.Context) error {
	args := query.Args{
		"id": uuid.NewString(), "version": w.config.ApplicationVersion, "application": optional(w.config.ApplicationName),
		"executor": w.config.ExecutorID, "internal": client.InternalQueueName, "now": w.now(),
	}
	err := w.db.Run(ctx, func(b *db.Batch) {
		b.Exec(registerVersion, args, nil)
		b.Exec(recoverWorkflows, args, nil)
	})
	if err != nil {
		return err
	}
	return w.registerQueues(ctx)
}
