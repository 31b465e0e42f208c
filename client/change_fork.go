package client

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// forkRows is the table of the forks of one call, one row each.
const forkRows = `{rows fork original:TEXT=:originals id:TEXT=:ids start:BIGINT=:starts version:TEXT=:versions queue:TEXT=:queues partition:TEXT=:partitions timeout:BIGINT=:timeouts created:BIGINT=:created}`

// forkStarts has the columns of forkRows that copying a history needs, because all columns of a
// thousand forks would be sent again with each statement.
const forkStarts = `{rows fork original:TEXT=:originals id:TEXT=:ids start:BIGINT=:starts}`

// forkWorkflows copies the row of the original, whose owner is that of the fork too; if there is
// none, the fork belongs to the application of the connection. An empty application version, which
// forks of the Go SDK can have, becomes NULL because no executor takes it.
const forkWorkflows = `
INSERT INTO {workflow_status} (workflow_uuid, status, name, class_name, config_name, authenticated_user, assumed_role,
	authenticated_roles, application_id, inputs, serialization, application_version, queue_name, queue_partition_key,
	workflow_timeout_ms, created_at, updated_at, recovery_attempts, forked_from
	{if workflow_status.attributes|, attributes}{if workflow_status.application_name|, application_name})
SELECT fork.id, 'ENQUEUED', ws.name, ws.class_name, ws.config_name, ws.authenticated_user, ws.assumed_role,
	ws.authenticated_roles, ws.application_id, ` + forkInputOf + `, ws.serialization,
	COALESCE(fork.version, NULLIF(ws.application_version, '')` + pinnedFork + `), fork.queue, fork.partition,
	NULLIF(fork.timeout, 0), fork.created, CAST(:now AS BIGINT), 0, ws.workflow_uuid
	{if workflow_status.attributes|, ws.attributes}
	{if workflow_status.application_name|, COALESCE(ws.application_name, CAST(:owner AS TEXT))}
FROM ` + forkRows + ` JOIN {workflow_status} AS ws ON ws.workflow_uuid = fork.original`

const markForked = `
UPDATE {workflow_status} SET was_forked_from = TRUE
WHERE {in workflow_uuid :originals}`

// The statements that copy the history of the original up to the first step of the fork.
const (
	forkInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT ws.workflow_uuid, ws.inputs FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :ids} AND ws.inputs IS NOT NULL`

	forkSteps = `
INSERT INTO {operation_outputs} (workflow_uuid, function_id, function_name, output, error, child_workflow_id,
	started_at_epoch_ms, completed_at_epoch_ms, serialization{if operation_outputs.application_name|, application_name})
SELECT fork.id, step.function_id, step.function_name, step.output, step.error, step.child_workflow_id,
	step.started_at_epoch_ms, step.completed_at_epoch_ms, step.serialization{if operation_outputs.application_name|, step.application_name}
FROM ` + forkStarts + ` JOIN {operation_outputs} AS step ON step.workflow_uuid = fork.original AND step.function_id < fork.start`

	// replaceChildren names other children in the copied steps.
	replaceChildren = `
UPDATE {operation_outputs} SET child_workflow_id = (
	SELECT swap.new FROM ` + swapRows + ` WHERE swap.fork = {operation_outputs}.workflow_uuid AND swap.old = {operation_outputs}.child_workflow_id)
WHERE {in workflow_uuid :ids} AND (workflow_uuid, child_workflow_id) IN (SELECT swap.fork, swap.old FROM ` + swapRows + `)`

	swapRows = `{rows swap fork:TEXT=:swapped_forks old:TEXT=:swapped_old new:TEXT=:swapped_new}`

	forkHistory = `
INSERT INTO {workflow_events_history} (workflow_uuid, function_id, key, value, serialization)
SELECT fork.id, past.function_id, past.key, past.value, past.serialization
FROM ` + forkStarts + ` JOIN {workflow_events_history} AS past ON past.workflow_uuid = fork.original AND past.function_id < fork.start`

	forkStreams = `
INSERT INTO {streams} (workflow_uuid, key, value, "offset", function_id, serialization)
SELECT fork.id, entry.key, entry.value, entry."offset", entry.function_id, entry.serialization
FROM ` + forkStarts + ` JOIN {streams} AS entry ON entry.workflow_uuid = fork.original AND entry.function_id < fork.start`

	// forkEvents sets each event to its value just before the first step.
	forkEvents = `
