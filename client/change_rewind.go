package client

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"github.com/dbos-script/dbos-script/client/codec"
	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// A rewind locks the rows of its workflows first. Each of its statements changes the workflows that
// have ended, which nobody else can change meanwhile, and the last one puts them on the queue. In a
// further attempt after a lost answer, :latest leaves out workflows that ended after the first.
const (
	holdRewound = selectStanding + ` {hold}`

	// rewound are the workflows to rewind. rewoundEntry and rewoundReceiver look for a row's
	// workflow among them in a CASE, because Postgres makes a join of a bare IN, which takes
	// several times as long on tables that were never analysed. Of a CASE it makes a hash table,
	// once for each statement.
	rewound     = rewoundRows + `)`
	rewoundRows = `(
	SELECT ended.workflow_uuid FROM {workflow_status} AS ended
	WHERE {in ended.workflow_uuid :ids} AND COALESCE(ended.completed_at, 0) <= :latest
	AND ended.status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`
	rewoundEntry    = ` AND CASE WHEN entry.workflow_uuid IN ` + rewound + ` THEN TRUE ELSE FALSE END`
	rewoundReceiver = ` AND CASE WHEN entry.destination_uuid IN ` + rewound + ` THEN TRUE ELSE FALSE END`

	// holdNotEnded locks the workflows too, and finds a row unless all are to be rewound. Mostly
	// they are; then the statements that end in All need not look for the workflow of each row.
	holdNotEnded = `
SELECT 1 WHERE (SELECT COUNT(*) FROM ` + rewoundRows + ` {hold}) AS held) < CAST(:distinct AS BIGINT)`

	// unpublish removes the events that were set at the first step or later.
	unpublish    = unpublishAll + rewoundEntry
	unpublishAll = `
DELETE FROM {workflow_events} AS entry WHERE {in entry.workflow_uuid :ids} AND EXISTS (
	SELECT 1 FROM {workflow_events_history} AS undone
	WHERE undone.workflow_uuid = entry.workflow_uuid AND undone.key = entry.key AND undone.function_id >= :start)`

	// restore sets these events to the value before the first step, if there was one.
	restore    = restoreAll + rewoundEntry
	restoreAll = `
INSERT INTO {workflow_events} (workflow_uuid, key, value, serialization)
SELECT entry.workflow_uuid, entry.key, entry.value, entry.serialization
FROM {workflow_events_history} AS entry
WHERE entry.function_id < :start AND {in entry.workflow_uuid :ids} AND EXISTS (
	SELECT 1 FROM {workflow_events_history} AS undone
	WHERE undone.workflow_uuid = entry.workflow_uuid AND undone.key = entry.key AND undone.function_id >= :start)
AND NOT EXISTS (
	SELECT 1 FROM {workflow_events_history} AS later
	WHERE later.workflow_uuid = entry.workflow_uuid AND later.key = entry.key AND later.function_id > entry.function_id AND later.function_id < :start)`

	// openStreams removes the marks that end streams, so that new values can follow.
	openStreams    = openStreamsAll + rewoundEntry
	openStreamsAll = `DELETE FROM {streams} AS entry WHERE {in entry.workflow_uuid :ids} AND entry.function_id >= :start AND {in entry.value :marks}`

	forgetEvents     = forgetEventsAll + rewoundEntry
	forgetEventsAll  = `DELETE FROM {workflow_events_history} AS entry WHERE entry.function_id >= :start AND {in entry.workflow_uuid :ids}`
	forgetSteps      = forgetStepsAll + rewoundEntry
	forgetStepsAll   = `DELETE FROM {operation_outputs} AS entry WHERE entry.function_id >= :start AND {in entry.workflow_uuid :ids}`
	forgetOutputs    = forgetOutputsAll + rewoundEntry
	forgetOutputsAll = `DELETE FROM {workflow_output} AS entry WHERE {in entry.workflow_uuid :ids}`

	// forgetMessages cannot know the step of messages in older tables. A received message is never
	// received again, so one that stays does no harm.
	forgetMessages    = forgetMessagesAll + rewoundReceiver
	forgetMessagesAll = `
DELETE FROM {notifications} AS entry WHERE {in entry.destination_uuid :ids}
AND (consumed = FALSE OR :start = 0{if notifications.consumed_by_function_id| OR consumed_by_function_id >= :start})`

	requeueRewound = `
UPDATE {workflow_status} SET status = 'ENQUEUED', queue_name = :queue, queue_partition_key = :partition, recovery_attempts = 0,
	application_version = COALESCE(CAST(:version AS TEXT), ` + pinned + `), updated_at = :now,
	workflow_deadline_epoch_ms = NULL, deduplication_id = NULL, started_at_epoch_ms = NULL, completed_at = NULL,
	output = NULL, error = NULL{if workflow_status.creator_xid|, owner_xid = NULL}
WHERE {in workflow_uuid :ids} AND status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
AND COALESCE(completed_at, 0) <= :latest` + returningIDs
)

