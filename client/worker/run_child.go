package worker

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// insertChild inserts the row of a child. If the row exists, only its updated_at changes. A child
// without a queue runs at once, so its first attempt is counted here.
const insertChild = `
INSERT INTO {workflow_status} (workflow_uuid, status, name, queue_name, inputs, serialization, created_at, updated_at,
	recovery_attempts, executor_id, application_version, parent_workflow_id, workflow_deadline_epoch_ms
	{if workflow_status.application_name|, application_name}{if workflow_status.creator_xid|, creator_xid, owner_xid})
VALUES (:child, :status, :name, :queue, :inputs, :codec, :now, :now,
	:attempts, :executor, :version, :id, :deadline
	{if workflow_status.application_name|, :application}{if workflow_status.creator_xid|, :token, :owner})
ON CONFLICT (workflow_uuid) DO UPDATE SET updated_at = excluded.updated_at`

const insertChildInput = `
INSERT INTO {workflow_input} (workflow_uuid, inputs) VALUES (:child, :inputs) ON CONFLICT (workflow_uuid) DO NOTHING`

// StartChild starts a workflow as a step of this one, in the same worker, and returns its id, which
// is PARENT-STEP. If the step is recorded already, it only returns the recorded id. The child
// inherits the deadline. If the input is a codec.PortableWorkflowArgs, the child is portable. In an
// Executor the child waits on the executors' own queue, which has no limit, because a workflow
// without a queue could not go on in another process.
func (r *Run) StartChild(name string, input any) (string, error) {
	return r.addChild(child{name: name}, input)
}

// EnqueueChild is StartChild for a child that waits on the queue.
func (r *Run) EnqueueChild(queueName, name string, input any) (string, error) {
	return r.addChild(child{name: name, queue: queueName}, input)
}

// EnqueueChildFor is EnqueueChild for a workflow of another application, which runs it with its
// latest version. The queue must be one on which that application listens. On tables without owners
// of rows it is EnqueueChild.
func (r *Run) EnqueueChildFor(application, queueName, name string, input any) (string, error) {
	return r.addChild(child{name: name, queue: queueName, application: application}, input)
}

// A child is a workflow that a run starts.
type child struct{ name, queue, application string }

// addChild records the step with the row of its child in one transaction. It puts a
// child without a queue at the end of this worker's line.
func (r *Run) addChild(c child, input any) (string, error) {
	if c.queue == "" && r.queued {
		c.queue = ownQueue(r.worker.config.ApplicationName)
	}
	s, err := r.begin(c.name)
	if err != nil || s.recorded {
		return childOf(s), err
	}
	id := fmt.Sprintf("%s-%d", r.id, s.number)
	args, err := r.childArgs(id, c, input)
	if err != nil {
		return "", err
	}
	s.child = db.Text{String: id, Valid: true}
	err = r.record(s, func(b *db.Batch) {
		b.Exec(insertChild, args, nil)
		if r.worker.tables.Shape().HasTable("workflow_input") {
			b.Exec(insertChildInput, args, nil)
		}
	})
	if err == nil && c.queue == "" {
		err = r.worker.adopt(r.ctx, []string{id}, true)
	}
	return id, err
}

// childOf returns the id of the child that a step has recorded, or "" if s is nil.
func childOf(s *step) string {
	if s == nil {
		return ""
	}
	return s.child.String
}

// childArgs returns the arguments of insertChild and insertChildInput.
func (r *Run) childArgs(id string, c child, input any) (query.Args, error) {
	inputs, codecName, err := codec.EncodeInput(input)
	config := r.worker.config
	args := query.Args{
		"child": id, "id": r.id, "name": c.name, "inputs": inputs, "codec": codecName, "now": r.worker.now(),
		"status": "PENDING", "queue": nil, "attempts": 1, "executor": &config.ExecutorID, "version": optional(config.ApplicationVersion),
		"application": optional(config.ApplicationName), "deadline": nil, "token": r.token, "owner": &r.token,
	}
	if r.deadline > 0 {
		args["deadline"] = r.deadline
	}
	if c.queue != "" {
		args["status"], args["queue"], args["attempts"] = "ENQUEUED", c.queue, 0
		args["executor"], args["owner"] = nil, nil
	}
	switch {
	case c.application != "":
		args["application"], args["version"] = c.application, nil
	case r.queued:
		args["version"] = optional(r.version)
	}
	return args, err
}