INSERT INTO {workflow_events} (workflow_uuid, key, value, serialization)
SELECT past.workflow_uuid, past.key, past.value, past.serialization
FROM {workflow_events_history} AS past
WHERE {in past.workflow_uuid :ids} AND NOT EXISTS (
	SELECT 1 FROM {workflow_events_history} AS later
	WHERE later.workflow_uuid = past.workflow_uuid AND later.key = past.key AND later.function_id > past.function_id)`
)

const selectMissingOriginals = `
SELECT fork.original FROM {rows fork original:TEXT=:originals}
WHERE NOT EXISTS (SELECT 1 FROM {workflow_status} AS ws WHERE ws.workflow_uuid = fork.original)`

// selectOwnForks finds the rows that an earlier try of the same call inserted.
const selectOwnForks = `
SELECT ws.workflow_uuid FROM {rows fork original:TEXT=:originals id:TEXT=:ids}
JOIN {workflow_status} AS ws ON ws.workflow_uuid = fork.id AND ws.forked_from = fork.original AND ws.created_at BETWEEN CAST(:since AS BIGINT) AND CAST(:now AS BIGINT)`

// ForkWorkflowInput describes one fork: the original, and the step from which it runs again.
type ForkWorkflowInput struct {
	OriginalWorkflowID string `json:"original_workflow_id" doc:"The workflow to run again." required:"true" nonempty:"true"`
	ForkedWorkflowID   string `json:"forked_workflow_id" doc:"The id of the fork; a random UUID when not given." nonempty:"true"`
	StartStep          uint   `json:"start_step" doc:"The number of the first step to run again; the results of all steps with a lower number are taken over."`
	// StartFrom and StartStepName find the first step in the history of the original, in place of
	// StartStep: ForkFromFailed or ForkFromLast, or the name of the step, which is the
	// first of that name.
	StartFrom     string `json:"start_from" doc:"The step that failed, or the last one." enum:"failed,last"`
	StartStepName string `json:"start_step_name" doc:"The name of the first step to run again." nonempty:"true"`
	// StartStepExists makes the call return InvalidOption if StartStep is later than the step after
	// the last finished one. Without it, any number is right, as in the SDKs.
	StartStepExists bool `json:"start_step_exists" doc:"Whether the original must have reached the first step."`

	ApplicationVersion string `json:"application_version" doc:"The application version that must run the fork; the original's when not given." nonempty:"true"`
	QueueName          string `json:"queue_name" doc:"The queue to put the fork on; the internal queue, which starts it at once, when not given." nonempty:"true"`
	QueuePartitionKey  string `json:"queue_partition_key" doc:"The fork's partition, if that queue is partitioned." nonempty:"true"`
	// Timeout is how long the fork may run, from the moment it starts; 0 is no limit. That of the
	// original does not count.
	Timeout time.Duration `json:"timeout" doc:"How long the fork may run, from the moment it starts; no limit when not given, even if the original had one." min:"0"`
	// ReplacementChildren names other children in the steps that are taken over: the fork reads the
	// results of the new ones.
	ReplacementChildren map[string]string `json:"replacement_children" doc:"Other workflows whose results the fork reads: by the id of each child in the copied steps, the id of the workflow in its place." nonempty:"true"`
}

const forkingMany = "fork workflows"

// errMissingOriginal is the error of the guard of a fork.
var errMissingOriginal = errors.New("an original does not exist")

func (c *systemClient) ForkWorkflow(input ForkWorkflowInput) (WorkflowHandle[any], error) {
	report, err := c.fork("fork workflow", []ForkWorkflowInput{input})
	if err != nil {
		return nil, err
	}
	return c.newHandles([]string{report.Results[0].ForkedID})[0], nil
}

func (c *systemClient) ForkWorkflows(inputs []ForkWorkflowInput) ([]WorkflowHandle[any], error) {
	report, err := c.ForkAll(inputs)
	if err != nil {
		return nil, err
	}
	return c.newHandles(column(report.Results, func(r ChangeResult) string { return r.ForkedID })), nil
}

func (c *systemClient) ForkAll(inputs []ForkWorkflowInput) (*Report, error) {
	if len(inputs) == 0 {
		return &Report{Op: forkingMany}, nil
	}
	return c.fork(forkingMany, inputs)
}

func (c *systemClient) fork(op string, inputs []ForkWorkflowInput) (*Report, error) {
	if err := c.writable(op); err != nil {
		return nil, err
	}
	inputs, err := c.findStarts(op, inputs)
	if err != nil {
		return nil, err
	}
	args, ids, err := c.forkArgs(op, inputs)
	if err == nil {
		err = c.checkForkTargets(op, inputs)
	}
	if err != nil {
		return nil, err
	}
	s := &write{Change: Change{Op: op, IDs: ids, From: args["originals"].([]string), New: true, Plural: op == forkingMany, bulk: forksAsBulk(inputs)}, detail: columnsOf(args)}
	s.send = func(w *writer) error {
		s.Changed = int64(len(ids))
		s.reportForks()
		return c.sendForks(w, op, args, ids)
	}
	if err := c.apply(s); err != nil {
		return nil, err
	}
	return &Report{Op: op, Results: s.Results}, nil
}

func (c *systemClient) sendForks(w *writer, op string, args query.Args, ids []string) error {
	last, err := w.write(func(b *db.Batch) { c.forkPlan(b, args) })
	switch {
	case errors.Is(err, errMissingOriginal):
		return c.missingOriginal(op, args)
	case errors.Is(err, db.ErrUnique):
		return c.errIDTaken(op, args, ids, last, err)
	}
	return err
}

// reportForks sets the result of each original.
func (s *write) reportForks() {
	s.Results = make([]ChangeResult, len(s.IDs))
	for i, id := range s.IDs {
		s.Results[i] = ChangeResult{ID: s.From[i], Outcome: OutcomeChanged, Status: WorkflowStatusEnqueued, ForkedID: id}
	}
}

func (c *systemClient) checkForkTargets(op string, inputs []ForkWorkflowInput) error {
	for _, input := range inputs {
		if input.QueueName == "" && input.ApplicationVersion == "" {
			continue
		}
		t := target{queue: input.QueueName, version: input.ApplicationVersion, keyed: input.QueuePartitionKey != ""}
		if err := c.checkTarget(op, t, c.config.Strict); err != nil {
			return err
		}
	}
	return nil
}

func (c *systemClient) forkPlan(b *db.Batch, args query.Args) {
	b.Guard(selectMissingOriginals, args, errMissingOriginal)
	c.clearOrphans(b, args["chosen"].([]string))
	b.Exec(forkWorkflows, args, nil)
	b.Exec(markForked, args, nil)
	if c.shape.HasTable("workflow_input") {
		b.Exec(forkInputs, args, nil)
	}
	for _, copied := range []string{forkSteps, forkHistory, forkStreams, forkEvents} {
		b.Exec(copied, args, nil)
	}
	if len(args["swapped_forks"].([]string)) > 0 {
		b.Exec(replaceChildren, args, nil)
	}
}

// forkArgs returns the parameters of the statements, one list for each column, and the ids of the
// forks.
func (c *systemClient) forkArgs(op string, inputs []ForkWorkflowInput) (query.Args, []string, error) {
	count, started := len(inputs), c.now()
	originals, ids, starts := make([]string, count), make([]string, count), make([]int64, count)
	versions, queues, partitions := make([]*string, count), make([]string, count), make([]*string, count)
	timeouts, swaps := make([]int64, count), swappedChildren{}
	var chosen []string
	for i, input := range inputs {
		if err := input.check(op); err != nil {
			return nil, nil, err
		}
		originals[i], ids[i], starts[i] = input.OriginalWorkflowID, input.ForkedWorkflowID, int64(input.StartStep)
		versions[i], queues[i], partitions[i] = optional(input.ApplicationVersion), input.QueueName, optional(input.QueuePartitionKey)
		if ids[i] == "" {
			ids[i] = uuid.NewString()
		} else {
			chosen = append(chosen, ids[i])
		}
		if queues[i] == "" {
			queues[i] = InternalQueueName
		}
		timeouts[i] = input.Timeout.Round(time.Millisecond).Milliseconds()
		swaps.add(ids[i], input.ReplacementChildren)
	}
	args := query.Args{"envelope": `{"positionalArgs":[`, "envelope_end": `],"namedArgs":{}}`, "value_starts": `{["`,
		"timeouts": timeouts, "swapped_forks": swaps.forks, "swapped_old": swaps.old, "swapped_new": swaps.new,
		"originals": originals, "ids": ids, "chosen": chosen, "starts": starts, "versions": versions,
		"queues": queues, "partitions": partitions, "owner": optional(c.config.AppName)}
	setTimes(args, count, started, c.now())
	return args, ids, c.setShared(op, unversioned(inputs), args)
}

