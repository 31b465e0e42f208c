package client

import (
	"errors"
	"fmt"

	"github.com/dbos-script/dbos-script/client/internal/db"
	"github.com/dbos-script/dbos-script/client/internal/query"
	"github.com/dbos-script/dbos-script/client/internal/schema"
)

// newWorkflows begins every insert of workflows. A table of rows that is called new follows.
const newWorkflows = `
INSERT INTO {workflow_status} AS ws (workflow_uuid, status, name, queue_name, inputs, serialization,
	created_at, updated_at, recovery_attempts, priority, application_version, workflow_timeout_ms,
	deduplication_id, class_name, config_name, delay_until_epoch_ms, queue_partition_key,
	authenticated_user, assumed_role, authenticated_roles, parent_workflow_id
	{if workflow_status.schedule_name|, schedule_name}{if workflow_status.application_name|, application_name}
	{if workflow_status.is_debounced|, is_debounced}{if workflow_status.debounce_deadline_epoch_ms|, debounce_deadline_epoch_ms}
	{if workflow_status.attributes|, attributes}{if workflow_status.creator_xid|, creator_xid})
SELECT new.id, CAST(:status AS TEXT), CAST(:workflow AS TEXT), CAST(:queue AS TEXT), new.inputs, CAST(:codec AS TEXT),
	new.created, CAST(:now AS BIGINT), 0, CAST(:priority AS INTEGER), CAST(:version AS TEXT), CAST(:timeout AS BIGINT),
	new.dedup, CAST(:class AS TEXT), CAST(:config AS TEXT), CAST(:delay_until AS BIGINT), CAST(:partition AS TEXT),
	CAST(:user AS TEXT), CAST(:role AS TEXT), CAST(:roles AS TEXT), CAST(:parent AS TEXT)
	{if workflow_status.schedule_name|, CAST(:schedule AS TEXT)}{if workflow_status.application_name|, CAST(:owner AS TEXT)}
	{if workflow_status.is_debounced|, CAST(:debounced AS BOOLEAN)}
	{if workflow_status.debounce_deadline_epoch_ms|, CAST(:debounce_deadline AS BIGINT)}
	{if workflow_status.attributes|, {json :attributes}}{if workflow_status.creator_xid|, CAST(:creator AS TEXT)}`

// newRows is the table of the columns that differ between the workflows of one call.
const newRows = `{rows new id:TEXT=:ids inputs:TEXT=:inputs dedup:TEXT=:dedups created:BIGINT=:created}`

// insertWorkflows keeps a row that exists, in any state, and only changes its updated_at. The guard
// selectIDConflicts ensures that it is the same workflow.
const insertWorkflows = newWorkflows + `
FROM ` + newRows + `
WHERE TRUE
ON CONFLICT (workflow_uuid) DO UPDATE SET updated_at = excluded.updated_at`

// insertFresh and insertFreshInputs are for random ids of this call. Such ids cannot exist, and
// looking each of them up would be half the work of the database.
const (
	insertFresh = newWorkflows + `
FROM ` + newRows

	insertFreshInputs = `
INSERT INTO {workflow_input} (workflow_uuid, inputs)
SELECT new.id, new.inputs FROM {rows new id:TEXT=:ids inputs:TEXT=:inputs}`

	// insertFreshBoth is both in one statement, so the inputs are sent once. SQLite has no
	// statement that reads the rows that another one returns.
	insertFreshBoth = `
WITH kept AS (` + insertFresh + `
RETURNING workflow_uuid, inputs)
INSERT INTO {workflow_input} (workflow_uuid, inputs) SELECT kept.workflow_uuid, kept.inputs FROM kept`
)

// selectIDConflicts finds rows that have an id of the call and are another workflow. A row without
// a queue (cancelled, dead-lettered) matches any queue; an empty class is no class.
const selectIDConflicts = `
SELECT ws.workflow_uuid, COALESCE(ws.name, ''), COALESCE(ws.queue_name, ''), COALESCE(ws.class_name, ''), COALESCE(ws.config_name, '')
FROM {workflow_status} AS ws
WHERE {in ws.workflow_uuid :ids} AND NOT (COALESCE(ws.name, '') = :workflow
	AND COALESCE(ws.queue_name, CAST(:queue AS TEXT)) = CAST(:queue AS TEXT)
	AND COALESCE(ws.class_name, '') = COALESCE(CAST(:class AS TEXT), '')
	AND COALESCE(ws.config_name, '') = COALESCE(CAST(:config AS TEXT), ''))`

// selectIDsInUse finds rows that have an id of the call and that no attempt of it has inserted.
// Where no column names the call that inserted a row, its created_at shows it; the first attempt
// then relies on the unique id alone.
const selectIDsInUse = `
SELECT ws.workflow_uuid FROM {workflow_status} AS ws WHERE {in ws.workflow_uuid :ids}
	{if workflow_status.creator_xid|AND ws.creator_xid IS DISTINCT FROM CAST(:creator AS TEXT)}
	{unless workflow_status.creator_xid|AND ws.created_at NOT BETWEEN CAST(:since AS BIGINT) AND CAST(:now AS BIGINT)}`