// rewindable holds the states from which a workflow can be rewound.
var rewindable = []WorkflowStatusType{WorkflowStatusSuccess, WorkflowStatusError, WorkflowStatusCancelled, WorkflowStatusMaxRecoveryAttemptsExceeded}

const (
	opRewind     = "rewind workflow"
	opRewindMany = "rewind workflows"
)

// RewindWorkflowOptions are the options of RewindWorkflow and RewindAll.
type RewindWorkflowOptions struct {
	StartStep          uint   `json:"start_step" doc:"The number of the first step to run again; the results of all steps with a lower number stay. 0 runs the whole workflow again."`
	QueueName          string `json:"queue_name" doc:"The queue to put it on; the internal queue, which starts it at once, when not given." nonempty:"true"`
	QueuePartitionKey  string `json:"queue_partition_key" doc:"Its partition, if that queue is partitioned." nonempty:"true"`
	ApplicationVersion string `json:"application_version" doc:"The application version that must run it; unchanged when not given." nonempty:"true"`

	// StartStepExists makes the call return InvalidOption if StartStep is later than the step after
	// the last one of a workflow that has ended. It costs one more round trip.
	StartStepExists bool `json:"start_step_exists" doc:"Whether the workflows must have reached the first step."`

	emptied emptied // an option function was given an empty text
}

// A RewindWorkflowOption sets one of the RewindWorkflowOptions.
type RewindWorkflowOption func(*RewindWorkflowOptions)

// WithRewindOptions sets all options at once.
func WithRewindOptions(options RewindWorkflowOptions) RewindWorkflowOption {
	return func(o *RewindWorkflowOptions) { *o = options }
}

// WithRewindStartStep sets the first step to run again. Without it, all steps run again.
func WithRewindStartStep(startStep uint) RewindWorkflowOption {
	return func(o *RewindWorkflowOptions) { o.StartStep = startStep }
}

// WithRewindQueue puts the workflow on a queue. Without it, the workflow goes on the internal
// queue, on which every application listens.
func WithRewindQueue(queueName string) RewindWorkflowOption {
	return func(o *RewindWorkflowOptions) {
		o.QueueName = queueName
		o.emptied.note("queue_name", queueName)
	}
}

// WithRewindQueuePartitionKey sets the partition of the queue.
func WithRewindQueuePartitionKey(partitionKey string) RewindWorkflowOption {
	return func(o *RewindWorkflowOptions) {
		o.QueuePartitionKey = partitionKey
		o.emptied.note("queue_partition_key", partitionKey)
	}
}

// WithRewindApplicationVersion sets the application version that must run the workflow.
func WithRewindApplicationVersion(applicationVersion string) RewindWorkflowOption {
	return func(o *RewindWorkflowOptions) {
		o.ApplicationVersion = applicationVersion
		o.emptied.note("application_version", applicationVersion)
	}
}

func (c *systemClient) RewindWorkflow(workflowID string, opts ...RewindWorkflowOption) (WorkflowHandle[any], error) {
	report, err := c.rewind(opRewind, []string{workflowID}, apply(opts), false)
	if err != nil {
		return nil, err
	}
	return report.Handles(c)[0], nil
}

func (c *systemClient) RewindAll(workflowIDs []string, opts ...RewindWorkflowOption) (*Report, error) {
	if len(workflowIDs) == 0 {
		return &Report{Op: opRewindMany}, nil
	}
	return c.rewind(opRewindMany, workflowIDs, apply(opts), true)
}

func (c *systemClient) rewind(op string, ids []string, o RewindWorkflowOptions, plural bool) (*Report, error) {
	if err := o.check(op); err != nil {
		return nil, err
	}
	if err := c.writable(op); err != nil {
		return nil, err
	}
	if o.QueueName != "" || o.ApplicationVersion != "" {
		t := target{queue: o.QueueName, version: o.ApplicationVersion, keyed: o.QueuePartitionKey != ""}
		if err := c.checkTarget(op, t, c.config.Strict); err != nil {
			return nil, err
		}
	}
	if err := c.checkRewindStart(op, ids, o); err != nil {
		return nil, err
	}
	queue := cmp.Or(o.QueueName, InternalQueueName)
	now := c.now()
	s := &steering{
		write: &write{Change: Change{Op: op, IDs: ids, Queue: queue, Plural: plural, Final: true, bulk: asBulk{verb: "rewind", options: o}}}, becomes: WorkflowStatusEnqueued,
		args: query.Args{"ids": ids, "queue": queue, "partition": optional(o.QueuePartitionKey), "version": optional(o.ApplicationVersion),
			"start": int64(o.StartStep), "marks": codec.StreamMarks(), "now": now},
		why: notRewindable,
		ours: func(status WorkflowStatusType, updated int64) bool {
			return status == WorkflowStatusPending || updated > now || updated == now && status == WorkflowStatusEnqueued
		},
	}
	if err := c.rewindShares(op, ids, o, s.args); err != nil {
		return nil, err
	}
	s.detail, s.verify = s, s.allEnded
	s.send = func(w *writer) error { return c.sendRewind(w, s) }
	err := c.apply(s.write)
	return &Report{Op: op, Results: s.Results}, err
}