// unversioned returns the originals of the forks that get the version of their original.
func unversioned(inputs []ForkWorkflowInput) (originals []string) {
	for _, input := range inputs {
		if input.ApplicationVersion == "" {
			originals = append(originals, input.OriginalWorkflowID)
		}
	}
	return originals
}

func (input ForkWorkflowInput) check(op string) error {
	switch {
	case input.OriginalWorkflowID == "":
		return invalid(op, "the original workflow id is empty")
	case input.QueuePartitionKey != "" && input.QueueName == "":
		return invalid(op, "a partition key needs a queue name")
	case input.Timeout < 0:
		return invalid(op, "the timeout %v is negative", input.Timeout)
	}
	for old, other := range input.ReplacementChildren {
		if old == "" || other == "" {
			return invalid(op, "a child of workflow %q is replaced from or by an empty id", input.OriginalWorkflowID)
		}
	}
	return input.checkStart(op)
}

// forkColumns are the columns of forkRows that a dry run reads.
type forkColumns struct {
	versions, partitions []*string
	queues               []string
	starts, timeouts     []int64
}

func columnsOf(args query.Args) forkColumns {
	return forkColumns{versions: args["versions"].([]*string), partitions: args["partitions"].([]*string), queues: args["queues"].([]string),
		starts: args["starts"].([]int64), timeouts: args["timeouts"].([]int64)}
}