// insertInputs writes the second copy of the inputs in a schema with the payload split. It leaves
// out a row that existed before with another input.
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

// errIDInUse is the error of the guard of an enqueue that rejects ids in use.
var errIDInUse = errors.New("the id is in use")

// errIDConflict is the error of the guard of an enqueue.
var errIDConflict = errors.New("the id belongs to another workflow")

func (c *systemClient) Enqueue(queueName, workflowName string, input any, opts ...EnqueueOption) (WorkflowHandle[any], error) {
	const op = "enqueue"
	options := apply(opts)
	if err := options.check(op, queueName, workflowName); err != nil {
		return nil, err
	}
	if err := c.resolveTarget(op, queueName, workflowName, []any{input}, &options); err != nil {
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

// resolveTarget sets the owner of new workflows, and checks their target. The first call of a run
// reads all evidence of that in one round trip, also of the SDK if the inputs depend on it.
func (c *systemClient) resolveTarget(op, queueName, workflowName string, inputs []any, o *EnqueueOptions) error {
	if missing := c.shape.Missing(schema.Attributes); missing != "" && o.Attributes != nil {
		return unsupported(op, missing, "")
	}
	target, seen := o.target(queueName, workflowName), &seenTargets{}
	also := append(c.sdkLookup(inputs, o.SDK), seen.look(target))
	found, err := c.rowOwner(op, o.ApplicationName, o.ApplicationVersion, queuedName{queueName, workflowName}, also...)
	if err != nil {
		return err
	}
	o.ApplicationName, o.ApplicationVersion = found.owner, found.version
	target.ownerWarning, target.note = found.warning, found.note
	return c.checkSeen(op, target, o.Strict || c.config.Strict, seen)
}

// Enqueue is Client.Enqueue with a typed input and a typed result.
func Enqueue[P any, R any](c Client, queueName, workflowName string, input P, opts ...EnqueueOption) (WorkflowHandle[R], error) {
	handle, err := c.Enqueue(queueName, workflowName, input, opts...)
	if err != nil {
		return nil, err
	}
	return typed[R](handle)
}

// typed returns the handle with another type of result.
func typed[R any](handle WorkflowHandle[any]) (WorkflowHandle[R], error) {
	h, ok := handle.(*pollingHandle[any])
	if !ok {
		return nil, &Error{Code: InvalidOption, Message: fmt.Sprintf("%T is no handle of this client", handle)}
	}
	return &pollingHandle[R]{h.client, h.id, h.existed}, nil
}

// enqueueOne inserts a workflow, or returns the holder of the deduplication id if the policy says
// so. It tries again if the holder ends between the insert and the read.
func (c *systemClient) enqueueOne(in *insertion) (id string, err error) {
	s := in.creation()
	s.send = func(w *writer) error {
		for {
			err := c.insert(w, in, func() { s.Changed = int64(1 - len(in.existing)) })
			if CodeOf(err) != QueueDeduplicated || in.policy != DeduplicationPolicyReturnExisting {
				return err
			}
			s.Changed = 0
			holder, err := c.dedupHolder(in.op, in.queue, in.dedupIDs[0])
			if err != nil || holder != "" {
				s.IDs = []string{holder}
				return err
			}
		}
	}
	if err = c.apply(s); err == nil {
		db.StartedChild(c.ctx, s.IDs[0])
	}
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

func (c *systemClient) dedupHolder(op, queue, dedup string) (id string, err error) {
	err = c.read(op, func(b *db.Batch) {
		db.Scalar(b, &id, selectHolder, query.Args{"queue": queue, "dedup": dedup})
	})
	return id, err
}

// insert inserts the workflows, and calls settle when it is known which of them existed. Where the
// insert is left to the record of a step, settle is called before it too, as if none existed.
func (c *systemClient) insert(w *writer, in *insertion, settle func()) error {
	args, known := in.args, map[string]standing{}
	statements := func(b *db.Batch) {
		b.Keyed()
		if in.chosen && (c.config.Gate != nil || in.reported) {
			text := selectStanding
			if b.Attempt().AnswerLost {
				text = selectOlder
			}
			db.Map(b, &known, text, args, scanStanding)
		}
		c.insertPlan(b, in)
	}
	in.existing = nil
	if in.foreseen() && w.later(statements, func() { in.existing = known; settle() }) {
		settle()
		return nil
	}
	last, err := w.write(statements)
	in.existing = known
	settle()
	switch {
	case errors.Is(err, errIDInUse):
		return c.idInUse(in, last, err)
	case errors.Is(err, errIDConflict):
		return c.idConflict(in)
	case errors.Is(err, db.ErrUnique):
		return c.inTheWay(in, last, err)
	}
	return err
}

// foreseen returns true if the result of a successful insert is known before it: that of a list of
// chosen ids says which of them existed.
func (in *insertion) foreseen() bool { return !in.chosen || len(in.ids) == 1 && !in.reported }

// inTheWay returns the error of an insert that violates a unique index. An id of another workflow
// comes before a deduplication id, because the database reports either, by the order of the rows.
func (c *systemClient) inTheWay(in *insertion, last db.Attempt, cause error) error {
	if in.reject {
		return c.idInUse(in, last, cause)
	}
	failed, err := c.findIDConflict(in)
	switch {
	case err != nil:
		return err
	case failed != nil:
		return failed
	}
	return in.deduplicated(cause)
}

// selectOlder leaves out the rows that an earlier attempt of this call, whose answer was lost, has
// inserted: their created_at is one of the call.
const selectOlder = selectStanding + ` AND created_at NOT BETWEEN CAST(:since AS BIGINT) AND CAST(:now AS BIGINT)`

// writesOn returns true if one statement can also write the rows that it inserts to this table.
func (c *systemClient) writesOn(table string) bool {
	return c.db.Dialect() == query.Postgres && c.shape.HasTable(table)
}

// idInUse returns WorkflowIDInUse with the first id that exists. If none does, a
// deduplication id is taken.
func (c *systemClient) idInUse(in *insertion, last db.Attempt, cause error) error {
	text := selectIDsInUse
	if !last.Again() {
		text = selectKnown // nothing of this call is there
	}
	var used map[string]bool
	if err := c.read(in.op, func(b *db.Batch) { db.Set(b, &used, text, in.args) }); err != nil {
		return err
	}
	for _, id := range in.ids {
		if used[id] {
			return workflowIDInUse(in, id, cause)
		}
	}
	return in.deduplicated(cause)
}

func workflowIDInUse(in *insertion, id string, cause error) error {
	return &Error{Code: WorkflowIDInUse, Op: in.op, WorkflowID: id, QueueName: in.queue, Err: cause,
		Message: fmt.Sprintf("workflow %q exists", id), Hint: "take another id, or leave workflow_id_reuse_policy out to use the one that exists"}
}

func (c *systemClient) insertPlan(b *db.Batch, in *insertion) {
	args := in.args
	if in.chosen {
		c.clearOrphans(b, in.ids)
	}
	fresh := (!in.chosen || in.reject) && !b.Attempt().Again() // a later attempt may find the rows of an earlier one
	workflows, inputs := insertWorkflows, insertInputs
	if fresh {
		workflows, inputs = insertFresh, insertFreshInputs
	}
	if fresh && c.writesOn("workflow_input") {
		in.execute(b, insertFreshBoth)
		return
	}
	in.execute(b, workflows)
	switch {
	case in.reject:
		b.Guard(selectIDsInUse, args, errIDInUse)
	case in.chosen:
		b.Guard(selectIDConflicts, args, errIDConflict)
	}
	if c.shape.HasTable("workflow_input") {
		in.execute(b, inputs)
	}
}

// idConflict returns UnexpectedWorkflow with the row that has the id, and how it differs.
func (c *systemClient) idConflict(in *insertion) error {
	failed, err := c.findIDConflict(in)
	if err != nil {
		return err
	}
	if failed == nil {
		return &Error{Code: UnexpectedWorkflow, Op: in.op, QueueName: in.queue, Message: "the workflow id belongs to another workflow"}
	}
	return failed
}

// findIDConflict returns the error of the first id that belongs to another workflow, or nil.
func (c *systemClient) findIDConflict(in *insertion) (error, error) {
	if !in.chosen {
		return nil, nil
	}
	var found map[string]string
	err := c.read(in.op, func(b *db.Batch) {
		db.Map(b, &found, selectIDConflicts, in.args, func(row db.Row) (string, string, error) {
			var id, name, queue, class, config string
			err := row.Scan(&id, &name, &queue, &class, &config)
			return id, fmt.Sprintf("workflow %q exists and is %s", id, describe(name, queue, class, config)), err
		})
	})
	for _, id := range in.ids {
		if message, ok := found[id]; ok && err == nil {
			return &Error{Code: UnexpectedWorkflow, Op: in.op, WorkflowID: id, QueueName: in.queue, Message: message}, nil
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

// deduplicated returns QueueDeduplicated. An insert handles conflicts of ids itself, so any other
// unique violation is that of a deduplication id.
func (in *insertion) deduplicated(cause error) error {
	failed := &Error{Code: QueueDeduplicated, Op: in.op, QueueName: in.queue, Err: cause,
		Message: fmt.Sprintf("a deduplication id is taken on queue %q", in.queue)}
	if len(in.dedupIDs) == 1 {
		failed.WorkflowID, failed.DeduplicationID = in.ids[0], in.dedupIDs[0]
		failed.Message = fmt.Sprintf("deduplication id %q is taken on queue %q", in.dedupIDs[0], in.queue)
	}
	return failed
}
