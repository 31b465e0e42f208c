package client

import (
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
)

// newWorkflows begins every insert of workflows, whoever asks for them: rows called new follow.
const newWorkflows = `
INSERT INTO {workflow_status} AS ws (workflow_uuid, status, name, queue_name, inputs, serialization,
	created_at, updated_at, recovery_attempts, priority, application_version, workflow_timeout_ms,
	deduplication_id, class_name, config_name, delay_until_epoch_ms, queue_partition_key,
	authenticated_user, assumed_role, authenticated_roles
	{if workflow_status.schedule_name|, schedule_name}{if workflow_status.application_name|, application_name}
	{if workflow_status.is_debounced|, is_debounced}{if workflow_status.debounce_deadline_epoch_ms|, debounce_deadline_epoch_ms})
SELECT new.id, CAST(:status AS TEXT), CAST(:name AS TEXT), CAST(:queue AS TEXT), new.inputs, CAST(:codec AS TEXT),
	CAST(:now AS BIGINT), CAST(:now AS BIGINT), 0, CAST(:priority AS INTEGER), CAST(:version AS TEXT), CAST(:timeout AS BIGINT),
	new.dedup, CAST(:class AS TEXT), CAST(:config AS TEXT), CAST(:delay_until AS BIGINT), CAST(:partition AS TEXT),
	CAST(:user AS TEXT), CAST(:role AS TEXT), CAST(:roles AS TEXT)
	{if workflow_status.schedule_name|, CAST(:schedule AS TEXT)}{if workflow_status.application_name|, CAST(:owner AS TEXT)}
	{if workflow_status.is_debounced|, CAST(:debounced AS BOOLEAN)}
	{if workflow_status.debounce_deadline_epoch_ms|, CAST(:debounce_deadline AS BIGINT)}`

// newRows are what the workflows of one call do not share.
const newRows = `{rows new id:TEXT=:ids inputs:TEXT=:inputs dedup:TEXT=:dedups}`

// insertWorkflows keeps a row that exists, whatever its state, and only moves its updated_at;
// that it is the same workflow is what the guard sees to.
const insertWorkflows = newWorkflows + `
FROM ` + newRows + `
WHERE TRUE
ON CONFLICT (workflow_uuid) DO UPDATE SET updated_at = excluded.updated_at`