// swappedChildren are the columns of swapRows.
type swappedChildren struct{ forks, old, new []string }

func (s *swappedChildren) add(fork string, children map[string]string) {
	for _, old := range slices.Sorted(maps.Keys(children)) {
		s.forks, s.old, s.new = append(s.forks, fork), append(s.old, old), append(s.new, children[old])
	}
}

func (c *systemClient) missingOriginal(op string, args query.Args) error {
	var missing map[string]bool
	if err := c.read(op, func(b *db.Batch) { db.Set(b, &missing, selectMissingOriginals, args) }); err != nil {
		return err
	}
	return noSuchWorkflow(op, firstOf(args["originals"].([]string), missing))
}

// errIDTaken returns the error for a unique violation, or nil if the ids are taken by forks of an
// earlier try of the same call, whose answer was lost.
func (c *systemClient) errIDTaken(op string, args query.Args, ids []string, last db.Attempt, cause error) error {
	if last.AnswerLost {
		var ownForks map[string]bool
		err := c.read(op, func(b *db.Batch) { db.Set(b, &ownForks, selectOwnForks, args) })
		if err != nil || len(ownForks) == len(ids) {
			return err
		}
	}
	var known map[string]bool
	if err := c.read(op, func(b *db.Batch) { db.Set(b, &known, selectKnown, args) }); err != nil {
		return err
	}
	for _, id := range ids {
		if known[id] {
			return &Error{Code: ConflictingID, Op: op, WorkflowID: id, Err: cause, Message: fmt.Sprintf("workflow %q exists", id)}
		}
		known[id] = true // the second one with an id finds the first
	}
	return &Error{Code: ConflictingID, Op: op, Err: cause, Message: "a workflow with an id of a fork exists"}
}

// firstOf returns the first text of a list that is in a set, or "".
func firstOf(list []string, set map[string]bool) string {
	for _, text := range list {
		if set[text] {
			return text
		}
	}
	return ""
}

func (c *systemClient) newHandles(ids []string) []WorkflowHandle[any] {
	handles := make([]WorkflowHandle[any], len(ids))
	for i, id := range ids {
		handles[i] = &pollingHandle[any]{c.view, id, true}
	}
	return handles
}