// rewindShares is shares for a rewind, which may state a version.
func (c *systemClient) rewindShares(op string, ids []string, o RewindWorkflowOptions, args query.Args) error {
	if o.ApplicationVersion != "" {
		args["shared"] = false
		return nil
	}
	return c.setShared(op, ids, args)
}

func (o RewindWorkflowOptions) check(op string) error {
	switch {
	case o.QueuePartitionKey != "" && o.QueueName == "":
		return invalid(op, "a partition key needs a queue name")
	case o.StartStep > math.MaxInt32:
		return invalid(op, "the start step %d is above 2147483647", o.StartStep)
	}
	return o.emptied.check(op)
}

// selectEnded returns the workflows that a rewind changes.
const selectEnded = `SELECT workflow_uuid FROM {workflow_status} WHERE {in workflow_uuid :ids}
AND status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')`

// checkRewindStart returns InvalidOption if a workflow has not reached a step that must exist.
func (c *systemClient) checkRewindStart(op string, ids []string, o RewindWorkflowOptions) error {
	if !o.StartStepExists || o.StartStep == 0 {
		return nil
	}
	var runs pastRuns
	var ended map[string]bool
	err := c.read(op, func(b *db.Batch) {
		args := query.Args{"ids": ids}
		db.Set(b, &ended, selectEnded, args)
		db.Fold(b, &runs, selectStepNames, args, (*pastRuns).add)
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if run := runs.of(id); ended[id] && !run.reached(o.StartStep) {
			return run.notReached(op, id, o.StartStep)
		}
	}
	return nil
}

// errNotEnded is the error of the guard holdNotEnded.
var errNotEnded = errors.New("not all of the workflows have ended")

func (c *systemClient) sendRewind(w *writer, s *steering) error {
	s.args["distinct"] = int64(len(unique(s.IDs)))
	err := c.sendRewound(w, s, len(s.IDs) > 1)
	if errors.Is(err, errNotEnded) {
		err = c.sendRewound(w, s, false)
	}
	return err
}

// sendRewound sends the statements of a rewind. If all is true, it returns errNotEnded unless all
// workflows are rewound.
func (c *systemClient) sendRewound(w *writer, s *steering, all bool) error {
	changed, before := make(map[string]standing, len(s.IDs)), map[string]standing{}
	last, err := w.write(func(b *db.Batch) {
		s.args["latest"] = int64(math.MaxInt64)
		if b.Attempt().AnswerLost {
			s.args["latest"] = s.args["now"]
		}
		statements := []string{unpublish, restore, forgetEvents, forgetSteps, openStreams, forgetMessages, forgetOutputs}
		if all && !b.Attempt().AnswerLost { // the lost attempt may have rewound some
			b.Guard(holdNotEnded, s.args, errNotEnded)
			statements = []string{unpublishAll, restoreAll, forgetEventsAll, forgetStepsAll, openStreamsAll, forgetMessagesAll, forgetOutputsAll}
		} else {
			db.Map(b, &before, holdRewound, s.args, scanStanding)
		}
		for _, text := range statements {
			if text != forgetOutputs && text != forgetOutputsAll || c.shape.HasTable("workflow_output") {
				b.Exec(text, s.args, nil)
			}
		}
		changedIDs(b, &changed, requeueRewound, s.args)
	})
	if err == nil {
		s.settled(together(before, changed), last)
	}
	return err
}

// allEnded returns an error if the operation is about a single workflow that does not exist or has
// not ended.
func (s *steering) allEnded() error {
	if err := s.single(); err != nil || s.Plural || s.Results[0].Outcome != OutcomeUnchanged {
		return err
	}
	return &Error{Code: Conflict, Op: s.Op, WorkflowID: s.Results[0].ID, Hint: "cancel it first",
		Message: fmt.Sprintf("workflow %q is %s, and only one that has ended can be rewound", s.Results[0].ID, s.Results[0].Status)}
}

// notRewindable returns the reason why a workflow in this state cannot be rewound.
func notRewindable(status WorkflowStatusType) string {
	return fmt.Sprintf("it is %s, and has not ended: cancel it first", status)
}