// insertFresh and insertFreshInputs are for ids that were made up a moment ago: they cannot be
// taken, and to look each of them up is half the work of the database.
const (
	insertFresh = newWorkflows + `
FROM ` + newRows

	insertFreshInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT new.id, new.inputs FROM {rows new id:TEXT=:ids inputs:TEXT=:inputs}`

	// insertFreshBoth is both in one statement, for which the inputs are sent once. SQLite knows no statement that goes
	// on with what another has written.
	insertFreshBoth = `
WITH kept AS (` + insertFresh + `
RETURNING workflow_uuid, inputs)
INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT kept.workflow_uuid, kept.inputs FROM kept`
)

// selectStrangers finds rows that have one of our ids and are another workflow. A row without a
// queue (cancelled, dead-lettered) matches any queue; an empty class is no class.
const selectStrangers = `
SELECT ws.workflow_uuid, COALESCE(ws.name, ''), COALESCE(ws.queue_name, ''), COALESCE(ws.class_name, ''), COALESCE(ws.config_name, '')
FROM {workflow_status} AS ws
WHERE {in ws.workflow_uuid :ids} AND NOT (COALESCE(ws.name, '') = :name
	AND COALESCE(ws.queue_name, CAST(:queue AS TEXT)) = CAST(:queue AS TEXT)
	AND COALESCE(ws.class_name, '') = COALESCE(CAST(:class AS TEXT), '')
	AND COALESCE(ws.config_name, '') = COALESCE(CAST(:config AS TEXT), ''))`

// insertInputs fills the second place of inputs from the payload split on. Rows of ours hold the
// input in both places; one that existed before with another input is left alone.
const insertInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT ws.workflow_uuid, ws.inputs
FROM {rows new id:TEXT=:ids inputs:TEXT=:inputs} JOIN {workflow_status} AS ws ON ws.workflow_uuid = new.id
WHERE ws.inputs = new.inputs
ON CONFLICT (workflow_uuid) DO NOTHING`

const selectHolder = `
SELECT workflow_uuid FROM {workflow_status} WHERE queue_name = :queue AND deduplication_id = :dedup`

const selectHolders = `
SELECT deduplication_id, workflow_uuid FROM {workflow_status} WHERE queue_name = :queue AND {in deduplication_id :dedups}`

// errStranger is what the guard of an enqueue reports.
var errStranger = errors.New("the id belongs to another workflow")

func (c *systemClient) Enqueue(queueName, workflowName string, input any, opts ...EnqueueOption) (WorkflowHandle[any], error) {
	const op = "enqueue"
	options := apply(opts)
	if err := options.check(op, queueName, workflowName); err != nil {
		return nil, err
	}
	if err := c.checkTarget(op, options.target(queueName, workflowName), options.Strict || c.config.Strict); err != nil {
		return nil, err
	}
	in, err := c.insertion(op, queueName, workflowName, []any{input}, EnqueueManyOptions{EnqueueOptions: options})
	if err != nil {
		return nil, err
	}
	id, err := c.enqueueOne(in)
	if err != nil {
		return nil, err
	}
	return &pollingHandle[any]{c.view, id, true}, nil
}

// Enqueue is Client.Enqueue with a typed input and a typed result.
func Enqueue[P any, R any](c Client, queueName, workflowName string, input P, opts ...EnqueueOption) (WorkflowHandle[R], error) {
	handle, err := c.Enqueue(queueName, workflowName, input, opts...)
	if err != nil {
		return nil, err
	}
	return typed[R](handle)
}

// typed gives a handle another type of result.
func typed[R any](handle WorkflowHandle[any]) (WorkflowHandle[R], error) {
	h, ok := handle.(*pollingHandle[any])
	if !ok {
		return nil, &Error{Kind: InvalidOption, Message: fmt.Sprintf("%T is no handle of this client", handle)}
	}
	return &pollingHandle[R]{h.client, h.id, h.existed}, nil
}

// enqueueOne inserts, or finds the holder of the deduplication id where that is wanted. The
// holder can end between the insert and the look, so the two go on in turn.
func (c *systemClient) enqueueOne(in *insertion) (id string, err error) {
	s := in.creation()
	s.send = func(w *writer) error {
		for {
			err := c.insert(w, in)
			if CodeOf(err) != QueueDeduplicated || in.policy != DeduplicationPolicyReturnExisting {
				s.Changed = int64(1 - len(in.existing))
				return err
			}
			holder, err := c.holder(in.op, in.queue, in.dedupIDs[0])
			if err != nil || holder != "" {
				s.IDs = []string{holder}
				return err
			}
		}
	}
	err = c.apply(s)
	return s.IDs[0], err
}

// creation returns the write of an insertion, without its function.
func (in *insertion) creation() *write {
	return &write{Change: Change{Op: in.op, IDs: in.ids, New: true, Name: in.name, Queue: in.queue}, detail: in}
}

func scanPair(row db.Row) (key, value string, err error) {
	err = row.Scan(&key, &value)
	return key, value, err
}

func (c *systemClient) holder(op, queue, dedup string) (id string, err error) {
	err = c.read(op, func(b *db.Batch) {
		id = ""
		b.Query(selectHolder, query.Args{"queue": queue, "dedup": dedup}, func(row db.Row) error { return row.Scan(&id) })
	})
	return id, err
}

func (c *systemClient) insert(w *writer, in *insertion) error {
	args, known := in.args, map[string]standing{}
	_, err := w.write(func(b *db.Batch) {
		if in.chosen && (c.config.Gate != nil || in.reported) {
			text := selectStanding
			if b.Attempt().AnswerLost {
				text = selectOlder
			}
			db.Map(b, &known, text, args, scanStanding)
		}
		c.insertPlan(b, args, in.chosen)
	})
	in.existing = known
	switch {
	case errors.Is(err, errStranger):
		return c.stranger(in)
	case errors.Is(err, db.ErrUnique):
		return c.inTheWay(in, err)
	}
	return err
}

// inTheWay is the error of an insert that broke a unique index. An id of another workflow comes before a deduplication id
// that is taken: which of the two the database meets first depends on the order of the rows.
func (c *systemClient) inTheWay(in *insertion, cause error) error {
	failed, err := c.findStranger(in)
	switch {
	case err != nil:
		return err
	case failed != nil:
		return failed
	}
	return in.deduplicated(cause)
}

// selectOlder leaves out the rows that an earlier try of this call, whose answer was lost, has inserted: they were created at
// the one time of the call.
const selectOlder = selectStanding + ` AND created_at <> CAST(:now AS BIGINT)`

// writesOn tells whether one statement can write to a table what it has written to another.
func (c *systemClient) writesOn(table string) bool {
	return c.db.Dialect() == query.Postgres && c.shape.HasTable(table)
}

func (c *systemClient) insertPlan(b *db.Batch, args query.Args, chosen bool) {
	fresh := !chosen && !b.Attempt().Again() // a later attempt may find the rows of an earlier one
	workflows, inputs := insertWorkflows, insertInputs
	if fresh {
		workflows, inputs = insertFresh, insertFreshInputs
	}
	if fresh && c.writesOn("workflow_input") {
		b.Exec(insertFreshBoth, args, nil)
		return
	}
	b.Exec(workflows, args, nil)
	if chosen {
		b.Guard(selectStrangers, args, errStranger)
	}
	if c.shape.HasTable("workflow_input") {
		b.Exec(inputs, args, nil)
	}
}

// stranger says which row is in the way, and in what it differs.
func (c *systemClient) stranger(in *insertion) error {
	failed, err := c.findStranger(in)
	if err != nil {
		return err
	}
	if failed == nil {
		return &Error{Kind: UnexpectedWorkflow, Op: in.op, QueueName: in.queue, Message: "the workflow id belongs to another workflow"}
	}
	return failed
}

// findStranger returns the error of the first of the ids that belongs to another workflow, nil if none does.
func (c *systemClient) findStranger(in *insertion) (error, error) {
	if !in.chosen {
		return nil, nil
	}
	var found map[string]string
	err := c.read(in.op, func(b *db.Batch) {
		db.Map(b, &found, selectStrangers, in.args, func(row db.Row) (string, string, error) {
			var id, name, queue, class, config string
			err := row.Scan(&id, &name, &queue, &class, &config)
			return id, fmt.Sprintf("workflow %q exists and is %s", id, describe(name, queue, class, config)), err
		})
	})
	for _, id := range in.ids {
		if message, is := found[id]; is && err == nil {
			return &Error{Kind: UnexpectedWorkflow, Op: in.op, WorkflowID: id, QueueName: in.queue, Message: message}, nil
		}
	}
	return nil, err
}

func describe(name, queue, class, config string) string {
	text := fmt.Sprintf("%q", name)
	for _, part := range []struct{ word, value string }{{"on queue", queue}, {"of class", class}, {"of instance", config}} {
		if part.value != "" {
			text += fmt.Sprintf(" %s %q", part.word, part.value)
		}
	}
	return text
}

// deduplicated reads a unique violation: the insert settles conflicts of ids itself, so what is
// left is the deduplication id.
func (in *insertion) deduplicated(cause error) error {
	failed := &Error{Kind: QueueDeduplicated, Op: in.op, QueueName: in.queue, Err: cause,
		Message: fmt.Sprintf("a deduplication id is taken on queue %q", in.queue)}
	if len(in.dedupIDs) == 1 {
		failed.WorkflowID, failed.DeduplicationID = in.ids[0], in.dedupIDs[0]
		failed.Message = fmt.Sprintf("deduplication id %q is taken on queue %q", in.dedupIDs[0], in.queue)
	}
	return failed
}
